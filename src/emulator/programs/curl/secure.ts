import { isErrno, strerror } from '../../host/errno.ts';
import type { Call } from '../../host/syscalls.ts';
import { startTls, type TlsEvent, type TlsFailure } from '../../host/tls/client.ts';
import type { TlsSession } from '../../host/tls/client.ts';
import { suites } from '../../host/tls/suites.ts';
import { alerts, type TlsVersion } from '../../host/tls/wire.ts';
import { civil } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';
import { altNamesOf, commonNameOf, readCertificates } from '../../x509/certificate.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { nameFor } from '../../x509/hostname.ts';
import { isAddress } from '../../x509/ip-octets.ts';
import { isPair, readPrivate } from '../../x509/keys.ts';
import { printName } from '../../x509/names.ts';
import type { Octets } from '../../x509/octets.ts';
import { verify, verifyTexts } from '../../x509/verify.ts';
import type { Limits } from './connect.ts';
import { has, note, traceData, type Connection, type Failure, type Session } from './session.ts';

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const FOLDER = '/etc/ssl/certs';
const ERROR = 'OpenSSL/3.0.22: error:';

/** What curl says below each complaint about a certificate. */
const MORE =
  '\nMore details here: https://curl.se/docs/sslcerts.html\n\n' +
  'curl failed to verify the legitimacy of the server and therefore could not\n' +
  'establish a secure connection to it. To learn more about this situation and\n' +
  'how to fix it, please visit the web page mentioned above.';

/** Names of handshake messages in curl's lines. */
const messages: Readonly<Record<number, string>> = {
  1: 'Client hello',
  2: 'Server hello',
  4: 'Newsession Ticket',
  8: 'Encrypted Extensions',
  11: 'Certificate',
  12: 'Server key exchange',
  13: 'Request CERT',
  14: 'Server finished',
  15: 'CERT verify',
  16: 'Client key exchange',
  20: 'Finished',
};

/** The line and the data note of something that passes by (ossl_trace). */
function* show(session: Session, event: TlsEvent): Call<void> {
  const { way, version, kind, number, size } = event;
  if (kind !== 'header') {
    // A server that knows no TLS 1.2 is greeted with what its request is called.
    const name =
      kind === 'alert'
        ? `TLS alert, ${alerts[number] ?? 'unknown'} (${(number === 0 ? 256 : 512) + number})`
        : kind === 'change'
          ? 'TLS change cipher, Change cipher spec (1)'
          : `TLS handshake, ${messages[number] ?? 'Unknown'} (${number})`;
    yield* note(session, `${version} (${way === 'in' ? 'IN' : 'OUT'}), ${name}:`);
    if (number === 4 && kind === 'handshake' && version === 'TLSv1.3') {
      session.tickets += 1;
    }
  }
  yield* traceData(session, way === 'in' ? '{' : '}', size);
  if (kind === 'handshake' && number === 4 && version === 'TLSv1.3' && session.tickets % 2 === 0) {
    yield* note(session, 'old SSL session ID is stale, removing');
  }
}

/** The versions that options leave; a failure where none is. */
export function versionsOf(session: Session): readonly TlsVersion[] | Failure {
  const least = session.settings.values['tlsMin'] ?? 'TLSv1.2';
  const most = session.settings.values['tlsMax'] ?? 'TLSv1.3';
  if (least > most) {
    return { code: 35, text: 'CURL_SSLVERSION_MAX incompatible with CURL_SSLVERSION' };
  }
  const all: readonly TlsVersion[] = ['TLSv1.3', 'TLSv1.2'];
  return all.filter((each) => each >= least && each <= most);
}

/** Whom curl believes: those of `--cacert`, or of the system's bundle. */
function anchorsOf({ sys, settings }: Session): readonly Certificate[] | Failure {
  const given = settings.values['cacert'];
  const found = sys.files.read(given ?? BUNDLE);
  const anchors = isErrno(found) ? [] : readCertificates(found.text);
  if (given !== undefined && anchors.length === 0) {
    return { code: 77, text: `error setting certificate file: ${given}` };
  }
  return anchors;
}

