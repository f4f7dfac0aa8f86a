import { isErrno, strerror } from '../../host/errno.ts';
import { getaddrinfo, isIPv4, isIPv6 } from '../../host/resolver/getaddrinfo.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Micros } from '../../world/json.ts';
import { endMeter, has, note, type Connection, type Failure, type Session } from './session.ts';
import type { Url } from './url.ts';

/** When patience ends: for the whole transfer, and for connecting. */
export interface Limits {
  readonly start: Micros;
  /** End of `-m`; Infinity without it. */
  readonly end: Micros;
  /** End of `--connect-timeout`, or of the five minutes that curl waits by itself. */
  readonly connectEnd: Micros;
}

export const millis = (micros: Micros) => Math.floor(micros / 1000);

/** Where `--connect-to` sends a URL instead; the URL itself where no entry is for it. */
export function* placeOf(session: Session, url: Url): Call<Url> {
  for (const entry of session.settings.connectTo) {
    const [, host = '', port = '', toHost = '', toPort = ''] =
      /^([^:]*):(\d*):(\[[^\]]*\]|[^:]*):?(\d*)$/.exec(entry) ?? [];
    const forIt =
      (host === '' || host.toLowerCase() === url.host.toLowerCase()) &&
      (port === '' || Number(port) === url.port);
    if (!forIt) continue;
    const place = {
      ...url,
      host: toHost === '' ? url.host : toHost.replace(/^\[|\]$/g, ''),
      port: toPort === '' ? url.port : Number(toPort),
    };
    if (toHost !== '') yield* note(session, `Connecting to hostname: ${place.host}`);
    if (toPort !== '') yield* note(session, `Connecting to port: ${place.port}`);
    return place;
  }
  return url;
}

/** Addresses of a URL's host: a number, `--resolve`, localhost, or the resolver. */
export function* lookUp(session: Session, url: Url, limits: Limits) {
  const { sys } = session;
  const host = url.host.toLowerCase();
  const cached = session.cache.get(`${host}:${url.port}`) ?? session.cache.get(`*:${url.port}`);
  if (cached) {
    yield* note(session, `Hostname ${url.host} was found in DNS cache`);
    return cached;
  }
  if (isIPv4(host) || isIPv6(host)) return [host];
  if (host === 'localhost' || host.endsWith('.localhost')) {
    return [has(session, 'ipv6') ? '::1' : '127.0.0.1'];
  }
  const until = Math.min(limits.end, limits.connectEnd);
  const family = has(session, 'ipv4') ? 'v4' : has(session, 'ipv6') ? 'v6' : 'any';
  const found = yield* getaddrinfo(sys, host, family, until);
  if (found.ok) {
    session.cache.set(`${host}:${url.port}`, found.addresses);
    return found.addresses;
  }
  const late = `Resolving timed out after ${millis(sys.now - limits.start)} milliseconds`;
  const failure: Failure =
    found.why === 'too-late'
      ? { code: 28, text: late }
      : { code: 6, text: `Could not resolve host: ${url.host}` };
  yield* note(session, failure.text);
  return failure;
}

/**
 * Opens a connection, trying the addresses in turn as curl's happy eyeballs does with one family.
 */
export function* connectTo(
  session: Session,
  url: Url,
  addresses: readonly string[],
  limits: Limits,
  port = url.port,
): Call<Connection | Failure> {
  const { sys } = session;
  const number = session.connectionCount++;
  let timedOut = false;
  for (const [index, address] of addresses.entries()) {
    yield* note(session, `  Trying ${bracketed(address)}:${port}...`);
    const left = limits.connectEnd - sys.now;
    const share = index < addresses.length - 1 ? Math.floor(left / 2) : left;
    const patience = Math.max(1, Math.min(share, limits.end - sys.now));
    const before = sys.now;
    const fd = yield* sys.connect({ address, port }, { timeout: patience });
    if (!isErrno(fd)) {
      yield* note(session, `Connected to ${url.host} (${address}) port ${port} (#${number})`);
      const { scheme } = url;
      const connection = { fd, number, host: url.host, port: url.port, address, scheme };
      session.connections.push(connection);
      return connection;
    }
    if (sys.now >= limits.end) return yield* tooLate(session, limits);
    timedOut = fd === 'ETIMEDOUT';
    if (timedOut && sys.now - before >= patience) {
      const family = address.includes(':') ? 'ipv6' : 'ipv4';
      yield* note(session, `${family} connect timeout after ${millis(patience)}ms, move on!`);
    } else if (sys.now === before && fd === 'ENETUNREACH') {
      yield* note(session, `Immediate connect fail for ${address}: ${strerror(fd)}`);
    } else {
      yield* note(session, `connect to ${address} port ${port} failed: ${strerror(fd)}`);
    }
  }
  const byLimit = timedOut && sys.now >= limits.connectEnd;
  const reason = byLimit ? 'Timeout was reached' : "Couldn't connect to server";
  const took = millis(sys.now - limits.start);
  const text = `Failed to connect to ${url.host} port ${port} after ${took} ms: ${reason}`;
  yield* note(session, text);
  yield* finish(session, number);
  return { code: timedOut ? 28 : 7, text };
}

function* tooLate(session: Session, limits: Limits): Call<Failure> {
  const took = millis(session.sys.now - limits.start);
  const text = `Connection timed out after ${took} milliseconds`;
  yield* note(session, text);
  yield* finish(session, session.connectionCount - 1);
  return { code: 28, text };
}

function* finish(session: Session, number: number): Call<void> {
  const elapsed = session.sys.now - session.meterAt;
  yield* endMeter(session, { elapsed, received: 0, sent: 0, toSend: 0 });
  yield* note(session, `Closing connection ${number}`);
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** Puts the addresses of `--resolve` into the cache; a text is what curl says to a wrong one. */
export function* fillCache(session: Session): Call<Failure | undefined> {
  for (const entry of session.settings.resolves) {
    const removal = /^-([^:]+):(\d+)$/.exec(entry);
    if (removal) {
      session.cache.delete(`${removal[1]}:${removal[2]}`);
      continue;
    }
    const [, host = '', port = '', list = ''] = /^\+?([^:]+):(\d+):(.+)$/.exec(entry) ?? [];
    const addresses = list.split(',').map((each) => each.replace(/^\[|\]$/g, ''));
    const good = addresses.every((each) => isIPv4(each) || isIPv6(each));
    if (host === '' || !good) {
      const bad = host === '' ? entry : `${host}:${port}:${list}`;
      const text = `Couldn't parse CURLOPT_RESOLVE entry '${bad}'`;
      yield* note(session, `${text}!`);
      return { code: 49, text };
    }
    session.cache.set(`${host.toLowerCase()}:${port}`, addresses);
    yield* note(session, `Added ${host}:${port}:${list} to DNS cache`);
  }
  return undefined;
}
