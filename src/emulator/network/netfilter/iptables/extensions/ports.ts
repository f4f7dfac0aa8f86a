import type {
  ExtensionDefinition,
  Option,
  OptionDefinition,
  Options,
  PrintNames,
  ReadNames,
  Test,
} from '../extension.ts';
import { not, option } from '../extension.ts';
import type { MatchPacket } from '../rules.ts';
import { chunkTypes, listChunks } from './chunks.ts';

type Range = readonly [low: number, high: number];

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'] as const;

function readPort(text: string, names: ReadNames) {
  if (/^\d+$/.test(text)) return Number(text) <= 65535 ? Number(text) : undefined;
  return names.port(text);
}

function readRange(separator: string) {
  return ([text = '']: readonly string[], names: ReadNames) => {
    const [low = '', ...rest] = text.split(separator);
    const high = rest.length === 0 ? undefined : rest.join(separator);
    const first = low === '' ? 0 : readPort(low, names);
    const last = high === undefined ? first : high === '' ? 65535 : readPort(high, names);
    const wrong = first === undefined ? low : text.slice(low.length + 1);
    if (first === undefined || last === undefined) {
      return { error: `invalid port/service \`${wrong}' specified` };
    }
    if (last < first) return { error: 'invalid portrange (min > max)' };
    return [last === first ? String(first) : `${first}${separator}${last}`];
  };
}

/** `--sport` and `--dport`, in the long form that libxt_tcp and libxt_udp are older than. */
export const portOptions: readonly OptionDefinition[] = [
  {
    flag: '--sport',
    aliases: ['--source-port'],
    values: 1,
    invertible: true,
    read: readRange(':'),
    onceText: "Only one `--source-port' allowed",
  },
  {
    flag: '--dport',
    aliases: ['--destination-port'],
    values: 1,
    invertible: true,
    read: readRange(':'),
    onceText: "Only one `--destination-port' allowed",
  },
];

/** A range as `low:high` or one port. */
function range(text: string): Range {
  const [low = '0', high = low] = text.split(':');
  return [Number(low), Number(high)];
}

/** How `-L` shows a port or a range of them. */
export function listPort(
  options: Options,
  flag: string,
  word: string,
  names: PrintNames,
  protocol: string,
) {
  const given = option(options, flag);
  if (!given) return '';
  const [low, high] = range(given.values[0] as string);
  const name = (port: number) =>
    (names.numeric ? undefined : names.port(port, protocol)) ?? String(port);
  if (low === high) return ` ${word}:${not(given)}${name(low)}`;
  return ` ${word}s:${not(given)}${name(low)}:${name(high)}`;
}

function testPort(
  options: Options,
  flag: string,
  of: (packet: MatchPacket) => number | undefined,
): Test | undefined {
  const given = option(options, flag);
  if (!given) return undefined;
  const [low, high] = range(given.values[0] as string);
  const invert = given.invert === true;
  return ({ packet }) => {
    const port = of(packet);
    return port !== undefined && (port >= low && port <= high) !== invert;
  };
}

function portTests(options: Options): Test[] {
  return [
    testPort(options, '--sport', (packet) => packet.sourcePort),
    testPort(options, '--dport', (packet) => packet.destinationPort),
  ].filter((test) => test !== undefined);
}

/** What matches everything is not kept. */
const everyPort = ({ flag, invert, values }: Option) =>
  /port$/.test(flag) && !invert && values[0] === '0:65535';
const noFlags = ({ flag, invert, values }: Option) =>
  flag === '--tcp-flags' && !invert && values[0] === 'NONE' && values[1] === 'NONE';

function both(tests: readonly Test[]): Test {
  const [first, second, ...rest] = tests;
  if (!first) return () => true;
  if (!second) return first;
  return (walk) => first(walk) && second(walk) && rest.every((test) => test(walk));
}

function readFlags(text: string): readonly string[] | undefined {
  if (text === 'ALL') return FLAGS;
  if (text === 'NONE') return [];
  const wanted = text.toUpperCase().split(',');
  if (wanted.some((flag) => !FLAGS.includes(flag as (typeof FLAGS)[number]))) return undefined;
  return FLAGS.filter((flag) => wanted.includes(flag));
}

const flagText = (flags: readonly string[]) => (flags.length === 0 ? 'NONE' : flags.join(','));

const tcpFlags: readonly OptionDefinition[] = [
  {
    flag: '--tcp-flags',
    values: 2,
    invertible: true,
    read: ([mask = '', comp = '']) => {
      if (comp.startsWith('-') || comp === '!') return { error: '--tcp-flags requires two args.' };
      const [a, b] = [readFlags(mask), readFlags(comp)];
      if (!a || !b) return { error: `Unknown TCP flag \`${a ? comp : mask}'` };
      return [flagText(a), flagText(b)];
    },
  },
  { flag: '--syn', values: 0, invertible: true },
  {
    flag: '--tcp-option',
    values: 1,
    invertible: true,
    read: ([text = '']) => {
      const number = /^\d+$/.test(text) ? Number(text) : NaN;
      return number >= 1 && number <= 255 ? [`${number}`] : { error: `Bad TCP option "${text}"` };
    },
  },
];

function bits(text: string): number {
  const order = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];
  return readFlags(text)?.reduce((sum, flag) => sum | (1 << order.indexOf(flag)), 0) ?? 0;
}

