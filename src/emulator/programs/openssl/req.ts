import { isErrno } from '../../host/errno.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { DAY, SECOND } from '../../world/time.ts';
import { certificatePem, issue } from '../../x509/certificate.ts';
import { authorityKeyIdentifier, basicConstraints } from '../../x509/extensions.ts';
import { subjectKeyIdentifier, type Extension } from '../../x509/extensions.ts';
import { keyIdOf, privatePem, publicPem, type PrivateKey } from '../../x509/keys.ts';
import { parseSubject, printName, type Name } from '../../x509/names.ts';
import { pem } from '../../x509/octets.ts';
import { extensionOf, extensionsOf, readSections, type KeyIds, type Sections } from './config.ts';
import { complain, emit, privateFrom, readAll } from './files.ts';
import { makeKey } from './make-key.ts';
import { nameLine, styleOf } from './names.ts';
import { digestOf, readLine, refuse, type Line } from './options.ts';
import { makeRequest, readRequest, type Request } from '../../x509/request.ts';
import { extensionText, keyBlock, signatureBlock } from './text.ts';
import { newSerial } from './x509.ts';

const unmodelled = 'utf8 batch_ask newhdr asn1-kludge no-asn1-kludge precert keygen_engine'.split(
  ' ',
);

const options = {
  digests: true,
  flags: (
    'new x509 nodes noenc noout text subject verify pubkey modulus batch verbose help utf8 ' +
    'newhdr asn1-kludge no-asn1-kludge precert'
  ).split(' '),
  values: (
    'in out inform outform key keyform keyout newkey pkeyopt subj addext config days ' +
    'extensions reqexts section set_serial nameopt reqopt passin passout CA CAkey'
  ).split(' '),
};

/** `openssl req`: requests for certificates, and certificates that sign themselves. */
export function* req(sys: Sys, words: readonly string[]): Call<number> {
  const line = readLine(sys, 'req', words, options);
  if (typeof line === 'string') {
    yield* sys.write(2, line);
    return 1;
  }
  if (yield* refuse(line, unmodelled)) return 2;
  const makes = line.has('new') || line.has('newkey') || line.has('x509');
  if (makes && line.value('in') === undefined) return yield* make(line);
  const text = yield* readAll(line, line.value('in'));
  const request = text === undefined ? undefined : readRequest(text);
  if (!request) {
    yield* complain(line, 'certificate request', line.value('in'));
    yield* sys.write(2, 'Unable to load X509 request\n');
    return 1;
  }
  return yield* show(line, request);
}

function* show(line: Line, request: Request): Call<number> {
  const { sys } = line;
  if (line.has('verify')) {
    const said = request.good ? 'verify OK' : 'verify failure';
    yield* sys.write(2, `Certificate request self-signature ${said}\n`);
  }
  const style = styleOf(line.value('nameopt'));
  let out = '';
  if (line.has('pubkey') && request.key) out += publicPem(request.key);
  if (line.has('text')) out += requestText(request, style);
  if (line.has('subject')) out += nameLine('subject', request.subject, style);
  if (!line.has('noout')) out += pem('CERTIFICATE REQUEST', request.der);
  yield* emit(line, out);
  return request.good || !line.has('verify') ? 0 : 1;
}

function requestText(request: Request, style: ReturnType<typeof styleOf>): string {
  const { subject, key, extensions, algorithm, signature } = request;
  const wanted = extensions.map((each) => extensionText(each, 16)).join('');
  return (
    'Certificate Request:\n    Data:\n        Version: 1 (0x0)\n' +
    `        Subject: ${printName(subject, style)}\n${keyBlock(key)}` +
    `        Attributes:\n${extensions.length > 0 ? '' : '            (none)\n'}` +
    `            Requested Extensions:\n${wanted}` +
    signatureBlock(algorithm, signature)
  );
}

/** The configuration: `-config`, or nothing but what OpenSSL's own file says. */
function sectionsOf(line: Line): Sections {
  const path = line.value('config');
  const found = path === undefined ? 'ENOENT' : line.sys.files.read(path);
  return readSections(isErrno(found) ? '' : found.text);
}

const entry = (sections: Sections, section: string, name: string): string | undefined =>
  sections.get(section)?.find(([each]) => each === name)?.[1];

