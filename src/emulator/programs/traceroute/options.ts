import { usage, version } from './texts.ts';
import { readOptions } from '../gnu/getopt.ts';
import type { Micros } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';

/** What a command line asks for. */
export interface TraceOptions {
  readonly host: string;
  readonly first: number;
  readonly most: number;
  readonly probes: number;
  readonly atOnce: number;
  /** The longest wait for an answer, and what it is in times that other answers took. */
  readonly wait: readonly [longest: Micros, here: number, near: number];
  readonly port: number;
  /** Whether all probes go to that port. */
  readonly fixed: boolean;
  readonly length: number | undefined;
  readonly numeric: boolean;
  readonly family: 'v4' | 'v6' | undefined;
  readonly source: string | undefined;
  readonly device: string | undefined;
  /** Only to hosts on a link of one's own. */
  readonly direct: boolean;
  /** Whether the flags of TCP answers are shown. */
  readonly flags: boolean;
  /** Time between two probes. */
  readonly pause: Micros;
  readonly icmp: boolean;
  readonly tcp: boolean;
}

const table = {
  short: '46dFITnreAUDVf:g:i:m:N:p:t:l:w:q:s:z:O:M:',
  long: {
    icmp: 'I',
    tcp: 'T',
    udp: 'U',
    debug: 'd',
    'dont-fragment': 'F',
    'first-hop': 'f',
    first: 'f',
    extensions: 'e',
    'as-path-lookups': 'A',
    'max-hops': 'm',
    'sim-queries': 'N',
    port: 'p',
    queries: 'q',
    wait: 'w',
    source: 's',
    interface: 'i',
    sendwait: 'z',
    tos: 't',
    module: 'M',
    options: 'O',
    version: 'V',
  },
  unmodelled: ['--mtu', '--back', '--gateway', '--fwmark', '--UL'],
};

/** Options that are taken and change nothing here, and those that are refused. */
const UNMODELLED = 'gDl';
const NUMBERS = 'fmNptlqz';

type Said = { readonly said: string; readonly code: number; readonly error?: boolean };
const refuse = (said: string): Said => ({ said: `${said}\n`, code: 2 });

/** Reads the words after the name; a text is what is said instead. */
export function parseOptions(words: readonly string[]): TraceOptions | Said {
  const read = readOptions(words, table);
  if ('unmodelled' in read) return refuse(`traceroute: ${read.unmodelled} is not modelled here`);
  const position = (text: string) => words.indexOf(text) + 1;
  if ('error' in read) {
    if (words.includes('--help')) return { said: usage, code: 0, error: true };
    const bad = words.find((word) => word.startsWith('-')) ?? '';
    return refuse(`Bad option \`${bad}' (argc ${position(bad)})`);
  }
  const { given, operands } = read;
  const has = (key: string) => given.some((each) => each.key === key);
  if (has('V')) return { said: version, code: 0, error: true };
  const [host, length] = operands;
  if (host === undefined) return { said: usage, code: 0, error: true };
  for (const { key, value = '' } of given) {
    if (UNMODELLED.includes(key)) return refuse(`traceroute: -${key} is not modelled here`);
    const shape = key === 'w' ? /^[\d.]+(,[\d.]+){0,2}$/ : /^(0x[\da-f]+|\d+(\.\d+)?)$/i;
    if ((NUMBERS.includes(key) || key === 'w') && !shape.test(value)) {
      const at = position(`-${key}`);
      return refuse(`Cannot handle \`-${key}' option with arg \`${value}' (argc ${at})`);
    }
  }
  if (length !== undefined && !/^\d+$/.test(length)) {
    const where = `on position ${operands.indexOf(length) + 1} (argc ${position(length)})`;
    return refuse(`Cannot handle "packetlen" cmdline arg \`${length}' ${where}`);
  }
  if (Number(length) > 65_000) return refuse(`too big packetlen ${length} specified`);
  const value = (key: string) => given.findLast((each) => each.key === key)?.value;
  const module = value('M');
  if (module !== undefined && !['default', 'icmp', 'tcp', 'udp'].includes(module)) {
    return ['raw', 'tcpconn', 'udplite', 'dccp'].includes(module)
      ? refuse(`traceroute: -M ${module} is not modelled here`)
      : refuse(`Unknown traceroute module ${module}`);
  }
  return limits(host, length, value, has, module);
}

function limits(
  host: string,
  length: string | undefined,
  value: (key: string) => string | undefined,
  has: (key: string) => boolean,
  module: string | undefined,
): TraceOptions | Said {
  const number = (key: string, usual: number) => Number(value(key) ?? usual);
  const [longest = 5, here = 3, near = 10] = (value('w') ?? '5').split(',').map(Number);
  const [first, most] = [number('f', 1), number('m', 30)];
  if (most > 255) return refuse('max hops cannot be more than 255');
  if (first < 1 || first > most) return refuse('first hop out of range');
  const probes = number('q', 3);
  if (probes < 1 || probes > 10) return refuse('no more than 10 probes per hop');
  const icmp = has('I') || module === 'icmp';
  const tcp = has('T') || module === 'tcp';
  // -U asks one port, DNS's unless another is told.
  const fixed = has('U') || module === 'udp';
  const usual = tcp ? 80 : fixed ? 53 : 33_434;
  return {
    host,
    first,
    most,
    probes,
    atOnce: number('N', value('z') === undefined ? 16 : 1),
    wait: [longest * SECOND, here, near],
    pause: value('z') === undefined ? 0 : pauseOf(number('z', 0)),
    port: number('p', usual),
    fixed: tcp || fixed,
    length: length === undefined ? undefined : Number(length),
    numeric: has('n'),
    family: has('6') ? 'v6' : has('4') ? 'v4' : undefined,
    source: value('s'),
    device: value('i'),
    direct: has('r'),
    flags: has('T') && (value('O') ?? '').split(',').includes('info'),
    icmp,
    tcp,
  };
}

/** More than ten are milliseconds. */
const pauseOf = (value: number) => (value > 10 ? value * 1000 : value * SECOND);
