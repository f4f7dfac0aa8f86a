import { isErrno } from '../../host/errno.ts';
import { runLookup, type BindAnswer, type BindOutput } from '../../host/resolver/bind-lookup.ts';
import { findServers, readBindSettings } from '../../host/resolver/bind-settings.ts';
import { chainOf, isIPv4, isIPv6 } from '../../host/resolver/getaddrinfo.ts';
import { reverseName } from '../../host/resolver/message.ts';
import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import { answerLines, debugText } from './print.ts';
import { allText, newSettings, setOption, useServers, type Settings } from './settings.ts';

/** nslookup of BIND 9.18. */
const program: ProgramCode = {
  run,
};

export default program;

const VERSION = 'nslookup 9.18.49-1~deb12u3-Debian\n';
const USAGE =
  'Usage:\n' +
  '   nslookup [-opt ...]             # interactive mode using default server\n' +
  "   nslookup [-opt ...] - server    # interactive mode using 'server'\n" +
  "   nslookup [-opt ...] host        # just look up 'host' using default server\n" +
  "   nslookup [-opt ...] host server # just look up 'host' using 'server'\n";

/** `query_error` and `print_error`: no server answered, and an answer was an error. */
interface State {
  readonly sys: Sys;
  readonly settings: Settings;
  unanswered: boolean;
  failed: boolean;
}

function* run(argv: readonly string[], sys: Sys): Process {
  const settings = newSettings(readBindSettings(sys));
  const state: State = { sys, settings, unanswered: true, failed: false };
  const words: string[] = [];
  for (const word of argv.slice(1)) {
    if (word === '-' || !word.startsWith('-')) words.push(word);
    else if (/^-(v|version)$/.test(word)) {
      yield* sys.write(2, VERSION);
      return 0;
    } else if (word === '-all') yield* sys.write(1, allText(settings));
    else yield* sys.write(1, setOption(settings, word.slice(1)));
  }
  const [name, server] = words;
  if (words.length > 2) {
    yield* sys.write(2, USAGE);
    return 1;
  }
  if (server !== undefined && !(yield* chooseServer(state, server))) return 1;
  if (name === undefined || name === '-') yield* interactive(state);
  else yield* lookUp(state, name);
  yield* sys.write(1, '\n');
  return state.unanswered || state.failed ? 1 : 0;
}

function* chooseServer({ sys, settings }: State, name: string): Call<boolean> {
  const found = yield* findServers(sys, name);
  if (found) useServers(settings, found);
  else yield* sys.write(2, `nslookup: couldn't get address for '${name}': not found\n`);
  return found !== undefined;
}

/** A name with A and then AAAA, an address with PTR, or what `type` says. */
function* lookUp(state: State, word: string): Call<void> {
  const { settings } = state;
  // An address is turned into a name whatever the type.
  if (isIPv4(word) || isIPv6(word)) {
    yield* ask(state, reverseName(word), 'PTR', settings.type === undefined);
    return;
  }
  if (settings.type !== undefined) {
    yield* ask(state, word, settings.type, false);
    return;
  }
  const first = yield* ask(state, word, 'A', true);
  if (!first || first.message.rcode !== 'NOERROR') return;
  const { canonical } = chainOf(first.message);
  const empty = first.message.answers.length === 0;
  // What comes after a cut answer is asked over TCP, too.
  const tcp = first.protocol === 'TCP';
  const second = yield* ask(state, `${canonical}.`, 'AAAA', true, tcp);
  if (empty && second?.message.rcode === 'NOERROR' && second.message.answers.length === 0) {
    yield* state.sys.write(1, `*** Can't find ${canonical}: No answer\n`);
  }
}

