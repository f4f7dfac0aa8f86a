import { isErrno, strerror } from '../../host/errno.ts';
import {
  fieldOf,
  readBody,
  readHead,
  responseFraming,
  statusOf,
  writeMessage,
  type Framing,
  type HttpField,
  type HttpHead,
} from '../../host/http/message.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { byteLength } from '../../network/bytes.ts';
import { SECOND } from '../../world/time.ts';
import { encodeBase64 } from '../../world/base64.ts';
import { lookUp } from './address.ts';
import type { Applet, Line } from './applet.ts';
import { errorText } from './error-text.ts';
import { meterLine } from './progress.ts';
import { plainStream, secureStream, type Stream } from './secure.ts';
import { options, usage } from './wget-usage.ts';

/** wget of busybox: one request for each URL, redirects followed. */
export const wget: Applet = {
  name: 'wget',
  usage,
  options,
  *run(line, sys) {
    if (line.operands.length === 0) return yield* line.showUsage();
    for (const text of line.operands) {
      const code = yield* download(line, sys, text);
      if (code !== 0) return code;
    }
    return 0;
  },
};

const MOST_REDIRECTS = 5;

interface Target {
  readonly scheme: string;
  readonly user: string | undefined;
  /** Host as written, with its port. */
  readonly host: string;
  readonly path: string;
}

