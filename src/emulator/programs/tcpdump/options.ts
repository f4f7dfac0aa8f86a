/** What a command line asks for. */
export interface Options {
  readonly device: string | undefined;
  readonly count: number | undefined;
  readonly verbose: number;
  readonly numeric: boolean;
  readonly link: boolean;
  readonly quiet: boolean;
  readonly absolute: boolean;
  readonly numbered: boolean;
  /** `-t` given so many times. */
  readonly time: number;
  readonly hex: number;
  readonly hexAscii: number;
  readonly ascii: boolean;
  readonly write: string | undefined;
  readonly read: string | undefined;
  readonly filterFile: string | undefined;
  readonly list: boolean;
  readonly way: 'in' | 'out' | 'inout';
  readonly snaplen: number;
  readonly filter: string;
}

export type Parsed =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly said: string; readonly fd: 1 | 2; readonly code: number };

export const VERSION =
  'tcpdump version 4.99.3\nlibpcap version 1.10.3 (with TPACKET_V3)\n' +
  'OpenSSL 3.0.22 25 Aug 2026\n';

const USAGE =
  'Usage: tcpdump [-AbdDefhHIJKlLnNOpqStuUvxX#] [ -B size ] [ -c count ] [--count]\n' +
  '\t\t[ -C file_size ] [ -E algo:secret ] [ -F file ] [ -G seconds ]\n' +
  '\t\t[ -i interface ] [ --immediate-mode ] [ -j tstamptype ]\n' +
  '\t\t[ -M secret ] [ --number ] [ --print ] [ -Q in|out|inout ]\n' +
  '\t\t[ -r file ] [ -s snaplen ] [ -T type ] [ --version ]\n' +
  '\t\t[ -V file ] [ -w file ] [ -W filecount ] [ -y datalinktype ]\n' +
  '\t\t[ --time-stamp-precision precision ] [ --micro ] [ --nano ]\n' +
  '\t\t[ -z postrotate-command ] [ -Z user ] [ expression ]\n';

const long: Readonly<Record<string, string>> = {
  interface: 'i',
  'list-interfaces': 'D',
  number: '#',
  'absolute-tcp-sequence-numbers': 'S',
  'packet-buffered': 'U',
  snapshot: 's',
  'snapshot-length': 's',
  direction: 'Q',
  'immediate-mode': 'l',
  'no-promiscuous-mode': 'p',
  'dont-verify-checksums': 'K',
  version: 'V',
  help: 'h',
  count: '@count',
  print: '@print',
  'time-stamp-precision': '@precision',
};

const WITH_VALUE = 'BcCEFGijMQrsTVwWyzZ';
const FLAGS = 'AbdDefhHIJKlLnNOpqStuUvxX#';
const UNMODELLED = 'bBCdEfGHIJjLMTuVWyz';
export const SNAPLEN = 262_144;

/** Reads the words after the name; what follows the options is the filter. */
export function parseOptions(words: readonly string[]): Parsed {
  const letters: Record<string, number> = {};
  const values: Record<string, string> = {};
  const refuse = (said: string, code = 1): Parsed => ({ ok: false, said, fd: 2, code });
  let at = 0;
  const rest: string[] = [];
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') {
      rest.push(...words.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      rest.push(word);
      continue;
    }
    if (word.startsWith('--')) {
      const [name = '', tied] = word.slice(2).split(/=(.*)/s);
      const letter = long[name];
      if (letter === undefined) {
        return refuse(`tcpdump: unrecognized option '--${name}'\n${VERSION}${USAGE}`);
      }
      if (name === 'version') return { ok: false, said: VERSION, fd: 2, code: 0 };
      if (name === 'help') return { ok: false, said: VERSION + USAGE, fd: 2, code: 0 };
      if (letter.startsWith('@')) return refuse(`tcpdump: --${name} is not modelled here\n`, 2);
      if (WITH_VALUE.includes(letter)) values[letter] = tied ?? words[++at] ?? '';
      else letters[letter] = (letters[letter] ?? 0) + 1;
      continue;
    }
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      if (!FLAGS.includes(letter) && !WITH_VALUE.includes(letter)) {
        return refuse(`tcpdump: invalid option -- '${letter}'\n${VERSION}${USAGE}`);
      }
      if (UNMODELLED.includes(letter)) {
        return refuse(`tcpdump: -${letter} is not modelled here\n`, 2);
      }
      if (letter === 'h') return { ok: false, said: VERSION + USAGE, fd: 2, code: 0 };
      if (!WITH_VALUE.includes(letter)) {
        letters[letter] = (letters[letter] ?? 0) + 1;
        continue;
      }
      const value = word.slice(i + 1) || words[++at];
      if (value === undefined) {
        return refuse(`tcpdump: option requires an argument -- '${letter}'\n${VERSION}${USAGE}`);
      }
      values[letter] = value;
      break;
    }
  }
  return checked(letters, values, rest);
}

function checked(
  letters: Readonly<Record<string, number>>,
  values: Readonly<Record<string, string>>,
  rest: readonly string[],
): Parsed {
  const refuse = (said: string): Parsed => ({ ok: false, said, fd: 2, code: 1 });
  const count = values['c'] === undefined ? undefined : Number(values['c']);
  if (count !== undefined && !(Number.isInteger(count) && count > 0)) {
    return refuse(`tcpdump: invalid packet count ${values['c']}\n`);
  }
  const snaplen = values['s'] === undefined ? SNAPLEN : Number(values['s']) || SNAPLEN;
  if (values['s'] !== undefined && !/^\d+$/.test(values['s'])) {
    return refuse(`tcpdump: invalid snaplen ${values['s']}\n`);
  }
  const way = values['Q'] ?? 'inout';
  if (way !== 'in' && way !== 'out' && way !== 'inout') {
    return refuse(`tcpdump: unknown capture direction \`${way}'\n`);
  }
  const times = (letter: string) => letters[letter] ?? 0;
  return {
    ok: true,
    options: {
      device: values['i'],
      count,
      verbose: times('v'),
      numeric: times('n') > 0,
      link: times('e') > 0,
      quiet: times('q') > 0,
      absolute: times('S') > 0,
      numbered: times('#') > 0,
      time: times('t'),
      hex: times('x'),
      hexAscii: times('X'),
      ascii: times('A') > 0,
      write: values['w'],
      read: values['r'],
      filterFile: values['F'],
      list: times('D') > 0,
      way,
      snaplen,
      filter: rest.join(' '),
    },
  };
}