/** `usual`: no type was chosen, so that heads and empty answers are told only once. */
function* ask(
  state: State,
  name: string,
  type: string,
  usual: boolean,
  tcp = state.settings.tcp,
): Call<BindAnswer | undefined> {
  const { sys, settings } = state;
  let result: BindAnswer | undefined;
  const put = (text: string) => sys.write(1, text);
  const output: BindOutput = {
    *warning(text) {
      yield* put(`;; ${text}\n`);
    },
    *comment(text) {
      yield* put(`;; ${text}\n`);
    },
    *trying() {},
    *unreachable() {
      yield* put(';; no servers could be reached\n');
    },
    *answer(answer) {
      result = answer;
      state.unanswered = false;
      yield* put(answerText(settings, answer, name, type, usual));
      if (answer.message.rcode !== 'NOERROR') state.failed = true;
    },
  };
  const lookup = {
    name,
    type,
    class: settings.class,
    search: settings.search,
    tcp,
    ignoreTruncation: false,
    checkRecursion: settings.checkRecursion,
    servfailStops: settings.fail,
    question: { recursionDesired: settings.recurse },
  };
  yield* runLookup(sys, settings.bind, lookup, output);
  return result;
}

function answerText(
  settings: Settings,
  answer: BindAnswer,
  typed: string,
  type: string,
  usual: boolean,
): string {
  const { message, server } = answer;
  const parts: string[] = [];
  if (!usual || type === 'A') {
    parts.push(`Server:\t\t${server.shown}\n`);
    parts.push(`Address:\t${server.address}#${settings.bind.port}\n\n`);
  }
  if (settings.debug) parts.push(debugText(answer));
  if (message.rcode !== 'NOERROR') {
    const name = answer.name.replace(/(?<=.)\.$/, '');
    parts.push(`** server can't find ${name}: ${message.rcode}\n`);
    return parts.join('');
  }
  const borrowed = !message.authoritative;
  if (borrowed && (!usual || type === 'A')) parts.push('Non-authoritative answer:\n');
  if (message.answers.length > 0) parts.push(answerLines(message, ['answers']));
  else if (!usual) parts.push(`*** Can't find ${typed}: No answer\n`);
  if (borrowed && type !== 'A' && !(usual && type === 'AAAA')) {
    parts.push('\nAuthoritative answers can be found from:\n');
    parts.push(answerLines(message, ['authority', 'additional']));
  }
  return parts.join('');
}

/** Commands from standard input, until `exit` or its end. */
function* interactive(state: State): Call<void> {
  const { sys } = state;
  if (sys.isTerminal(0)) {
    for (;;) {
      const read = yield* sys.readLine('> ');
      if (read === null || read === 'interrupt') return;
      if (!(yield* command(state, read.line))) return;
    }
  }
  let buffer = '';
  for (;;) {
    const piece = yield* sys.read(0);
    if (piece === null || isErrno(piece)) break;
    const lines = (buffer + piece).split('\n');
    buffer = lines.pop() ?? '';
    for (const line of lines) if (!(yield* command(state, line))) return;
  }
  if (buffer !== '') yield* command(state, buffer);
}

/** False: no more commands. */
function* command(state: State, line: string): Call<boolean> {
  const { sys, settings } = state;
  const words = line.trim().split(/\s+/);
  const [first = '', ...rest] = words;
  const word = first.toLowerCase();
  if (word === '') return true;
  if (word === 'exit') return false;
  if (word === 'set') {
    for (const each of rest)
      yield* sys.write(1, each === 'all' ? allText(settings) : setOption(settings, each));
    return true;
  }
  if (word === 'server' || word === 'lserver') {
    if (rest[0] !== undefined && (yield* chooseServer(state, rest[0]))) {
      const [{ shown = '', address = '' } = {}] = settings.bind.servers;
      const where = `${address}#${settings.bind.port}`;
      yield* sys.write(1, `Default server: ${shown}\nAddress: ${where}\n`);
    }
    return true;
  }
  if (['help', '?', 'finger', 'ls', 'root', 'view'].includes(word)) {
    yield* sys.write(1, `The '${first}' command is not implemented.\n`);
    return true;
  }
  const before = { ...settings };
  if (rest[0] === undefined || (yield* chooseServer(state, rest[0]))) yield* lookUp(state, first);
  Object.assign(settings, before);
  return true;
}
