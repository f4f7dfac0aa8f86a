import { isErrno } from '../../host/errno.ts';
import {
  fieldOf,
  readBody,
  readHead,
  responseFraming,
  statusOf,
  writeMessage,
  type HttpHead,
} from '../../host/http/message.ts';
import { byteLength } from '../../network/bytes.ts';
import type { Call } from '../../host/syscalls.ts';
import type { TlsSession } from '../../host/tls/client.ts';
import { headOf2, isHttp2, traceRequest2, traceSettings } from './http2.ts';
import { connectTo, lookUp, millis, placeOf, type Limits } from './connect.ts';
import { published } from './published.ts';
import type { Request } from './request.ts';
import { secure } from './secure.ts';
import {
  endMeter,
  has,
  note,
  traceData,
  traceHeader,
  type Connection,
  type Failure,
  type Figures,
  type Session,
} from './session.ts';
import type { Url } from './url.ts';

/** Where the answer goes to while it comes. */
export interface Sink {
  readonly head: (head: HttpHead) => Call<void>;
  readonly body: (text: string) => Call<void>;
}

/**
 * Sends one request and takes its answer. `ignoreBody` tells of a head whether a redirect follows.
 */
export function* transfer(
  session: Session,
  url: Url,
  request: Request,
  figures: Figures,
  limits: Limits,
  sink: Sink,
  ignoreBody: (head: HttpHead) => boolean,
): Call<HttpHead | Failure> {
  const { sys } = session;
  const since = () => sys.now - figures.start;
  const known = yield* reuse(session, url);
  let connection = known;
  if (!connection) {
    const file = yield* published(session, url, request, figures, sink);
    if (file) return file;
    const place = yield* placeOf(session, url);
    const addresses = yield* lookUp(session, place, limits);
    if ('code' in addresses) {
      const number = session.connectionCount++;
      yield* note(session, `Closing connection ${number}`);
      return addresses;
    }
    figures.looked = since();
    const made = yield* connectTo(session, url, addresses, limits, place.port);
    if ('code' in made) return made;
    connection = made;
    figures.connects += 1;
    if (url.scheme !== 'http' && url.scheme !== 'https') {
      return yield* notModelled(session, connection, url.scheme);
    }
    figures.connected = since();
    if (url.scheme === 'https') {
      const secured = yield* protect(session, made, limits);
      if ('code' in secured) return secured;
      connection = secured;
      figures.secured = since();
    }
  } else figures.connected = since();
  figures.pretransfer = since();
  const names = sys.socketNames(connection.fd);
  figures.remote = { address: connection.address, port: connection.port };
  figures.local = names?.local;
  yield* send(session, connection, url, request, figures);
  return yield* receive(session, connection, { request, figures, limits, sink, ignoreBody });
}

/** Secures a connection; where that fails, the connection is closed. */
function* protect(
  session: Session,
  connection: Connection,
  limits: Limits,
): Call<Connection | Failure> {
  const tls = yield* secure(session, connection, limits);
  if (!('code' in tls)) {
    const protocol =
      tls.alpn === undefined ? 'HTTP/1.x' : tls.alpn === 'h2' ? 'HTTP/2' : 'HTTP/1.1';
    yield* note(session, `using ${protocol}`);
    const whole = { ...connection, tls };
    session.connections.splice(session.connections.indexOf(connection), 1, whole);
    return whole;
  }
  // What is wrong with the name was told already.
  if (!tls.after) yield* note(session, tls.text);
  const elapsed = session.sys.now - session.meterAt;
  yield* endMeter(session, { elapsed, received: 0, sent: 0, toSend: 0 });
  yield* note(session, `Closing connection ${connection.number}`);
  if (tls.after) yield* leave(session, tls.after);
  drop(session, connection);
  return tls;
}

/** How long tickets that are on their way are waited for before a session ends. */
const LINGER = 300;

/** Ends a session: reads what has come, then says that no more comes (ossl_close). */
function* leave(session: Session, tls: TlsSession): Call<void> {
  const until = session.sys.now + LINGER;
  for (let left = LINGER; left > 0; left = until - session.sys.now) {
    const piece = yield* tls.next(left);
    if (piece === null || isErrno(piece)) break;
  }
  yield* tls.end();
}

