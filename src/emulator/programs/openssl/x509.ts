import { isErrno } from '../../host/errno.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { DAY, SECOND } from '../../world/time.ts';
import {
  certificatePem,
  issue,
  readCertificate,
  type Certificate,
} from '../../x509/certificate.ts';
import { digests } from '../../x509/digest.ts';
import { authorityKeyIdentifier, extensionIds, readAltNames } from '../../x509/extensions.ts';
import { subjectKeyIdentifier, type Extension } from '../../x509/extensions.ts';
import { nameFor } from '../../x509/hostname.ts';
import { keyIdOf, publicPem, type PrivateKey } from '../../x509/keys.ts';
import type { Name } from '../../x509/names.ts';
import { hexOf, octetsOfHex, octetsOfNumber, type Octets } from '../../x509/octets.ts';
import { extensionsOf, readSections } from './config.ts';
import { certificateFrom, complain, derText, emit, privateFrom, readAll } from './files.ts';
import { dateText, nameLine, styleOf } from './names.ts';
import { digestOf, readLine, refuse, type Line } from './options.ts';
import { readRequest } from '../../x509/request.ts';
import { certificateText, extensionText } from './text.ts';

const unmodelled = (
  'C purpose trustout clrtrust clrreject alias ocspid ocsp_uri subject_hash_old issuer_hash_old ' +
  'subject_hash issuer_hash hash x509toreq certopt addtrust addreject setalias force_pubkey ' +
  'checkemail clrext preserve_dates next_serial sigopt passin subj'
).split(' ');

const options = {
  digests: true,
  flags: (
    'noout text subject issuer dates startdate enddate serial fingerprint email pubkey modulus ' +
    'req CAcreateserial new help C purpose trustout clrtrust clrreject alias ocspid ocsp_uri ' +
    'subject_hash_old issuer_hash_old subject_hash issuer_hash hash x509toreq clrext ' +
    'preserve_dates next_serial'
  ).split(' '),
  values: (
    'in out inform outform ext checkend checkhost checkip nameopt CA CAkey CAserial days ' +
    'set_serial extfile extensions signkey key copy_extensions certopt addtrust addreject ' +
    'setalias force_pubkey checkemail sigopt passin subj CAform CAkeyform keyform'
  ).split(' '),
};

/** `openssl x509`: shows certificates, and signs requests for them. */
export function* x509(sys: Sys, words: readonly string[]): Call<number> {
  const line = readLine(sys, 'x509', words, options);
  if (typeof line === 'string') {
    yield* sys.write(2, line);
    return 1;
  }
  if (yield* refuse(line, unmodelled)) return 2;
  const made = line.has('req')
    ? yield* signRequest(line)
    : yield* certificateFrom(line, line.value('in'));
  if (!made) {
    if (!line.has('req')) yield* sys.write(2, 'Unable to load certificate\n');
    return 1;
  }
  const code = yield* show(line, made);
  if (line.has('noout')) return code;
  const text = line.has('text') ? certificateText(made, styleOf(line.value('nameopt'))) : '';
  const der = line.value('outform')?.toUpperCase() === 'DER';
  yield* emit(line, der ? derText(made.der) : text + certificatePem(made.der));
  return code;
}

/** What is printed of a certificate, in the order of the options. */
function* show(line: Line, one: Certificate): Call<number> {
  const { sys } = line;
  let code = 0;
  if (line.has('text') && line.has('noout')) {
    yield* emit(line, certificateText(one, styleOf(line.value('nameopt'))));
  }
  for (const { name, value } of line.given) {
    const text = printed(line, name, value, one);
    if (text !== undefined) yield* emit(line, text);
    if (name === 'checkend') {
      const until = sys.now + Number(value) * SECOND;
      const ends = until > one.notAfter;
      yield* sys.write(1, `Certificate will ${ends ? '' : 'not '}expire\n`);
      if (ends) code = 1;
    }
  }
  return code;
}

function printed(line: Line, option: string, value: string, one: Certificate): string | undefined {
  const style = styleOf(line.value('nameopt'));
  const match = (what: string) =>
    `${what} ${value} does ${nameFor(one, value) ? '' : 'NOT '}match certificate\n`;
  switch (option) {
    case 'subject':
    case 'issuer':
      return nameLine(option, one[option], style);
    case 'dates':
      return `notBefore=${dateText(one.notBefore)}\nnotAfter=${dateText(one.notAfter)}\n`;
    case 'startdate':
      return `notBefore=${dateText(one.notBefore)}\n`;
    case 'enddate':
      return `notAfter=${dateText(one.notAfter)}\n`;
    case 'serial':
      return `serial=${hexOf(one.serial).toUpperCase()}\n`;
    case 'fingerprint': {
      const digest = digestOf(line);
      const bytes = digests[digest ?? 'sha1'](one.der);
      return `${digest ?? 'SHA1'} Fingerprint=${hexOf(bytes, ':').toUpperCase()}\n`;
    }
    case 'email':
      return emails(one);
    case 'pubkey':
      return one.key ? publicPem(one.key) : '';
    case 'modulus':
      return one.key?.type === 'rsa'
        ? `Modulus=${hexOf(octetsOfNumber(one.key.n)).toUpperCase()}\n`
        : 'Modulus=No modulus for this public key type\n';
    case 'ext':
      return extensions(one, value);
    case 'checkhost':
      return match('Hostname');
    case 'checkip':
      return match('IP');
    default:
      return undefined;
  }
}