/** The client's own certificate and key, as `--cert` and `--key` name them. */
function ownOf({ sys, settings }: Session): readonly Octets[] | Failure {
  const path = settings.values['cert'];
  if (path === undefined) return [];
  const found = sys.files.read(path);
  const chain = isErrno(found) ? [] : readCertificates(found.text);
  if (chain.length === 0) {
    const why = isErrno(found)
      ? `80000002:system library::${strerror(found)}`
      : '0480006C:PEM routines::no start line';
    const text =
      `could not load PEM client certificate from ${path}, OpenSSL error error:${why}, ` +
      '(no key found, wrong pass phrase, or wrong file format?)';
    return { code: 58, text };
  }
  const keyPath = settings.values['key'] ?? path;
  const key = sys.files.read(keyPath);
  const secret = isErrno(key) ? undefined : readPrivate(key.text);
  const own = chain[0]?.key;
  if (!secret) return { code: 58, text: `unable to set private key file: '${keyPath}' type PEM` };
  if (!own || !isPair(own, secret)) {
    return { code: 58, text: 'Private key does not match the certificate public key' };
  }
  return chain.map(({ der }) => der);
}

/** The alert that OpenSSL sends for a verification result. */
function alertFor(code: number): number {
  if (code === 10) return 45;
  if (code === 9 || code === 7) return 42;
  return code === 26 ? 43 : 48;
}

const isFailure = (found: object): found is Failure => 'code' in found;

/** Secures a connection (ossl_connect); the failure is curl's. */
export function* secure(
  session: Session,
  connection: Connection,
  limits: Limits,
): Call<TlsSession | Failure> {
  const { sys, settings } = session;
  const { host } = connection;
  const strict = !has(session, 'insecure');
  const alpn = has(session, 'noAlpn')
    ? []
    : has(session, 'http11') || has(session, 'http10')
      ? ['http/1.1']
      : ['h2', 'http/1.1'];
  if (alpn.length > 0) yield* note(session, `ALPN: offers ${alpn.join(',')}`);
  const versions = versionsOf(session);
  if (isFailure(versions)) return versions;
  const own = ownOf(session);
  if (isFailure(own)) return own;
  let code = 0;
  const state = { greeted: false, wrong: undefined as Failure | undefined };
  const anchors = strict ? anchorsOf(session) : [];
  const made = yield* startTls(sys, connection.fd, {
    versions,
    alpn,
    ticket: false,
    padded: true,
    own,
    until: Math.min(limits.end, limits.connectEnd),
    ...(isAddress(host) ? {} : { serverName: host.replace(/\.$/, '') }),
    *watch(event) {
      yield* show(session, event);
      if (state.greeted || event.kind !== 'handshake') return;
      state.greeted = true;
      if (!strict) return;
      if (isFailure(anchors)) return;
      yield* note(session, ` CAfile: ${settings.values['cacert'] ?? BUNDLE}`);
      yield* note(session, ` CApath: ${FOLDER}`);
    },
    // oxlint-disable-next-line require-yield -- the contract is a generator
    *verify([leaf, ...others]) {
      if (!leaf) return 42;
      const trust = isFailure(anchors) ? [] : anchors;
      const found = verify(leaf, { anchors: trust, others, now: sys.now, purpose: 'server' });
      code = found.problems[0]?.code ?? 0;
      return strict && code !== 0 ? alertFor(code) : undefined;
    },
  });
  if ('failed' in made) return failureOf(made, code, connection);
  return yield* welcome(session, connection, made, code);
}

