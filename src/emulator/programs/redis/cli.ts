import { isErrno, strerror } from '../../host/errno.ts';
import { gaiText, getaddrinfo } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Fd, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { readText } from '../gnu/input.ts';
import { VERSION } from './info.ts';
import { printReply, rawReply } from './print.ts';
import { takeReply, writeCommand, type Reply } from './resp.ts';

/** redis-cli: one command, commands from standard input, or a prompt. */
export const cli: ProgramCode = { run };

interface Client {
  readonly sys: Sys;
  readonly host: string;
  readonly port: number;
  readonly raw: boolean;
  fd: Fd | undefined;
}

function* run(argv: readonly string[], sys: Sys): Process {
  const words = argv.slice(1);
  let [host, port, raw] = ['127.0.0.1', 6379, !sys.isTerminal(1)];
  while (words[0]?.startsWith('-')) {
    const word = words.shift() as string;
    if (word === '-h') host = words.shift() ?? host;
    else if (word === '-p') port = Number(words.shift() ?? port);
    else if (word === '--raw') raw = true;
    else if (word === '--no-raw') raw = false;
    else if (word === '--version' || word === '-v') {
      yield* sys.write(1, `redis-cli ${VERSION}\n`);
      return 0;
    } else return yield* refuse(sys, word);
  }
  const client: Client = { sys, host, port, raw, fd: undefined };
  if (words.length > 0) return yield* once(client, words);
  if (sys.isTerminal(0)) return yield* prompt(client);
  let code = 0;
  for (const line of String(yield* readText(sys, '-')).split('\n')) {
    const command = split(line);
    if (command && command.length > 0) code = yield* once(client, command);
  }
  return code;
}

const KNOWN_LETTERS = /^-[suahnridDcextX3]$/;
const KNOWN_NAMES =
  /^--(user|pass|askpass|tls|csv|json|stat|latency|scan|pipe|bigkeys|eval|cluster)/;

function* refuse(sys: Sys, word: string): Call<number> {
  const known = KNOWN_LETTERS.test(word) || KNOWN_NAMES.test(word);
  const text = known
    ? `redis-cli: ${word} is not modelled here\n`
    : `Unrecognized option or bad number of args for: '${word}'\n`;
  yield* sys.write(2, text);
  return 1;
}

function* once(client: Client, words: readonly string[]): Call<number> {
  const reply = yield* ask(client, words);
  if (typeof reply === 'string') {
    yield* client.sys.write(2, reply);
    return 1;
  }
  yield* show(client, reply, words[0]);
  return 0;
}

/** INFO is shown as it is, whatever the rest looks like. */
function* show({ sys, raw }: Client, reply: Reply, name = ''): Call<void> {
  const plain = raw || name.toLowerCase() === 'info';
  yield* sys.write(1, plain ? rawReply(reply) : printReply(reply));
}

/** Sends a command and waits for its reply; a text is what is said where there is none. */
function* ask(client: Client, words: readonly string[]): Call<Reply | string> {
  const { sys } = client;
  if (client.fd === undefined) {
    const failed = yield* connect(client);
    if (failed !== undefined) return failed;
  }
  const fd = client.fd as Fd;
  yield* sys.write(fd, writeCommand(words));
  let buffer = '';
  for (;;) {
    const found = takeReply(buffer);
    if (found) return found.value;
    const piece = yield* sys.read(fd);
    if (piece === null || isErrno(piece)) {
      sys.close(fd);
      client.fd = undefined;
      const why = piece === null ? 'Server closed the connection' : strerror(piece);
      return `Error: ${why}\n`;
    }
    buffer += piece;
  }
}

function* connect(client: Client): Call<string | undefined> {
  const { sys, host, port } = client;
  const found = yield* getaddrinfo(sys, host);
  const failed = (why: string) => `Could not connect to Redis at ${host}:${port}: ${why}\n`;
  if (!found.ok) return failed(gaiText[found.why]);
  const fd = yield* sys.connect({ address: found.addresses[0] as string, port });
  if (isErrno(fd)) return failed(strerror(fd));
  client.fd = fd;
  return undefined;
}

function* prompt(client: Client): Call<number> {
  const { sys, host, port } = client;
  const failed = yield* connect(client);
  if (failed !== undefined) yield* sys.write(2, failed);
  const history: string[] = [];
  for (;;) {
    const sign = client.fd === undefined ? 'not connected> ' : `${host}:${port}> `;
    const read = yield* sys.readLine(sign, { history });
    if (read === null || read === 'interrupt') return 0;
    const words = split(read.line);
    if (words?.length === 0) continue;
    history.push(read.line);
    if (words === undefined) yield* sys.write(1, 'Invalid argument(s)\n');
    else if (/^(quit|exit)$/i.test(words[0] as string)) return 0;
    else if (/^(clear|help|\?)$/i.test(words[0] as string))
      yield* sys.write(1, words[0] === 'clear' ? '\x1b[H\x1b[2J' : `redis-cli ${VERSION}\n`);
    else {
      const reply = yield* ask(client, words);
      if (typeof reply === 'string') yield* sys.write(2, reply);
      else yield* show(client, reply, words[0]);
    }
  }
}

/** Words of a line; quotes hold words together (sdssplitargs). undefined: a quote is open. */
function split(line: string): string[] | undefined {
  const words: string[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']+))(?=\s|$)/gy;
  const end = line.trimEnd().length;
  while (pattern.lastIndex < end) {
    const match = pattern.exec(line);
    if (!match) return undefined;
    words.push((match[1] ?? match[2])?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? '');
  }
  return words;
}