function emails({ subject, extensions: all }: Certificate): string {
  const own = subject.filter(({ type }) => type === 'emailAddress').map(({ text }) => text);
  const value = all.find(({ id }) => id === extensionIds.subjectAltName)?.value;
  const others = value ? readAltNames(value).filter(({ type }) => type === 'email') : [];
  return [...own, ...others.map(({ text }) => text)].map((each) => `${each}\n`).join('');
}

function extensions({ extensions: all }: Certificate, wanted: string): string {
  if (all.length === 0) return 'No extensions in certificate\n';
  const ids = wanted
    .split(',')
    .map((word) => extensionIds[word.trim() as keyof typeof extensionIds] as string | undefined);
  const found = all.filter(({ id }) => ids.includes(id));
  if (found.length === 0) return 'No extensions matching the requested ones were found\n';
  return found.map((each) => extensionText(each, 0)).join('');
}

/** `-req`: a certificate for a request, signed by `-CA` and `-CAkey`, or by its own key. */
function* signRequest(line: Line): Call<Certificate | undefined> {
  const { sys } = line;
  const text = yield* readAll(line, line.value('in'));
  const request = text === undefined ? undefined : readRequest(text);
  if (!request?.key) {
    yield* complain(line, 'certificate request input', line.value('in'));
    return undefined;
  }
  if (!request.good) {
    yield* sys.write(2, 'Certificate request self-signature did not match the contents\n');
    return undefined;
  }
  yield* sys.write(
    2,
    `Certificate request self-signature ok\n${nameLine('subject', request.subject, 'oneline')}`,
  );
  const signer = yield* signerOf(line, request.subject);
  if (!signer) return undefined;
  const ids = { own: keyIdOf(request.key), issuer: keyIdOf(signer.key) };
  const made = wishedExtensions(line, ids, request.extensions);
  if (typeof made === 'string') {
    yield* sys.write(2, `openssl x509: extension ${made} is not modelled here\n`);
    return undefined;
  }
  const keyed = (name: keyof typeof extensionIds) =>
    made.some(({ id }) => id === extensionIds[name]);
  const extra: Extension[] =
    made.length === 0
      ? []
      : [
          ...(keyed('subjectKeyIdentifier') ? [] : [subjectKeyIdentifier(ids.own)]),
          ...(keyed('authorityKeyIdentifier') ? [] : [authorityKeyIdentifier(ids.issuer)]),
        ];
  const whole = sys.now - (sys.now % SECOND);
  const der = issue(
    {
      serial: serialFor(line),
      subject: request.subject,
      issuer: signer.name,
      notBefore: whole,
      notAfter: whole + Number(line.value('days') ?? 30) * DAY,
      key: request.key,
      extensions: [...made, ...extra],
      digest: digestOf(line) ?? 'sha256',
    },
    signer.key,
  );
  return readCertificate(der);
}

interface Signer {
  readonly key: PrivateKey;
  readonly name: Name;
}

function* signerOf(line: Line, subject: Name): Call<Signer | undefined> {
  const own = line.value('signkey') ?? line.value('key');
  if (own !== undefined) {
    const key = yield* privateFrom(line, own);
    return key && { key, name: subject };
  }
  const path = line.value('CA');
  if (path === undefined) {
    yield* line.sys.write(
      2,
      'x509: We need a private key to sign with, use -key or -CAkey or -CA\n',
    );
    return undefined;
  }
  const authority = yield* certificateFrom(line, path, 'CA certificate');
  if (!authority) return undefined;
  const key = yield* privateFrom(line, line.value('CAkey') ?? path, 'CA private key');
  return key && { key, name: authority.subject };
}

function wishedExtensions(
  line: Line,
  ids: { readonly own: Octets; readonly issuer: Octets },
  requested: readonly Extension[],
): readonly Extension[] | string {
  const copied = line.value('copy_extensions') === undefined ? [] : requested;
  const path = line.value('extfile');
  if (path === undefined) return copied;
  const found = line.sys.files.read(path);
  const sections = readSections(isErrno(found) ? '' : found.text);
  const named = sections.get('default')?.find(([name]) => name === 'extensions')?.[1];
  const section = line.value('extensions') ?? named ?? 'default';
  const made = extensionsOf(section, sections, ids);
  return typeof made === 'string' ? made : [...copied, ...made];
}

/** `-set_serial`, the number in the authority's file, or a new one by chance. */
function serialFor(line: Line): Octets {
  const { sys } = line;
  const given = line.value('set_serial');
  if (given !== undefined) return octetsOfNumber(BigInt(given));
  const path = line.value('CAserial') ?? line.value('CA')?.replace(/\.[^./]*$/, '.srl');
  const found = path === undefined ? 'ENOENT' : sys.files.read(path);
  const fresh = newSerial(sys);
  const serial = isErrno(found)
    ? fresh
    : octetsOfNumber(BigInt(`0x${found.text.trim() || '0'}`) + 1n);
  if (path !== undefined) sys.files.write(path, `${hexOf(serial).toUpperCase()}\n`);
  return serial;
}

/** A serial number of twenty bytes that is not negative. */
export function newSerial(sys: Sys): Octets {
  const bytes = octetsOfHex(sys.chance.hex(`serial/${sys.now}`, 40));
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x10;
  return bytes;
}
