import { isErrno, strerror } from '../../host/errno.ts';
import { gaiText, getaddrinfo, isIPv4 } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Errno, Fd, Sys } from '../../host/syscalls.ts';
import { startTls, type TlsFailure, type TlsSession } from '../../host/tls/client.ts';
import type { TlsVersion } from '../../host/tls/wire.ts';
import { readCertificates, type Certificate } from '../../x509/certificate.ts';
import { nameFor } from '../../x509/hostname.ts';
import { verify } from '../../x509/verify.ts';
import { pemBlocks } from '../../x509/octets.ts';
import { converse } from './converse.ts';
import { errorLine, readLine, refuse, type Line } from './options.ts';
import { brief, report, type Verified } from './report.ts';
import { tellSteps } from './verify-callback.ts';

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const unmodelled = (
  'starttls proxy unix dtls dtls1 dtls1_2 sctp psk psk_session psk_identity sess_out sess_in ' +
  'reconnect keylogfile early_data tlsextdebug status serverinfo msg debug state trace ' +
  'security_debug security_debug_verbose nbio cipher ciphersuites curves groups sigalgs ' +
  'client_sigalgs named_curve crlf prexit xmpphost name bind'
).split(' ');

const options = {
  flags: (
    'brief showcerts quiet ign_eof no_ign_eof noservername verify_return_error verify_quiet ' +
    'tls1_2 tls1_3 no_tls1_2 no_tls1_3 no_tls1 no_tls1_1 no_ssl3 tls1 tls1_1 4 6 help ' +
    'no-CAfile no-CApath no-CAstore no_ticket partial_chain reconnect dtls dtls1 dtls1_2 sctp ' +
    'status tlsextdebug msg debug state trace security_debug security_debug_verbose nbio crlf ' +
    'prexit'
  ).split(' '),
  values: (
    'connect host port servername CAfile CApath CAstore verify verify_hostname verify_ip alpn ' +
    'cert key certform keyform nameopt starttls proxy unix psk psk_session psk_identity sess_out ' +
    'sess_in keylogfile early_data serverinfo cipher ciphersuites curves groups sigalgs ' +
    'client_sigalgs named_curve xmpphost name bind cert_chain pass attime'
  ).split(' '),
};

/** `openssl s_client`: opens a TLS connection, shows what there is to see, and passes text on. */
export function* sClient(sys: Sys, words: readonly string[]): Call<number> {
  const line = readLine(sys, 's_client', words, options);
  if (typeof line === 'string') {
    yield* sys.write(2, line);
    return 1;
  }
  if (yield* refuse(line, unmodelled)) return 2;
  const both = ['tls1_2', 'tls1_3'].find((name) => line.has(name));
  if (both !== undefined && ['no_tls1_2', 'no_tls1_3'].some((name) => line.has(name))) {
    yield* sys.write(2, "Cannot supply both a protocol flag and '-no_<prot>'\n");
    return 1;
  }
  const anchors = yield* anchorsOf(line);
  if (typeof anchors === 'number') return anchors;
  const { host, port } = placeOf(line);
  const fd = yield* connect(line, host, port);
  if (typeof fd !== 'number') return 1;
  const plain = !line.has('brief') && !line.has('quiet');
  if (plain) yield* sys.write(1, 'CONNECTED(00000003)\n');
  return yield* speak(line, fd, host, anchors);
}

/** `-connect host:port`, or a host at the end; without a port it is 4433. */
function placeOf(line: Line): { readonly host: string; readonly port: string } {
  const text = line.value('connect') ?? line.rest[0] ?? '';
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  const host = line.value('host') ?? bracketed ?? plain;
  return { host: host === '' ? 'localhost' : host, port: line.value('port') ?? port ?? '4433' };
}

