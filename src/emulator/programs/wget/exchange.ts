import { isErrno, strerror } from '../../host/errno.ts';
import {
  fieldOf,
  readHead,
  responseFraming,
  statusOf,
  type Framing,
  type HttpHead,
} from '../../host/http/message.ts';
import type { Call, Fd } from '../../host/syscalls.ts';
import { connectTo, type NotConnected } from './connect.ts';
import { requestText } from './request.ts';
import { receive, secure, transmit } from './secure.ts';
import { tell, type Session } from './session.ts';
import type { Url } from './url.ts';

/** An answer whose head has come. */
export interface Answer {
  readonly fd: Fd;
  readonly head: HttpHead;
  readonly status: number;
  readonly reason: string;
  readonly framing: Framing;
  /** What came of the body together with the head. */
  readonly rest: string;
  readonly keepAlive: boolean;
}

/** Sends a request and reads the head of its answer, telling of both. */
export function* exchange(
  session: Session,
  url: Url,
  body: string | undefined,
): Call<Answer | NotConnected> {
  const { sys, settings } = session;
  const fd = yield* connectTo(session, url);
  if (typeof fd !== 'number') return fd;
  if (url.scheme === 'https' && !session.secured.has(fd)) {
    const good = yield* secure(session, fd, url.host);
    if (!good) {
      session.secured.delete(fd);
      sys.close(fd);
      return { again: false, insecure: true };
    }
  } else if (url.scheme !== 'http' && url.scheme !== 'https') {
    yield* sys.write(2, `wget: ${url.scheme}:// is not modelled here\n`);
    sys.close(fd);
    return { again: false };
  }
  const { method, text } = requestText(settings, url, body);
  yield* transmit(session, fd, text);
  yield* tell(session, 'HTTP request sent, awaiting response... ');
  const read = yield* readAnswer(session, fd);
  if (typeof read === 'string') {
    sys.close(fd);
    yield* tell(session, read);
    return { again: true };
  }
  const { head, rest } = read;
  const status = statusOf(head) ?? 0;
  const reason = head.first.replace(/^\S+ \d{3} ?/, '');
  yield* showHead(session, head, `${status} ${reason}`);
  const wish = fieldOf(head, 'connection')?.toLowerCase();
  const framing = responseFraming(head, method);
  const old = head.first.startsWith('HTTP/1.0');
  const keepAlive = wish !== 'close' && (!old || wish === 'keep-alive') && framing.kind !== 'close';
  return { fd, head, status, reason, framing, rest, keepAlive };
}

/** A text says what is wrong with the answer. */
function* readAnswer(session: Session, fd: Fd) {
  let buffer = '';
  for (;;) {
    const found = readHead(buffer);
    if (found && statusOf(found.head) === 100) buffer = found.rest;
    else if (found) return found;
    const piece = yield* receive(session, fd);
    if (piece === null) {
      return buffer === '' ? 'No data received.\n' : 'Read error (Success) in headers.\n';
    }
    if (isErrno(piece)) {
      const why = strerror(piece === 'EAGAIN' ? 'ETIMEDOUT' : piece);
      return `Read error (${why}) in headers.\n`;
    }
    buffer += piece;
  }
}

function* showHead({ sys, settings }: Session, head: HttpHead, status: string): Call<void> {
  if (!settings.showHead) {
    if (settings.verbose) yield* sys.write(2, `${status}\n`);
    return;
  }
  const lines = [head.first, ...head.fields.map(([name, value]) => `${name}: ${value}`)];
  const start = settings.verbose ? '\n' : '';
  yield* sys.write(2, start + lines.map((line) => `  ${line}\n`).join(''));
}