/** Takes a URL apart as parse_url does; a text is what wget dies of. */
function parseUrl(text: string): Target | string {
  const [, given, rest = ''] = /^(?:([^:/]*):\/\/)?(.*)$/s.exec(text) ?? [];
  const scheme = given ?? 'http';
  if (!['http', 'https', 'ftp', 'ftps'].includes(scheme)) return `not an http or ftp url: ${text}`;
  const [, place = '', after = ''] = /^([^/?#]*)(.*)$/s.exec(rest) ?? [];
  const at = place.lastIndexOf('@');
  const path = after.replace(/#.*$/s, '');
  return {
    scheme,
    user: at < 0 ? undefined : place.slice(0, at),
    host: place.slice(at + 1),
    path: path.startsWith('/') ? path : `/${path}`,
  };
}

interface Transfer {
  readonly line: Line;
  readonly sys: Sys;
  /** How long one wait for the network may take. */
  readonly patience: number | undefined;
  output: string;
}

function* download(line: Line, sys: Sys, text: string): Call<number> {
  let target = parseUrl(text);
  if (typeof target === 'string') return yield* line.die(target);
  const seconds = line.value('T');
  const patience = seconds === undefined ? undefined : Number(seconds) * SECOND;
  const transfer: Transfer = { line, sys, patience, output: outputOf(line, target) };
  for (let redirects = 0; ; redirects++) {
    const next: Target | number = yield* request(transfer, target);
    if (typeof next === 'number') return next;
    if (redirects + 1 >= MOST_REDIRECTS) return yield* line.die('too many redirections');
    target = next;
  }
}

/** `-O`, or the last part of the path. */
function outputOf(line: Line, { path }: Target): string {
  const given = line.value('O');
  if (given !== undefined) return given;
  const name = path.replace(/\?.*$/s, '').split('/').at(-1) || 'index.html';
  const folder = line.value('P');
  return folder === undefined ? name : `${folder.replace(/\/$/, '')}/${name}`;
}

/** One request. Gives the exit code, or where a redirect leads to. */
function* request(transfer: Transfer, target: Target): Call<Target | number> {
  const { line, sys, patience } = transfer;
  const secure = target.scheme === 'https';
  // The name is looked up before the alarm of -T is set (`open_socket`).
  const place = yield* lookUp(sys, target.host, secure ? 443 : 80, Infinity);
  if (!place) return yield* line.die(`bad address '${target.host}'`);
  const { address, port } = place;
  if (!line.has('q')) {
    yield* sys.write(2, `Connecting to ${target.host} (${address}:${port})\n`);
  }
  const fd = yield* sys.connect(place, patience === undefined ? {} : { timeout: patience });
  if (fd === 'ETIMEDOUT' && patience !== undefined) return yield* line.die('download timed out');
  if (isErrno(fd)) {
    return yield* line.die(`can't connect to remote host (${address}): ${errorText(sys, fd)}`);
  }
  const stream = secure
    ? yield* secureStream(line, sys, fd, target.host.replace(/:\d+$/, ''))
    : plainStream(sys, fd);
  if (typeof stream === 'string') return yield* line.die(stream);
  if (target.scheme !== 'http' && !secure) {
    yield* line.die(`${target.scheme}:// is not modelled here`);
    sys.close(fd);
    return 2;
  }
  const text = requestText(line, sys, target);
  if (typeof text === 'number') {
    return yield* line.die(`can't open '${line.value('post-file')}': No such file or directory`);
  }
  yield* stream.write(text);
  const answer = yield* readAnswer(transfer, stream);
  if (typeof answer === 'string') return yield* line.die(answer);
  const next = yield* judge(transfer, target, answer);
  if (next !== undefined) {
    sys.close(fd);
    return next;
  }
  const code = yield* save(transfer, stream, answer);
  sys.close(fd);
  return code;
}

function requestText(line: Line, sys: Sys, { host, path, user }: Target): string | number {
  const file = line.value('post-file');
  const read = file === undefined ? undefined : sys.files.read(file);
  if (isErrno(read)) return 1;
  const body = read?.text ?? line.value('post-data');
  const own = line.given.flatMap(({ key, value = '' }): HttpField[] => {
    const [, name, text = ''] = /^([^:]+):\s*(.*)$/s.exec(value) ?? [];
    return key === 'header' && name !== undefined ? [[name, text]] : [];
  });
  const names = new Set(own.map(([name]) => name.toLowerCase()));
  const usual: HttpField[] = [
    ['Host', host],
    ['User-Agent', line.value('U') ?? 'Wget'],
    ['Connection', 'close'],
  ];
  const fields: HttpField[] = [
    ...usual.filter(([name]) => !names.has(name.toLowerCase())),
    ...(user === undefined ? [] : [['Authorization', `Basic ${encodeBase64(user)}`] as const]),
    ...own,
  ];
  if (body !== undefined) {
    if (!names.has('content-type'))
      fields.push(['Content-Type', 'application/x-www-form-urlencoded']);
    fields.push(['Content-Length', String(byteLength(body))]);
  }
  const method = body !== undefined ? 'POST' : line.has('spider') ? 'HEAD' : 'GET';
  return writeMessage(`${method} ${path} HTTP/1.1`, fields, body ?? '');
}

interface Answer {
  readonly head: HttpHead;
  /** What came of the body together with the head. */
  readonly rest: string;
}

/** Reads up to the end of the head; a text is what wget dies of. */
function* readAnswer({ sys, patience }: Transfer, stream: Stream): Call<Answer | string> {
  let buffer = '';
  for (;;) {
    const found = readHead(buffer);
    if (found && statusOf(found.head) === 100) buffer = found.rest;
    else if (found) return found;
    const piece = yield* stream.next(patience);
    if (piece === 'EAGAIN') return 'download timed out';
    if (piece === null) return 'error getting response';
    if (isErrno(piece)) return `error getting response: ${errorText(sys, piece)}`;
    buffer += piece;
  }
}

/** What the head alone decides; undefined where the body is to be taken. */
function* judge(
  { line, sys, output }: Transfer,
  target: Target,
  { head }: Answer,
): Call<Target | number | undefined> {
  if (line.has('S')) {
    const lines = [head.first, ...head.fields.map(([name, value]) => `${name}: ${value}`), ''];
    yield* sys.write(2, lines.map((each) => `  ${each}\n`).join(''));
  }
  const status = statusOf(head) ?? 0;
  const good = status >= 200 && status <= 204;
  const moved = [300, 301, 302, 303, 307, 308].includes(status);
  if (!good && !moved) return yield* line.die(`server returned error: ${head.first}`);
  const location = fieldOf(head, 'location');
  if (moved && location !== undefined) {
    if (location.startsWith('/')) return { ...target, path: location };
    const next = parseUrl(location);
    return typeof next === 'string' ? yield* line.die(next) : next;
  }
  if (line.has('spider')) {
    if (!line.has('q')) yield* sys.write(2, 'remote file exists\n');
    return 0;
  }
  const taken = line.value('O') === undefined && !isErrno(sys.files.stat(output));
  return taken ? yield* line.die(`can't open '${output}': File exists`) : undefined;
}

/** Writes the body while it comes, and the meter. */
function* save(transfer: Transfer, stream: Stream, { head, rest }: Answer): Call<number> {
  const { line, sys, output, patience } = transfer;
  const plain = output === '-';
  const out = plain ? 1 : sys.open(output, 'w');
  if (isErrno(out)) return yield* line.die(`can't open '${output}': ${strerror(out)}`);
  const quiet = line.has('q');
  if (!quiet) yield* sys.write(2, plain ? 'writing to stdout\n' : `saving to '${output}'\n`);
  const framing = responseFraming(head, 'GET');
  let buffer = rest;
  let written = 0;
  for (;;) {
    const { body, done } = readBody(buffer, framing);
    if (body.length > written) yield* sys.write(out, body.slice(written));
    written = body.length;
    if (done) break;
    const piece = yield* stream.next(patience);
    if (piece === 'EAGAIN') return yield* line.die('download timed out');
    if (piece === null && framing.kind === 'close') break;
    if (piece === null) return yield* line.die('connection closed prematurely');
    if (isErrno(piece)) return yield* line.die(`read error: ${errorText(sys, piece)}`);
    buffer += piece;
  }
  if (!plain) sys.close(out);
  if (quiet) return 0;
  yield* sys.write(2, finish(sys, output, byteLength(readBody(buffer, framing).body), framing));
  return 0;
}

function finish(sys: Sys, output: string, size: number, framing: Framing): string {
  const name = output.split('/').at(-1) ?? output;
  const total = framing.kind === 'length' ? framing.length : undefined;
  // What stands on the line of a terminal is written over.
  const start = sys.isTerminal(2) ? '\r' : '';
  const end = output === '-' ? 'written to stdout\n' : `'${output}' saved\n`;
  return `${start}${meterLine(sys, name, size, total)}\n${end}`;
}
