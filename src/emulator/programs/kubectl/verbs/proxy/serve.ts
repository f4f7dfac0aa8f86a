import { isErrno } from '../../../../host/errno.ts';
import {
  fieldOf,
  readBody,
  readHead,
  requestFraming,
  writeMessage,
  type HttpHead,
} from '../../../../host/http/message.ts';
import { reasons } from '../../../../host/http/reasons.ts';
import type { Call, Fd } from '../../../../host/syscalls.ts';
import type { ApiRequest } from '../../../../apiserver/request.ts';
import { byteLength } from '../../../../network/bytes.ts';
import type { Json } from '../../../../world/json.ts';
import type { Context } from '../../command.ts';

/** What a request has to look like to be passed on (`FilterServer`). */
export interface Filter {
  readonly hosts: readonly RegExp[];
  readonly accepted: readonly RegExp[];
  readonly rejected: readonly RegExp[];
  readonly methods: readonly RegExp[];
}

interface Asked {
  readonly method: string;
  readonly target: string;
  readonly head: HttpHead;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Connections by their descriptor, with what has come and is no whole request yet. */
type Waiting = Map<Fd, string>;
/** Watches by their descriptor: the connection that they are shown on. */
type Watches = Map<Fd, Fd>;

/** Serves HTTP until kubectl is ended. */
export function* serve(context: Context, listener: Fd, filter: Filter): Call<void> {
  const { sys } = context;
  const waiting: Waiting = new Map();
  const watches: Watches = new Map();
  for (;;) {
    const ready: readonly Fd[] = yield* sys.poll([listener, ...waiting.keys(), ...watches.keys()]);
    if (ready.includes(listener)) {
      const accepted = yield* sys.accept(listener, 0);
      if (!isErrno(accepted)) waiting.set(accepted.fd, '');
    }
    for (const fd of [...waiting.keys()].filter((each) => ready.includes(each))) {
      yield* take(context, filter, fd, waiting, watches);
    }
    for (const [fd, client] of [...watches].filter(([each]) => ready.includes(each))) {
      const event = yield* sys.nextEvent(fd, 0);
      if (event === 'EAGAIN') continue;
      const over = event === null || isErrno(event);
      yield* sys.write(client, over ? '0\r\n\r\n' : chunk(`${JSON.stringify(event)}\n`));
      if (over) watches.delete(fd);
    }
  }
}

const chunk = (text: string) => `${byteLength(text).toString(16)}\r\n${text}\r\n`;

/** Reads what has come on a connection and answers the requests that are whole. */
function* take(
  context: Context,
  filter: Filter,
  fd: Fd,
  waiting: Waiting,
  watches: Watches,
): Call<void> {
  const { sys } = context;
  const text = yield* sys.read(fd);
  if (text === null || isErrno(text)) {
    waiting.delete(fd);
    for (const [watch, client] of watches) {
      if (client !== fd) continue;
      watches.delete(watch);
      sys.close(watch);
    }
    sys.close(fd);
    return;
  }
  let buffer = (waiting.get(fd) ?? '') + text;
  for (;;) {
    const found = readHead(buffer);
    if (!found) break;
    const { body, done, rest } = readBody(found.rest, requestFraming(found.head));
    if (!done) break;
    buffer = rest;
    const [method = 'GET', target = '/'] = found.head.first.split(' ');
    yield* respond(context, filter, fd, { method, target, head: found.head, body }, watches);
  }
  waiting.set(fd, buffer);
}

function* respond(
  context: Context,
  filter: Filter,
  fd: Fd,
  asked: Asked,
  watches: Watches,
): Call<void> {
  const { sys } = context;
  const { method, target, head } = asked;
  if (!isAllowed(context, filter, asked)) {
    const text = 'Forbidden\n';
    yield* sys.write(fd, message({ status: 403, type: 'text/plain; charset=utf-8', text }));
    return;
  }
  const file = staticFile(context, target);
  if (file) {
    yield* sys.write(fd, message(file));
    return;
  }
  const request = requestOf(context, asked);
  if (method === 'GET' && /[?&]watch=(true|1)(&|$)/.test(target)) {
    const watch = yield* sys.watch(request, context.config().options);
    if (typeof watch === 'number') {
      watches.set(watch, fd);
      const fields = [
        ['Content-Type', 'application/json'],
        ['Transfer-Encoding', 'chunked'],
      ] as const;
      yield* sys.write(fd, writeMessage('HTTP/1.1 200 OK', fields));
      return;
    }
  }
  const answer = yield* ask(context, request);
  const text = message(answer);
  yield* sys.write(fd, method === 'HEAD' ? text.slice(0, text.indexOf('\r\n\r\n') + 4) : text);
  if (/^close$/i.test(fieldOf(head, 'connection') ?? '')) sys.shutdown(fd);
}

function isAllowed({ flags }: Context, filter: Filter, { method, target, head }: Asked): boolean {
  if (flags.on('disable-filter')) return true;
  const path = target.split('?')[0] as string;
  const host = (fieldOf(head, 'host') ?? '').replace(/:\d+$/, '');
  const some = (list: readonly RegExp[], text: string) => list.some((each) => each.test(text));
  return (
    !some(filter.rejected, path) &&
    !some(filter.methods, method) &&
    some(filter.hosts, host) &&
    some(filter.accepted, path)
  );
}

/** A file below `--www`; undefined for what is no business of it. */
function staticFile({ flags, sys }: Context, target: string): Answer | undefined {
  const prefix = flags.text('www-prefix');
  if (flags.text('www') === '' || !target.startsWith(prefix)) return undefined;
  const path = `${flags.text('www')}/${target.slice(prefix.length).split('?')[0] as string}`;
  const found = sys.files.read(path.endsWith('/') ? `${path}index.html` : path);
  const type = 'text/plain; charset=utf-8';
  if (isErrno(found)) return { status: 404, type, text: '404 page not found\n' };
  const html = /\.html$|\/$/.test(path);
  return { status: 200, type: html ? 'text/html; charset=utf-8' : type, text: found.text };
}

function requestOf({ flags }: Context, { method, target, head, body }: Asked): ApiRequest {
  const prefix = flags.text('api-prefix').replace(/\/$/, '');
  const headers = Object.fromEntries(
    head.fields
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !/^(host|connection|content-length)$/.test(name)),
  );
  return {
    method: method as ApiRequest['method'],
    url: target.startsWith(prefix) ? target.slice(prefix.length) || '/' : target,
    headers,
    ...(body !== '' && { body: body as Json }),
  };
}

function* ask(context: Context, request: ApiRequest): Call<Answer> {
  const response = yield* context.sys.api(request, context.config().options);
  if (isErrno(response)) {
    const text = `error trying to reach service: ${response}\n`;
    return { status: 502, type: 'text/plain; charset=utf-8', text };
  }
  const { status, body } = response;
  if (typeof body === 'string') {
    return { status, type: 'text/plain; charset=utf-8', text: body };
  }
  return { status, type: 'application/json', text: `${JSON.stringify(body, undefined, 2)}\n` };
}

function message({ status, type, text }: Answer): string {
  return writeMessage(
    `HTTP/1.1 ${status} ${reasons[status] ?? ''}`,
    [
      ['Content-Type', type],
      ['Content-Length', String(byteLength(text))],
    ],
    text,
  );
}