function* subjectOf(line: Line, sections: Sections): Call<Name | undefined> {
  const { sys } = line;
  const given = line.value('subj');
  if (given !== undefined) {
    const name = parseSubject(given);
    if (typeof name !== 'string') return name;
    yield* sys.write(2, `req: subject ${name}\n`);
    return undefined;
  }
  const section = entry(sections, 'req', 'distinguished_name') ?? 'req_distinguished_name';
  const all = sections.get(section) ?? [];
  if (entry(sections, 'req', 'prompt') === 'no' && all.length > 0) {
    const text = all.map(([name, value]) => `/${name.replace(/^\d+\./, '')}=${value}`).join('');
    const name = parseSubject(text);
    return typeof name === 'string' ? undefined : name;
  }
  yield* sys.write(2, 'openssl req: asking for the subject is not modelled here; use -subj\n');
  return undefined;
}

function* make(line: Line): Call<number> {
  const { sys } = line;
  const sections = sectionsOf(line);
  const key = yield* keyFor(line, sections);
  if (typeof key === 'number') return key;
  const subject = yield* subjectOf(line, sections);
  if (!subject) return 1;
  const id = keyIdOf(key);
  const self = line.has('x509');
  const made = extensionsFor(line, sections, { own: id, issuer: id }, self);
  if (typeof made === 'string') {
    yield* sys.write(2, `openssl req: extension ${made} is not modelled here\n`);
    return 2;
  }
  const digest = digestOf(line) ?? 'sha256';
  if (!self) {
    yield* emit(line, pem('CERTIFICATE REQUEST', makeRequest(subject, key, made, digest)));
    return 0;
  }
  const notBefore = sys.now - (sys.now % SECOND);
  const given = line.value('set_serial');
  const der = issue(
    {
      serial: given === undefined ? newSerial(sys) : Uint8Array.of(Number(given)),
      subject,
      issuer: subject,
      notBefore,
      notAfter: notBefore + Number(line.value('days') ?? 30) * DAY,
      key,
      extensions: made,
      digest,
    },
    key,
  );
  yield* emit(line, certificatePem(der));
  return 0;
}

/** The key of `-key`, or a new one, which `-keyout` keeps; a number is how it ended. */
function* keyFor(line: Line, sections: Sections): Call<PrivateKey | number> {
  const { sys } = line;
  const path = line.value('key');
  if (path !== undefined && line.value('newkey') === undefined) {
    return (yield* privateFrom(line, path)) ?? 1;
  }
  const encrypts = entry(sections, 'req', 'encrypt_key') !== 'no';
  if (encrypts && !line.has('nodes') && !line.has('noenc')) {
    yield* sys.write(2, 'openssl req: keys with a pass phrase are not modelled here; use -nodes\n');
    return 2;
  }
  const wish = line.value('newkey') ?? `rsa:${entry(sections, 'req', 'default_bits') ?? 2048}`;
  const [kind = '', bits] = wish.split(':');
  const set = line.given.filter(({ name }) => name === 'pkeyopt').map(({ value }) => value);
  const extra = bits === undefined ? [] : [`rsa_keygen_bits:${bits}`];
  const key = yield* makeKey(sys, kind.toUpperCase(), [...extra, ...set], true);
  if (!key) return 1;
  yield* sys.write(2, '-----\n');
  const out = line.value('keyout') ?? entry(sections, 'req', 'default_keyfile') ?? 'privkey.pem';
  yield* emit(line, privatePem(key), out);
  if (out !== '-') sys.files.setMode(out, 0o600);
  return key;
}

function extensionsFor(
  line: Line,
  sections: Sections,
  ids: KeyIds,
  self: boolean,
): readonly Extension[] | string {
  const added: Extension[] = [];
  for (const { name, value } of line.given) {
    if (name !== 'addext') continue;
    const [, word = '', rest = ''] = /^\s*([^=]+?)\s*=\s*(.*)$/.exec(value) ?? [];
    const extension = extensionOf(word, rest, sections, ids);
    if (typeof extension === 'string') return extension;
    added.push(extension);
  }
  const named = self
    ? (line.value('extensions') ?? entry(sections, 'req', 'x509_extensions'))
    : (line.value('reqexts') ?? entry(sections, 'req', 'req_extensions'));
  const own = named === undefined ? [] : extensionsOf(named, sections, ids);
  if (typeof own === 'string') return own;
  const usual =
    self && named === undefined && line.value('config') === undefined
      ? [subjectKeyIdentifier(ids.own), authorityKeyIdentifier(ids.issuer), basicConstraints(true)]
      : [];
  const given = [...own, ...added];
  const replaced = usual.filter((each) => !given.some(({ id }) => id === each.id));
  return [...replaced, ...given];
}