function failureOf({ failed }: TlsFailure, code: number, { host, port }: Connection): Failure {
  switch (failed.why) {
    case 'rejected':
      return { code: 60, text: `SSL certificate problem: ${verifyTexts[code] ?? ''}`, more: MORE };
    case 'strange':
      return { code: 35, text: `${ERROR}0A00010B:SSL routines::wrong version number` };
    case 'alert': {
      const name = (alerts[failed.number] ?? 'unknown').replaceAll('_', ' ');
      const number = (0x0a000000 + 1000 + failed.number).toString(16).toUpperCase();
      const padded = number.padStart(8, '0');
      const old = [40, 42, 43, 45, 46, 48].includes(failed.number) ? 'sslv3' : 'tlsv1';
      return { code: 35, text: `${ERROR}${padded}:SSL routines::${old} alert ${name}` };
    }
    case 'closed':
      return { code: 35, text: `${ERROR}0A000126:SSL routines::unexpected eof while reading` };
    case 'errno': {
      if (failed.errno === 'EAGAIN') return { code: 28, text: 'SSL connection timeout' };
      const why = strerror(failed.errno);
      return {
        code: 35,
        text: `OpenSSL SSL_connect: ${why} in connection to ${host}:${port} `,
      };
    }
  }
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Nov 23 00:17:45 2026 GMT` */
function dateText(at: Micros): string {
  const { year, month, day, hour, minute, second } = civil(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(hour)}:${two(minute)}:${two(second)}`;
  return `${MONTHS[month - 1]} ${String(day).padStart(2)} ${time} ${year} GMT`;
}

/** What is told of a handshake that went well, and whether the name is right (servercert). */
function* welcome(
  session: Session,
  { host }: Connection,
  made: TlsSession,
  code: number,
): Call<TlsSession | Failure> {
  const { version, suite, alpn, chain } = made;
  const strict = !has(session, 'insecure');
  yield* note(session, `SSL connection using ${version} / ${suites[suite] ?? '(NONE)'}`);
  if (!has(session, 'noAlpn')) {
    yield* note(
      session,
      alpn === undefined
        ? 'ALPN: server did not agree on a protocol. Uses default.'
        : `ALPN: server accepted ${alpn}`,
    );
  }
  const [leaf] = chain;
  session.verifyResult = code;
  if (!leaf) return { code: 60, text: "SSL: couldn't get peer certificate!", more: MORE };
  yield* note(session, 'Server certificate:');
  yield* note(session, ` subject: ${printName(leaf.subject, 'curl')}`);
  yield* note(session, ` start date: ${dateText(leaf.notBefore)}`);
  yield* note(session, ` expire date: ${dateText(leaf.notAfter)}`);
  if (strict) {
    const wrong = yield* checkName(session, leaf, host);
    if (wrong !== undefined) {
      yield* note(session, wrong);
      return { code: 60, text: wrong, more: MORE, after: made };
    }
  }
  yield* note(session, ` issuer: ${printName(leaf.issuer, 'curl')}`);
  const result = verifyTexts[code] ?? '';
  yield* note(
    session,
    code === 0
      ? ' SSL certificate verify ok.'
      : ` SSL certificate verify result: ${result} (${code}), continuing anyway.`,
  );
  return made;
}

/** Whether a certificate is for the host; a text is curl's complaint (verifyhost). */
function* checkName(session: Session, leaf: Certificate, host: string): Call<string | undefined> {
  const found = nameFor(leaf, host);
  if (found?.from === 'common') {
    yield* note(session, ` common name: ${found.text} (matched)`);
    return undefined;
  }
  if (found) {
    const what = isAddress(host) ? "cert's IP address!" : `cert's "${found.text}"`;
    yield* note(session, ` subjectAltName: host "${host}" matched ${what}`);
    return undefined;
  }
  const names = altNamesOf(leaf) ?? [];
  if (names.some(({ type }) => type === 'DNS' || type === 'IP')) {
    yield* note(session, ` subjectAltName does not match ${host}`);
    return `SSL: no alternative certificate subject name matches target host name '${host}'`;
  }
  const common = commonNameOf(leaf);
  return common === undefined
    ? 'SSL: unable to obtain common name from peer certificate'
    : `SSL: certificate subject name '${common}' does not match target host name '${host}'`;
}