/** Whom it believes: `-CAfile`, or the system's bundle; a number is how it ended. */
function* anchorsOf(line: Line): Call<readonly Certificate[] | number> {
  const { sys } = line;
  const path = line.value('CAfile');
  const bundle = line.has('no-CAfile') ? 'ENOENT' : sys.files.read(BUNDLE);
  const usual = isErrno(bundle) ? [] : readCertificates(bundle.text);
  if (path === undefined) return usual;
  const found = sys.files.read(path);
  if (!isErrno(found)) {
    const own = readCertificates(found.text);
    if (own.length > 0 || pemBlocks(found.text).length > 0) return own;
    yield* sys.write(
      2,
      errorLine(
        sys,
        '05880088',
        'x509 certificate routines:X509_load_cert_crl_file_ex',
        'no certificate or crl found:../crypto/x509/by_file.c:251:',
      ),
    );
    return 1;
  }
  const open = `BIO_new_file:${strerror(found)}:../crypto/bio/bss_file.c:67`;
  const routine = 'x509 certificate routines:X509_load_cert_crl_file_ex:system lib';
  yield* sys.write(
    2,
    errorLine(sys, '80000002', 'system library', open, `calling fopen(${path}, r)`) +
      errorLine(sys, '10000080', 'BIO routines:BIO_new_file:no such file').replace(
        /\n$/,
        ':../crypto/bio/bss_file.c:75:\n',
      ) +
      errorLine(sys, '05880002', routine, '../crypto/x509/by_file.c:229:'),
  );
  return 1;
}

const numbers: Partial<Readonly<Record<Errno, number>>> = {
  ECONNREFUSED: 111,
  EHOSTUNREACH: 113,
  ENETUNREACH: 101,
  ETIMEDOUT: 110,
  EADDRNOTAVAIL: 99,
};

function* connect(line: Line, host: string, port: string): Call<Fd | undefined> {
  const { sys } = line;
  const addresses = isIPv4(host) ? ([host] as const) : yield* lookUp(sys, host);
  if (typeof addresses === 'string') {
    const where = 'BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:746';
    yield* sys.write(2, errorLine(sys, '10080002', where, addresses) + 'connect:errno=22\n');
    return undefined;
  }
  let last: Errno = 'ENETUNREACH';
  let said = '';
  for (const address of addresses) {
    const fd = yield* sys.connect({ address, port: Number(port) });
    if (!isErrno(fd)) return fd;
    last = fd;
    const code = (0x80000000 + (numbers[fd] ?? 0)).toString(16).toUpperCase();
    const where = `BIO_connect:${strerror(fd)}:../crypto/bio/bio_sock2.c:117:calling connect()`;
    said +=
      errorLine(sys, code, 'system library', where) +
      errorLine(
        sys,
        '10000067',
        'BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:',
      );
  }
  yield* sys.write(2, `${said}connect:errno=${numbers[last] ?? 0}\n`);
  return undefined;
}

function* lookUp(sys: Sys, host: string): Call<readonly string[] | string> {
  const found = yield* getaddrinfo(sys, host, 'any', Infinity);
  if (found.ok) return found.addresses;
  return found.why === 'too-late' ? strerror('ETIMEDOUT') : gaiText[found.why];
}

function versionsOf(line: Line): readonly TlsVersion[] {
  if (line.has('tls1_2')) return ['TLSv1.2'];
  if (line.has('tls1_3')) return ['TLSv1.3'];
  const all: readonly TlsVersion[] = ['TLSv1.3', 'TLSv1.2'];
  return all.filter((each) => !line.has(each === 'TLSv1.3' ? 'no_tls1_3' : 'no_tls1_2'));
}

/** The server's name for SNI: given, or the host unless that is an address. */
function serverNameOf(line: Line, host: string): string | undefined {
  if (line.has('noservername')) return undefined;
  return line.value('servername') ?? (isIPv4(host) || host.includes(':') ? undefined : host);
}

function ownOf(line: Line): readonly Uint8Array[] {
  const found = line.sys.files.read(line.value('cert') ?? '');
  return isErrno(found) ? [] : readCertificates(found.text).map(({ der }) => der);
}

