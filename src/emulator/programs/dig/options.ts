import { secondsOf } from '../../host/resolver/bind-settings.ts';
import { className, typeName } from '../../host/resolver/bind-text.ts';
import { reverseName } from '../../host/resolver/message.ts';
import { isIPv6 } from '../../host/resolver/getaddrinfo.ts';
import type { Micros } from '../../world/json.ts';
import { switches, unmodelledWords } from './switches.ts';

/** What is asked and shown for one name; options before any name count for all. */
export interface Asked {
  name: string;
  type: string | undefined;
  class: string | undefined;
  servers: readonly string[];
  /** What the `+` options switch, by their names. */
  on: Record<string, boolean>;
  tries: number | undefined;
  timeout: Micros | undefined;
  bufferSize: number;
  ndots: number | undefined;
  domain: string | undefined;
  subnet: string | undefined;
  /** The lines before the first answer; '' once they are out. */
  greeting: string;
}

/** The command line, understood. */
export interface CommandLine {
  readonly lookups: readonly Asked[];
  readonly servers: readonly string[];
  readonly port: number;
  /** Lines for standard error. */
  readonly warnings: readonly string[];
  readonly batch?: string;
  readonly version?: true;
  readonly help?: true;
}

/** Words that cannot be understood: what is said, and the exit code. */
export interface Misuse {
  readonly said: string;
  readonly code: number;
}

export const VERSION = '9.18.49-1~deb12u3-Debian';

export const USAGE =
  'Usage:  dig [@global-server] [domain] [q-type] [q-class] {q-opt}\n' +
  '            {global-d-opt} host [@local-server] {local-d-opt}\n' +
  '            [ host [@local-server] {local-d-opt} [...]]\n\n' +
  'Use "dig -h" (or "dig -h | more") for complete list of options\n';

const DEFAULT_SIZE = 1232;

/** Reads the words as parse_args of dig.c does, from left to right. */
export function readWords(words: readonly string[]): CommandLine | Misuse {
  const state = new State(words);
  while (state.at < words.length) {
    const word = words[state.at++] as string;
    const wrong = readWord(state, word);
    if (wrong) return wrong;
    if (state.version) return { ...state.result(), version: true };
    if (state.help) return { ...state.result(), help: true };
  }
  if (state.lookups.length === 0 && state.batch === undefined) {
    state.current = { ...state.current, name: '.', type: state.current.type ?? 'NS' };
    state.begin(state.current);
  }
  return state.result();
}

class State {
  at = 0;
  current: Asked;
  readonly defaults: Asked;
  readonly lookups: Asked[] = [];
  servers: string[] = [];
  port = 53;
  batch: string | undefined;
  version = false;
  help = false;
  readonly warnings: string[] = [];
  readonly words: readonly string[];

  constructor(words: readonly string[]) {
    this.words = words;
    this.defaults = {
      name: '',
      type: undefined,
      class: undefined,
      servers: [],
      on: { ...switches },
      tries: undefined,
      timeout: undefined,
      bufferSize: DEFAULT_SIZE,
      ndots: undefined,
      domain: undefined,
      subnet: undefined,
      greeting: '',
    };
    this.current = this.defaults;
  }

  /** A name begins a look-up of its own, with what was said before any name. */
  begin(asked: Asked): void {
    const first = this.lookups.length === 0;
    if (first && asked.on['cmd']) asked.greeting = this.greeting(asked);
    this.current = asked;
    this.lookups.push(asked);
  }

  fresh(name: string): Asked {
    return { ...this.defaults, on: { ...this.defaults.on }, name };
  }

  private greeting(asked: Asked): string {
    const count = this.servers.length;
    const found = count > 0 ? `; (${count} server${count > 1 ? 's' : ''} found)\n` : '';
    const short = asked.on['short'] ? ' +short' : '';
    const all = this.words.map((word) => ` ${word}`).join('');
    return `\n; <<>> DiG ${VERSION} <<>>${all}\n${found};; global options:${short} +cmd\n`;
  }

  result(): CommandLine {
    const { lookups, servers, port, warnings, batch } = this;
    return { lookups, servers, port, warnings, ...(batch !== undefined && { batch }) };
  }
}

function readWord(state: State, word: string): Misuse | undefined {
  if (word.startsWith('%')) return undefined;
  if (word.startsWith('@')) {
    if (state.lookups.length === 0) state.servers = [word.slice(1)];
    else state.current.servers = [word.slice(1)];
    return undefined;
  }
  if (word.startsWith('+')) return plusOption(state, word.slice(1));
  if (/^-./.test(word)) return dashOption(state, word.slice(1));
  const type = typeName(word) ?? (/^ixfr=\d+$/i.test(word) ? 'IXFR' : undefined);
  if (type !== undefined) {
    state.current.type = type;
    return undefined;
  }
  const named = className(word);
  if (named !== undefined) {
    state.current.class = named;
    return undefined;
  }
  state.begin(state.fresh(word));
  return undefined;
}

const VALUED = 'bcfikmpqtxy';
const PLAIN = '46dhiruv';