function* reuse(session: Session, url: Url): Call<Connection | undefined> {
  const found = session.connections.find(
    ({ host, port, scheme }) => host === url.host && port === url.port && scheme === url.scheme,
  );
  if (!found) return undefined;
  yield* note(session, `Re-using existing connection #${found.number} with host ${url.host}`);
  return found;
}

function* send(
  session: Session,
  connection: Connection,
  url: Url,
  request: Request,
  figures: Figures,
) {
  const { fd, tls } = connection;
  const { method, target, version, fields, body } = request;
  const authorization = fields.find(([name]) => name === 'Authorization');
  const user = session.settings.values['user']?.replace(/:.*$/s, '');
  if (authorization && user !== undefined) {
    yield* note(session, `Server auth using Basic with user '${user}'`);
  }
  const first = `${method} ${target} HTTP/${version}`;
  const lines = fields.map(([name, value]) => `${name}:${value === '' ? '' : ` ${value}`}`);
  const text = writeMessage(first, fields, body);
  if (tls) {
    // The record's header passes by before the request is told of.
    yield* tls.write(text);
  }
  if (isHttp2(connection)) yield* traceRequest2(session, connection, url, method, fields);
  else yield* traceHeader(session, '>', [first, ...lines, '']);
  figures.requestSize += byteLength(text) - byteLength(body);
  figures.toSend = byteLength(body);
  if (!tls) yield* session.sys.write(fd, text);
  figures.uploaded = figures.toSend;
  if (body !== '') yield* traceData(session, '}', figures.toSend);
}

interface Exchange {
  readonly request: Request;
  readonly figures: Figures;
  readonly limits: Limits;
  readonly sink: Sink;
  readonly ignoreBody: (head: HttpHead) => boolean;
}

function* receive(
  session: Session,
  connection: Connection,
  exchange: Exchange,
): Call<HttpHead | Failure> {
  const { sys } = session;
  const { request, figures, limits, sink, ignoreBody } = exchange;
  let buffer = '';
  let head: HttpHead | undefined;
  let shown = 0;
  for (;;) {
    if (!head) {
      const found = readHead(buffer);
      if (found) {
        if (statusOf(found.head) === undefined) return yield* notHttp(session, connection);
        buffer = found.rest;
        if (statusOf(found.head) === 100) continue;
        head = found.head;
        noteHead(figures, head, request.method);
        const modern = isHttp2(connection);
        if (modern) yield* traceSettings(session, connection);
        const told = modern ? headOf2(head) : head;
        if (modern) figures.version = '2';
        yield* traceHeader(session, '<', linesOf(told));
        if (ignoreBody(head)) yield* note(session, 'Ignoring the response-body');
        yield* sink.head(told);
      }
    }
    if (head) {
      const framing = responseFraming(head, request.method);
      const { body, done } = readBody(buffer, framing);
      if (framing.kind === 'length') figures.expected = framing.length;
      const fresh = body.slice(shown);
      if (fresh !== '') {
        yield* traceData(session, '{', byteLength(fresh));
        if (!ignoreBody(head)) yield* sink.body(fresh);
        figures.downloaded += byteLength(fresh);
        shown = body.length;
      }
      if (done) return yield* complete(session, connection, head, figures);
    }
    const left = limitLeft(session, limits);
    const piece = yield* connection.tls ? connection.tls.next(left) : sys.read(connection.fd, left);
    if (figures.first === 0) figures.first = sys.now - figures.start;
    if (piece === null || isErrno(piece)) {
      const closes = head && responseFraming(head, request.method).kind === 'close';
      if (piece === null && head && closes) {
        return yield* complete(session, connection, head, figures, true);
      }
      return yield* broken(session, connection, { head, piece, figures, limits });
    }
    buffer += piece;
  }
}

function limitLeft({ sys }: Session, { end }: Limits): number | undefined {
  return end === Infinity ? undefined : Math.max(1, end - sys.now);
}