function* speak(line: Line, fd: Fd, host: string, anchors: readonly Certificate[]): Call<number> {
  const { sys } = line;
  const verified: Verified = { code: 0, name: undefined };
  const serverName = serverNameOf(line, host);
  const wanted = line.value('verify_hostname') ?? line.value('verify_ip');
  const made = yield* startTls(sys, fd, {
    versions: versionsOf(line),
    alpn: (line.value('alpn') ?? '').split(',').filter((each) => each !== ''),
    ticket: !line.has('no_ticket'),
    own: ownOf(line),
    until: Infinity,
    ...(serverName !== undefined && { serverName }),
    *watch({ kind, number }) {
      const hello = kind === 'handshake' && number === 2;
      if (hello && serverName === undefined && !line.has('noservername')) {
        yield* sys.write(2, "Can't use SSL_get_servername\n");
      }
    },
    *verify([leaf, ...others]) {
      if (!leaf) return undefined;
      const verdict = verify(leaf, {
        anchors,
        others,
        now: sys.now,
        purpose: 'server',
        partial: line.has('partial_chain'),
        ...(wanted !== undefined && { host: wanted }),
      });
      const strict = line.has('verify_return_error');
      const quiet = line.has('brief') || line.has('verify_quiet');
      verified.code = yield* tellSteps(sys, verdict, { strict, quiet });
      if (wanted !== undefined) verified.name = nameFor(leaf, wanted)?.text;
      return strict && verified.code !== 0 ? alertFor(verified.code) : undefined;
    },
  });
  return yield* after(line, fd, made, verified, serverName);
}

function alertFor(code: number): number {
  if (code === 10) return 45;
  if (code === 9 || code === 7 || code === 62) return 42;
  return code === 26 ? 43 : 48;
}

function* after(
  line: Line,
  fd: Fd,
  made: TlsSession | TlsFailure,
  verified: Verified,
  serverName: string | undefined,
): Call<number> {
  const { sys } = line;
  if ('failed' in made) {
    yield* sys.write(2, failureText(sys, made));
    if (!line.has('quiet') && !line.has('brief')) yield* report(line, made, verified);
    sys.close(fd);
    return 1;
  }
  if (line.has('brief')) yield* brief(sys, made, verified);
  else if (!line.has('quiet')) yield* report(line, made, verified);
  const code = yield* converse(line, fd, made, verified, serverName);
  sys.close(fd);
  return code;
}

function failureText(sys: Sys, { failed }: TlsFailure): string {
  switch (failed.why) {
    case 'strange': {
      const where = 'ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:';
      return errorLine(sys, '0A00010B', 'SSL routines', where);
    }
    case 'rejected': {
      const where = 'tls_post_process_server_certificate:certificate verify failed';
      return errorLine(sys, '0A000086', 'SSL routines', where, '../ssl/statem/statem_clnt.c:1889:');
    }
    case 'alert': {
      const code = (0x0a000000 + 1000 + failed.number).toString(16).toUpperCase().padStart(8, '0');
      const name = alertNames[failed.number] ?? 'unknown';
      const tail = `SSL alert number ${failed.number}`;
      const where = `ssl3_read_bytes:${name}:../ssl/record/rec_layer_s3.c:1600:${tail}`;
      return errorLine(sys, code, 'SSL routines', where);
    }
    case 'closed': {
      const where = 'ssl3_read_n:unexpected eof while reading:../ssl/record/rec_layer_s3.c:322:';
      return errorLine(sys, '0A000126', 'SSL routines', where);
    }
    case 'errno':
      return `write:errno=${{ ECONNRESET: 104, ETIMEDOUT: 110 }[failed.errno as string] ?? 0}\n`;
  }
}

const alertNames: Readonly<Record<number, string>> = {
  10: 'sslv3 alert unexpected message',
  40: 'sslv3 alert handshake failure',
  42: 'sslv3 alert bad certificate',
  48: 'tlsv1 alert unknown ca',
  70: 'tlsv1 alert protocol version',
  80: 'tlsv1 alert internal error',
  112: 'tlsv1 unrecognized name',
  116: 'tlsv13 alert certificate required',
  120: 'tlsv1 alert no application protocol',
};
