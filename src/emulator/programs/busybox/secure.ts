import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Errno, Fd, Sys } from '../../host/syscalls.ts';
import { startTls } from '../../host/tls/client.ts';
import { readCertificates } from '../../x509/certificate.ts';
import { isAddress } from '../../x509/ip-octets.ts';
import { verify } from '../../x509/verify.ts';
import type { Line } from './applet.ts';

/** A connection that is read and written, secured or not. */
export interface Stream {
  next(timeout?: number): Call<string | null | Errno>;
  write(text: string): Call<Errno | undefined>;
}

export const plainStream = (sys: Sys, fd: Fd): Stream => ({
  next: (timeout) => sys.read(fd, timeout),
  write: (text) => sys.write(fd, text),
});

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Secures a connection. Where there is an openssl, wget lets it do that, and it insists on a good
 * certificate; else wget does it by itself and looks at none. A text is what wget dies of.
 */
export function* secureStream(line: Line, sys: Sys, fd: Fd, host: string): Call<Stream | string> {
  const helper = sys.files.which('openssl') !== undefined;
  const strict = helper && !line.has('no-check-certificate');
  if (!helper && !line.has('no-check-certificate')) {
    yield* sys.write(2, 'wget: note: TLS certificate validation not implemented\n');
  }
  const bundle = sys.files.read(BUNDLE);
  const anchors = isErrno(bundle) ? [] : readCertificates(bundle.text);
  const made = yield* startTls(sys, fd, {
    versions: helper ? ['TLSv1.3', 'TLSv1.2'] : ['TLSv1.2'],
    alpn: [],
    ticket: helper,
    until: Infinity,
    ...(isAddress(host) ? {} : { serverName: host }),
    // oxlint-disable-next-line require-yield -- the contract is a generator
    *verify([leaf, ...others]) {
      if (!strict) return undefined;
      const bad = !leaf || verify(leaf, { anchors, others, now: sys.now }).problems.length > 0;
      return bad ? 48 : undefined;
    },
  });
  if (!('failed' in made)) return made;
  sys.close(fd);
  if (helper) return `error getting response: ${strerror('ECONNRESET')}`;
  if (made.failed.why === 'alert') return `TLS error from peer (alert code ${made.failed.number})`;
  return 'error getting response: Connection reset by peer';
}
