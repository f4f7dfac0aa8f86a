import { isErrno } from '../../host/errno.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { readCertificates, type Certificate } from '../../x509/certificate.ts';
import { printName } from '../../x509/names.ts';
import { verify, verifyTexts } from '../../x509/verify.ts';
import { certificateFrom, complain } from './files.ts';
import { readLine, refuse, type Line } from './options.ts';

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const unmodelled = 'crl_check crl_check_all CRLfile CApath CAstore policy x509_strict'.split(' ');
const options = {
  flags: (
    'verbose partial_chain show_chain crl_check crl_check_all x509_strict no-CAfile no-CApath ' +
    'no_check_time help'
  ).split(' '),
  values: (
    'CAfile untrusted trusted purpose verify_hostname verify_ip attime verify_depth nameopt ' +
    'CRLfile CApath CAstore policy'
  ).split(' '),
};

/** `openssl verify`: whether certificates can be trusted. */
export function* verifyCommand(sys: Sys, words: readonly string[]): Call<number> {
  const line = readLine(sys, 'verify', words, options);
  if (typeof line === 'string') {
    yield* sys.write(2, line);
    return 1;
  }
  if (yield* refuse(line, unmodelled)) return 2;
  const anchors: Certificate[] = [];
  for (const name of ['CAfile', 'trusted']) {
    const path = line.value(name);
    if (path === undefined) continue;
    const found = sys.files.read(path);
    if (isErrno(found)) {
      yield* complain(line, 'certificate file', path);
      return 1;
    }
    anchors.push(...readCertificates(found.text));
  }
  const bundle = sys.files.read(BUNDLE);
  if (anchors.length === 0 && !isErrno(bundle)) anchors.push(...readCertificates(bundle.text));
  let code = 0;
  for (const path of line.rest.length > 0 ? line.rest : [undefined]) {
    if (!(yield* check(line, path, anchors))) code = 2;
  }
  return code;
}

function* check(
  line: Line,
  path: string | undefined,
  anchors: readonly Certificate[],
): Call<boolean> {
  const { sys } = line;
  const name = path ?? 'stdin';
  const leaf = yield* certificateFrom(line, path, 'certificate file');
  if (!leaf) {
    yield* sys.write(2, 'Unable to load certificate file\n');
    return false;
  }
  const between = line.given
    .filter((each) => each.name === 'untrusted')
    .flatMap(({ value }) => {
      const found = sys.files.read(value);
      return isErrno(found) ? [] : readCertificates(found.text);
    });
  const host = line.value('verify_hostname') ?? line.value('verify_ip');
  const at = line.value('attime');
  const purpose = { sslserver: 'server', sslclient: 'client' }[line.value('purpose') ?? ''];
  const { chain, problems } = verify(leaf, {
    anchors,
    others: between,
    now: at === undefined ? sys.now : Number(at) * 1_000_000,
    partial: line.has('partial_chain'),
    ...(host !== undefined && { host }),
    ...(purpose !== undefined && { purpose: purpose as 'server' | 'client' }),
  });
  // The command stops at what it cannot pass over; dates alone it tells of and goes on.
  const fatal = problems.filter(({ code }) => code !== 21 || problems.length === 1);
  for (const { depth, code } of fatal) {
    const subject = printName((chain[depth] as Certificate).subject);
    const text = verifyTexts[code] ?? '';
    yield* sys.write(2, `${subject}\nerror ${code} at ${depth} depth lookup: ${text}\n`);
    if (![10, 9, 18].includes(code)) break;
  }
  if (fatal.length > 0) {
    yield* sys.write(2, `error ${name}: verification failed\n`);
    return false;
  }
  yield* sys.write(1, `${name}: OK\n`);
  if (line.has('show_chain')) {
    const lines = chain.map((each, depth) => `depth=${depth}: ${printName(each.subject)}\n`);
    yield* sys.write(1, `Chain:\n${lines.join('')}`);
  }
  return true;
}
