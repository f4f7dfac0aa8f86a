import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Errno, Fd } from '../../host/syscalls.ts';
import { startTls } from '../../host/tls/client.ts';
import { readCertificates, type Certificate } from '../../x509/certificate.ts';
import { nameFor } from '../../x509/hostname.ts';
import { isAddress } from '../../x509/ip-octets.ts';
import { verify } from '../../x509/verify.ts';
import { quote } from '../gnu/quote.ts';
import { tell, warn, type Session } from './session.ts';

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/** Reads the file of `--ca-certificate`, once for a run (ssl_init of gnutls.c). */
export function* loadAuthorities(session: Session): Call<void> {
  if (session.authorities) return;
  const { sys, settings } = session;
  const bundle = sys.files.read(BUNDLE);
  const all = isErrno(bundle) ? [] : [...readCertificates(bundle.text)];
  session.authorities = all;
  const given = settings.authority;
  if (given === undefined) return;
  const found = sys.files.read(given);
  const own = isErrno(found) ? [] : readCertificates(found.text);
  all.push(...own);
  if (isErrno(found)) {
    yield* warn(session, `ERROR: Failed to open cert ${given}: (-64).\n`);
  } else if (own.length > 0) yield* tell(session, `Loaded CA certificate '${given}'\n`);
}

/**
 * Secures a connection and looks at the server's certificate (ssl_connect_wget and
 * ssl_check_certificate of gnutls.c); false where wget gives the connection up.
 */
export function* secure(session: Session, fd: Fd, host: string): Call<boolean> {
  const { sys, settings } = session;
  const until = sys.now + settings.readTimeout;
  const made = yield* startTls(sys, fd, {
    versions: ['TLSv1.3', 'TLSv1.2'],
    alpn: [],
    ticket: true,
    until,
    ...(isAddress(host) ? {} : { serverName: host }),
  });
  if ('failed' in made) {
    const { failed } = made;
    const why =
      failed.why === 'strange'
        ? 'An unexpected TLS packet was received.'
        : failed.why === 'alert'
          ? 'A TLS fatal alert has been received.'
          : failed.why === 'errno'
            ? `Error in the pull function: ${strerror(failed.errno)}.`
            : 'The TLS connection was non-properly terminated.';
    yield* warn(session, `GnuTLS: ${why}\nUnable to establish SSL connection.\n`);
    return false;
  }
  session.secured.set(fd, made);
  const good = yield* check(session, made.chain, host);
  return good || settings.unchecked;
}

function* check(
  session: Session,
  [leaf, ...others]: readonly Certificate[],
  host: string,
): Call<boolean> {
  const { sys, settings, authorities = [] } = session;
  const severity = settings.unchecked ? 'WARNING' : 'ERROR';
  const name = quote(sys, host);
  const say = (text: string) => warn(session, `${severity}: ${text}\n`);
  if (!leaf) {
    yield* say(`No certificate presented by ${name}.`);
    return false;
  }
  const { now } = sys;
  const codes = verify(leaf, { anchors: authorities, others, now, purpose: 'server' }).problems.map(
    ({ code }) => code,
  );
  const unknown = codes.some((code) => [2, 18, 19, 20].includes(code));
  const [late, early] = [now > leaf.notAfter, now < leaf.notBefore];
  if (codes.length > 0) {
    yield* say(`The certificate of ${name} is not trusted.`);
    if (unknown) yield* say(`The certificate of ${name} doesn't have a known issuer.`);
    if (early) yield* say(`The certificate of ${name} is not yet activated.`);
    if (late) yield* say(`The certificate of ${name} has expired.`);
  }
  if (early) yield* warn(session, 'The certificate has not yet been activated\n');
  if (late) yield* warn(session, 'The certificate has expired\n');
  const fits = nameFor(leaf, host) !== undefined;
  if (!fits) yield* warn(session, `The certificate's owner does not match hostname ${name}\n`);
  return codes.length === 0 && fits;
}

/** Reads from a connection, through its session where it has one. */
export function* receive(session: Session, fd: Fd): Call<string | null | Errno> {
  const { sys, settings, secured } = session;
  const tls = secured.get(fd);
  return yield* tls ? tls.next(settings.readTimeout) : sys.read(fd, settings.readTimeout);
}

/** Writes to a connection. */
export function* transmit({ sys, secured }: Session, fd: Fd, text: string): Call<void> {
  const tls = secured.get(fd);
  yield* tls ? tls.write(text) : sys.write(fd, text);
}
