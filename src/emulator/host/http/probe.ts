import { isErrno } from '../errno.ts';
import type { Call, Sys } from '../syscalls.ts';
import { readBody, readHead, responseFraming, statusOf, writeMessage } from './message.ts';

/** The head of an answer, as far as probes look at it. */
export interface HttpReply {
  readonly status: number;
  readonly body: string;
}

interface ProbeRequest {
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly timeout: number;
}

const LATE = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
const dialErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
};

/** GET as the kubelet's prober does it; a text is the error in Go's words, without the URL. */
export function* get(sys: Sys, request: ProbeRequest): Call<HttpReply | string> {
  const { address, port, timeout } = request;
  const until = sys.now + timeout;
  const fd = yield* sys.connect({ address, port }, { timeout });
  if (isErrno(fd)) {
    if (fd === 'ETIMEDOUT') return LATE;
    return `dial tcp ${address}:${port}: connect: ${dialErrors[fd] ?? fd}`;
  }
  yield* sys.write(fd, requestText(request));
  let text = '';
  let error: string | undefined;
  while (!isComplete(text) && error === undefined) {
    const left = until - sys.now;
    const piece = left > 0 ? yield* sys.read(fd, left) : 'EAGAIN';
    if (piece === 'EAGAIN') error = LATE;
    else if (piece === null) error = 'EOF';
    else if (isErrno(piece)) error = 'read: connection reset by peer';
    else text += piece;
  }
  sys.close(fd);
  const found = readHead(text);
  if (!found) return text === '' ? (error ?? 'EOF') : malformed(text);
  const status = statusOf(found.head);
  if (status === undefined) return malformed(text);
  return { status, body: readBody(found.rest, responseFraming(found.head, 'GET')).body };
}

function requestText({ address, port, path, headers = [] }: ProbeRequest): string {
  const target = path.startsWith('/') ? path : `/${path}`;
  const own = new Set(headers.map(({ name }) => name.toLowerCase()));
  const usual = [
    ['Host', `${address}:${port}`],
    ['User-Agent', 'kube-probe/1.36'],
    ['Accept', '*/*'],
    ['Connection', 'close'],
  ] as const;
  return writeMessage(`GET ${target} HTTP/1.1`, [
    ...usual.filter(([name]) => !own.has(name.toLowerCase())),
    ...headers.map(({ name, value }) => [name, value] as const),
  ]);
}

function isComplete(text: string): boolean {
  const found = readHead(text);
  return Boolean(found && readBody(found.rest, responseFraming(found.head, 'GET')).done);
}

function malformed(text: string): string {
  return `malformed HTTP response "${text.slice(0, 40)}"`;
}