function linesOf(head: HttpHead): string[] {
  return [head.first, ...head.fields.map(([name, value]) => `${name}: ${value}`), ''];
}

function noteHead(figures: Figures, head: HttpHead, method: string): void {
  const length = fieldOf(head, 'content-length');
  // The meter shows what HEAD tells of, though none of it comes.
  if (method === 'HEAD' && length !== undefined) figures.expected = Number(length);
  figures.status = statusOf(head) ?? 0;
  figures.contentType = fieldOf(head, 'content-type') ?? '';
  figures.version = head.first.startsWith('HTTP/1.0') ? '1' : '1.1';
  figures.headerSize += linesOf(head).reduce((sum, line) => sum + byteLength(line) + 2, 0);
}

function* complete(
  session: Session,
  connection: Connection,
  head: HttpHead,
  figures: Figures,
  closed = false,
): Call<HttpHead> {
  const { sys } = session;
  const wish = fieldOf(head, 'connection')?.toLowerCase();
  const old = head.first.startsWith('HTTP/1.0');
  const closes = closed || wish === 'close' || (old && wish !== 'keep-alive');
  yield* showMeter(session, figures);
  if (closes) {
    yield* note(session, `Closing connection ${connection.number}`);
    if (connection.tls) yield* leave(session, connection.tls);
    drop(session, connection);
  } else {
    const { number, host } = connection;
    yield* note(session, `Connection #${number} to host ${host} left intact`);
  }
  figures.end = sys.now - figures.start;
  return head;
}

function* showMeter(session: Session, figures: Figures): Call<void> {
  const unknown = figures.expected === undefined;
  yield* endMeter(session, {
    elapsed: session.sys.now - session.meterAt,
    received: figures.downloaded,
    sent: figures.uploaded,
    toSend: figures.toSend,
    ...(!unknown && { expected: figures.expected as number }),
  });
}

function drop(session: Session, connection: Connection): void {
  session.sys.close(connection.fd);
  session.connections.splice(session.connections.indexOf(connection), 1);
}

/** What comes after the connection is only modelled for HTTP. */
function* notModelled(session: Session, connection: Connection, scheme: string): Call<Failure> {
  const text = `${scheme}:// is not modelled here`;
  yield* session.sys.write(2, `curl: ${text}\n`);
  drop(session, connection);
  return { code: 2, text, told: true };
}

function* notHttp(session: Session, connection: Connection): Call<Failure> {
  const text = 'Received HTTP/0.9 when not allowed';
  yield* note(session, text);
  yield* note(session, `Closing connection ${connection.number}`);
  drop(session, connection);
  return { code: 1, text };
}

interface Breakage {
  readonly head: HttpHead | undefined;
  readonly piece: string | null;
  readonly figures: Figures;
  readonly limits: Limits;
}

function* broken(
  session: Session,
  connection: Connection,
  { head, piece, figures, limits }: Breakage,
): Call<Failure> {
  const failure = failureOf(session, { head, piece, figures, limits });
  yield* note(session, failure.text);
  if (head || piece === 'EAGAIN') yield* showMeter(session, figures);
  else {
    const elapsed = session.sys.now - session.meterAt;
    yield* endMeter(session, { elapsed, received: 0, sent: 0, toSend: 0 });
  }
  yield* note(session, `Closing connection ${connection.number}`);
  drop(session, connection);
  return failure;
}

function failureOf({ sys }: Session, { head, piece, figures, limits }: Breakage): Failure {
  const { downloaded, expected } = figures;
  if (piece === 'EAGAIN') {
    const took = millis(sys.now - limits.start);
    const part = expected === undefined ? `${downloaded}` : `${downloaded} out of ${expected}`;
    return {
      code: 28,
      text: `Operation timed out after ${took} milliseconds with ${part} bytes received`,
    };
  }
  if (piece === null) {
    if (!head) return { code: 52, text: 'Empty reply from server' };
    const left = (expected ?? 0) - downloaded;
    return { code: 18, text: `transfer closed with ${left} bytes remaining to read` };
  }
  return { code: 56, text: 'Recv failure: Connection reset by peer' };
}

export const isVerbose = (session: Session) => has(session, 'verbose');
