import type { Endpoint } from '../../network/api.ts';
import { isErrno } from '../errno.ts';
import type { Call, DaemonMessage, DaemonSys, Fd } from '../syscalls.ts';
import { beginTls, closeTls, endTls, writeTls } from '../tls/server.ts';
import { fieldOf, readBody, readHead, requestFraming, type HttpHead } from './message.ts';

/** A request that has come in whole. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query as written. */
  readonly target: string;
  readonly version: string;
  readonly head: HttpHead;
  readonly body: string;
  readonly peer: Endpoint;
  /** Port that the listener is bound to. */
  readonly port: number;
  readonly fd: Fd;
  /** Whether the connection stays open after the answer. */
  readonly keepAlive: boolean;
}

interface Connection {
  readonly port: number;
  readonly address: string;
  readonly peerPort: number;
}

const MAX_BUFFER = 1_000_000;

/**
 * Opens a listener whose connections `takeRequests` will know; EADDRINUSE and the like as values.
 * What comes on a secure one goes through `takeTls` first.
 */
export function listenHttp(sys: DaemonSys, local: Endpoint, secure = false) {
  const fd = sys.listen(local);
  if (isErrno(fd)) return fd;
  sys.remember(`listener/${fd}`, local.port);
  if (secure) sys.remember(`secure/${fd}`, true);
  return fd;
}

/**
 * Takes a socket message of an HTTP server: gives the requests that it completed. Connections and
 * half-read requests are records, so a mark between two messages is complete.
 */
export function takeRequests(
  sys: DaemonSys,
  message: DaemonMessage & { readonly type: 'socket' },
): readonly HttpRequest[] {
  const { fd } = message;
  switch (message.event) {
    case 'accepted': {
      const port = sys.memory<number>(`listener/${fd}`);
      if (port === undefined || message.acceptedFd === undefined) return [];
      const { address, port: peerPort } = message.peer;
      sys.remember(`connection/${message.acceptedFd}`, { port, address, peerPort });
      if (sys.memory(`secure/${fd}`)) beginTls(sys, message.acceptedFd);
      return [];
    }
    case 'data': {
      const connection = sys.memory<Connection & Record<string, string | number>>(
        `connection/${fd}`,
      );
      if (!connection) return [];
      return readRequests(sys, fd, connection, message.payload);
    }
    case 'end':
    case 'reset':
    case 'failed':
      closeHttp(sys, fd);
      return [];
    default:
      return [];
  }
}

/** Closes a connection and forgets it. */
export function closeHttp(sys: DaemonSys, fd: Fd): void {
  if (!sys.memory(`connection/${fd}`)) return;
  sys.remember(`connection/${fd}`, undefined);
  endTls(sys, fd);
  if (sys.memory(`buffer/${fd}`) !== undefined) sys.remember(`buffer/${fd}`, undefined);
  sys.close(fd);
}

/** Writes an answer; closes the connection where it does not stay open. */
export function* answerHttp(sys: DaemonSys, request: HttpRequest, text: string): Call<void> {
  yield* writeTls(sys, request.fd, text);
  if (request.keepAlive) return;
  yield* closeTls(sys, request.fd);
  closeHttp(sys, request.fd);
}

function readRequests(
  sys: DaemonSys,
  fd: Fd,
  { port, address, peerPort }: Connection,
  payload: string,
): readonly HttpRequest[] {
  const before = sys.memory<string>(`buffer/${fd}`);
  let buffer = ((before ?? '') + payload).slice(0, MAX_BUFFER);
  const requests: HttpRequest[] = [];
  if (/^[^A-Za-z\r\n]/.test(buffer)) {
    // No request begins like this; a client that speaks TLS to a plain port does.
    const head = { first: '', fields: [] };
    const peer = { address, port: peerPort };
    const nothing = { method: '', target: '/', version: 'HTTP/1.1', body: '', keepAlive: false };
    requests.push({ ...nothing, head, peer, port, fd });
    buffer = '';
  }
  for (;;) {
    const found = readHead(buffer);
    if (!found) break;
    const { body, done, rest } = readBody(found.rest, requestFraming(found.head));
    if (!done) break;
    const [method = '', target = '', version = 'HTTP/0.9'] = found.head.first.split(' ');
    const wish = (fieldOf(found.head, 'connection') ?? '').toLowerCase();
    const keepAlive = version === 'HTTP/1.1' ? wish !== 'close' : wish === 'keep-alive';
    const peer = { address, port: peerPort };
    requests.push({ method, target, version, head: found.head, body, peer, port, fd, keepAlive });
    buffer = rest;
  }
  if (buffer !== '' || before !== undefined) {
    sys.remember(`buffer/${fd}`, buffer === '' ? undefined : buffer);
  }
  return requests;
}