/** `-m tcp` (libxt_tcp). */
export const tcp: ExtensionDefinition = {
  name: 'tcp',
  kind: 'match',
  protocol: ['tcp'],
  protocolText: "TCP match requires '-p tcp'",
  options: [...portOptions, ...tcpFlags],
  finish: (options) => {
    const expanded = options.map((each) =>
      each.flag === '--syn'
        ? { ...each, flag: '--tcp-flags', values: ['FIN,SYN,RST,ACK', 'SYN'] }
        : each,
    );
    const order = ['--sport', '--dport', '--tcp-option', '--tcp-flags'];
    return order.flatMap((flag) =>
      expanded.filter((each) => each.flag === flag && !everyPort(each) && !noFlags(each)).slice(-1),
    );
  },
  list(options, names, protocol) {
    const flags = option(options, '--tcp-flags');
    const wanted = option(options, '--tcp-option');
    const [mask = '', comp = ''] = flags?.values ?? [];
    const two = (text: string) => `0x${bits(text).toString(16).toUpperCase().padStart(2, '0')}`;
    return [
      ' tcp',
      listPort(options, '--sport', 'spt', names, protocol),
      listPort(options, '--dport', 'dpt', names, protocol),
      wanted ? ` option=${not(wanted)}${wanted.values[0]}` : '',
      flags
        ? ` flags:${not(flags)}${names.numeric ? `${two(mask)}/${two(comp)}` : `${mask}/${comp}`}`
        : '',
    ].join('');
  },
  test(options) {
    const tests = portTests(options);
    const flags = option(options, '--tcp-flags');
    if (flags) {
      const mask = readFlags(flags.values[0] as string) ?? [];
      const comp = readFlags(flags.values[1] as string) ?? [];
      tests.push(({ packet }) => {
        const set: readonly string[] = packet.tcpFlags ?? [];
        const equal = mask.every((flag) => set.includes(flag) === comp.includes(flag));
        return equal !== (flags.invert === true);
      });
    }
    return both([({ packet }) => packet.protocol === 'tcp', ...tests]);
  },
};

function datagram(name: 'udp' | 'sctp'): ExtensionDefinition {
  const sctpOnly = name === 'sctp' ? [chunkTypes] : [];
  return {
    name,
    kind: 'match',
    protocol: [name],
    ...(name === 'udp' ? { protocolText: "UDP match requires '-p udp'" } : {}),
    options: [...portOptions, ...sctpOnly],
    finish: (options) =>
      ['--sport', '--dport', '--chunk-types'].flatMap((flag) =>
        options.filter((each) => each.flag === flag && !everyPort(each)).slice(-1),
      ),
    list: (options, names, protocol) =>
      ` ${name}${listPort(options, '--sport', 'spt', names, protocol)}` +
      listPort(options, '--dport', 'dpt', names, protocol) +
      listChunks(options, names.numeric),
    test: (options) => both([({ packet }) => packet.protocol === name, ...portTests(options)]),
  };
}

/** `-m udp` and `-m sctp`. */
export const udp = datagram('udp');
export const sctp = datagram('sctp');

function readPorts([text = '']: readonly string[], names: ReadNames) {
  const items: string[] = [];
  for (const item of text.split(',')) {
    const read = readRange(':')([item], names);
    if ('error' in read) {
      const funny = read.error.startsWith('invalid portrange');
      return funny ? { error: 'invalid portrange specified' } : read;
    }
    items.push(read[0] as string);
  }
  if (items.length > 15) return { error: 'too many ports specified' };
  return [items.join(',')];
}

const MULTI = ['tcp', 'udp', 'sctp', 'dccp', 'udplite'];
const portList = { values: 1, invertible: true, read: readPorts } as const;

/** `-m multiport`. */
export const multiport: ExtensionDefinition = {
  name: 'multiport',
  kind: 'match',
  options: [
    {
      flag: '--sports',
      aliases: ['--source-ports'],
      title: '--source-ports',
      excludes: ['--dports', '--ports'],
      ...portList,
    },
    {
      flag: '--dports',
      aliases: ['--destination-ports'],
      title: '--destination-ports',
      excludes: ['--sports', '--ports'],
      ...portList,
    },
    { flag: '--ports', excludes: ['--sports', '--dports'], ...portList },
  ],
  finish: (options, protocol) => {
    if (options.length === 0) return { error: 'multiport expection an option' };
    if (protocol === undefined) {
      return {
        error: "multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'",
      };
    }
    if (!MULTI.includes(protocol)) {
      return { error: 'multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP' };
    }
    return options;
  },
  list(options, names, protocol) {
    const [given] = options;
    if (!given) return '';
    const name = (port: string) =>
      (names.numeric ? undefined : names.port(Number(port), protocol)) ?? port;
    const items = (given.values[0] as string)
      .split(',')
      .map((item) => item.split(':').map(name).join(':'));
    return ` multiport ${given.flag.slice(2)} ${given.invert ? ' !' : ''}${items.join(',')}`;
  },
  test(options) {
    const [given] = options;
    const ranges = (given?.values[0] ?? '').split(',').map(range);
    const invert = given?.invert === true;
    const among = (port: number | undefined) =>
      port !== undefined && ranges.some(([low, high]) => port >= low && port <= high);
    return ({ packet }) => {
      const source = given?.flag !== '--dports' && among(packet.sourcePort);
      const destination = given?.flag !== '--sports' && among(packet.destinationPort);
      return (source || destination) !== invert;
    };
  },
};
