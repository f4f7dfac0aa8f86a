import { isErrno, strerror } from '../../host/errno.ts';
import { gaiText, getaddrinfo, isIPv4 } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Errno, Fd } from '../../host/syscalls.ts';
import { quote } from '../gnu/quote.ts';
import { dropKept, tell, warn, type Session } from './session.ts';
import type { Url } from './url.ts';

/** How connecting failed: whether another try is worth it. */
export interface NotConnected {
  readonly again: boolean;
  /** It was the certificate that was not good enough. */
  readonly insecure?: boolean;
}

/** Looks the host up and connects, or takes the connection that was kept. */
export function* connectTo(session: Session, url: Url): Call<Fd | NotConnected> {
  const { kept, sys, settings } = session;
  const { host, port } = url;
  if (kept?.host === host && kept.port === port && kept.scheme === url.scheme) {
    yield* tell(session, `Reusing existing connection to ${host}:${port}.\n`);
    session.kept = undefined;
    return kept.fd;
  }
  dropKept(session);
  const addresses = yield* lookUp(session, host);
  if (!addresses) {
    const name = quote(sys, host);
    yield* warn(session, `wget: unable to resolve host address ${name}\n`);
    return { again: false };
  }
  let last: Errno = 'ENETUNREACH';
  for (const address of addresses) {
    const shown = address === host ? host : `${host} (${host})|${address}|`;
    yield* tell(session, `Connecting to ${shown}:${port}... `);
    const timeout = settings.connectTimeout;
    const options = timeout === undefined ? {} : { timeout };
    const fd = yield* sys.connect({ address, port }, options);
    if (!isErrno(fd)) {
      yield* tell(session, 'connected.\n');
      return fd;
    }
    yield* tell(session, `failed: ${strerror(fd)}.\n`);
    last = fd;
  }
  const final = last === 'ECONNREFUSED' || last === 'ENETUNREACH' || last === 'EHOSTUNREACH';
  return { again: !final || settings.retryRefused };
}

function* lookUp(session: Session, host: string): Call<readonly string[] | undefined> {
  const { sys, settings, known } = session;
  if (isIPv4(host)) return [host];
  const before = known.get(host);
  if (before) return before;
  yield* tell(session, `Resolving ${host} (${host})... `);
  const until = settings.dnsTimeout === undefined ? Infinity : sys.now + settings.dnsTimeout;
  const found = yield* getaddrinfo(sys, host, settings.family, until);
  if (!found.ok) {
    const why = found.why === 'too-late' ? strerror('ETIMEDOUT') : gaiText[found.why];
    yield* tell(session, `failed: ${why}.\n`);
    return undefined;
  }
  const shown = found.addresses.slice(0, 3).join(', ');
  yield* tell(session, `${shown}${found.addresses.length > 3 ? ', ...' : ''}\n`);
  known.set(host, found.addresses);
  return found.addresses;
}