function dashOption(state: State, text: string): Misuse | undefined {
  const letter = text[0] as string;
  if (!VALUED.includes(letter) && !PLAIN.includes(letter)) return invalid(`-${text}`);
  if (letter === '4') return undefined;
  if (letter === 'v') state.version = true;
  if (letter === 'h') state.help = true;
  if (letter === 'u') {
    state.current.on['microseconds'] = true;
    return undefined;
  }
  if (letter === 'r' || letter === 'v' || letter === 'h') return undefined;
  if (!'cfpqtx'.includes(letter)) return unmodelled(`-${letter}`);
  const value = text.length > 1 ? text.slice(1) : state.words[state.at++];
  if (value === undefined) return invalid(`-${text}`);
  return withValue(state, letter, value);
}

function withValue(state: State, letter: string, value: string): Misuse | undefined {
  switch (letter) {
    case 'f':
      state.batch = value;
      return undefined;
    case 'p': {
      if (!/^\d+$/.test(value) || Number(value) > 65_535)
        return { said: `dig: Couldn't parse port number\n`, code: 1 };
      state.port = Number(value);
      return undefined;
    }
    case 'q':
      state.begin(state.fresh(value));
      return undefined;
    case 't': {
      const type = typeName(value);
      if (type !== undefined) state.current.type = type;
      else state.warnings.push(`;; Warning, ignoring invalid type ${value}\n`);
      return undefined;
    }
    case 'c': {
      const named = className(value);
      if (named !== undefined) state.current.class = named;
      else state.warnings.push(`;; Warning, ignoring invalid class ${value}\n`);
      return undefined;
    }
    default: {
      // What is no IPv6 address is turned round label by label, whole address or not.
      if (value.includes(':') && !isIPv6(value)) {
        return { said: `Invalid IP address ${value}\n`, code: 1 };
      }
      const asked = state.fresh(reverseName(value));
      state.begin({ ...asked, type: asked.type ?? 'PTR' });
      return undefined;
    }
  }
}

/** `+[no]word[=value]`; a beginning that fits one word only is enough. */
function plusOption(state: State, text: string): Misuse | undefined {
  const [key = '', value] = text.split(/=(.*)/s);
  const negated = key.startsWith('no') && find(key) === undefined;
  const word = find(negated ? key.slice(2) : key);
  if (word === undefined) return invalid(`+${text}`);
  if (unmodelledWords.includes(word) && !negated) return unmodelled(`+${word}`);
  return apply(state.current, word, !negated, value) ?? undefined;
}

const aliases: Readonly<Record<string, string>> = {
  vc: 'tcp',
  timeout: 'time',
  defname: 'search',
  rdflag: 'recurse',
  do: 'dnssec',
  aaonly: 'aaflag',
};

const others = ['tcp', 'tries', 'retry', 'time', 'bufsize', 'ndots', 'domain', 'subnet'];

function find(key: string): string | undefined {
  const words = [...Object.keys(switches), ...Object.keys(aliases), ...others, ...unmodelledWords];
  const fit = words.includes(key) ? [key] : words.filter((each) => each.startsWith(key));
  const found = [...new Set(fit.map((each) => aliases[each] ?? each))];
  return key !== '' && found.length > 0 ? found[0] : undefined;
}

const SHOWN = ['question', 'answer', 'authority', 'additional', 'comments', 'stats', 'cmd'];

function apply(
  asked: Asked,
  word: string,
  set: boolean,
  value: string | undefined,
): Misuse | undefined {
  const number = value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
  if (['tries', 'retry', 'time', 'bufsize', 'ndots'].includes(word)) {
    if (set && value === undefined && word !== 'bufsize') return invalid(`+${word}`);
    if (set && value !== undefined && number === undefined)
      return { said: `dig: Couldn't parse ${numberNames[word]}\n`, code: 1 };
  }
  switch (word) {
    case 'tries':
      asked.tries = Math.max(1, number ?? 3);
      return undefined;
    case 'retry':
      asked.tries = (number ?? 2) + 1;
      return undefined;
    case 'time':
      asked.timeout = secondsOf(value ?? '5');
      return undefined;
    case 'bufsize':
      asked.bufferSize = set ? (number ?? DEFAULT_SIZE) : 0;
      return undefined;
    case 'ndots':
      asked.ndots = number;
      return undefined;
    case 'domain':
      asked.domain = set ? value : '';
      asked.on['search'] = set;
      return undefined;
    case 'subnet':
      asked.subnet = set ? value : undefined;
      return undefined;
    case 'all':
      for (const each of SHOWN) asked.on[each] = set;
      return undefined;
    case 'edns':
      if (set && number !== undefined && number > 0) return unmodelled(`+edns=${value}`);
      break;
    case 'cookie':
      if (set && value !== undefined) return unmodelled('+cookie=VALUE');
      break;
    default:
  }
  asked.on[word] = set;
  if (word === 'short' && set) {
    asked.on['cmd'] = false;
    for (const each of ['question', 'authority', 'additional', 'comments', 'stats'])
      asked.on[each] = false;
    asked.on['answer'] = true;
  }
  if (word === 'trace' && set) {
    for (const each of ['comments', 'stats', 'question', 'additional', 'search'])
      asked.on[each] = false;
    for (const each of ['identify', 'dnssec', 'authority']) asked.on[each] = true;
  }
  return undefined;
}

const numberNames: Readonly<Record<string, string>> = {
  tries: 'tries',
  retry: 'retries',
  time: 'timeout',
  bufsize: 'buffer size',
  ndots: 'ndots',
};

const invalid = (option: string): Misuse => ({
  said: `Invalid option: ${option}\n${USAGE}`,
  code: 1,
});

const unmodelled = (option: string): Misuse => ({
  said: `dig: ${option} is not modelled here\n`,
  code: 2,
});
