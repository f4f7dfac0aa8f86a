import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { Json } from '../../world/index.ts';
import { printFlow, protocolNumbers, type Flow } from './print.ts';

const VERSION = 'conntrack v1.4.7 (conntrack-tools)';

/** Filters and what each looks at; all take a value, some only where one follows. */
const filters: readonly {
  readonly names: readonly string[];
  /** A value may follow. */
  readonly optional?: boolean;
  readonly test: (flow: Flow, value: string) => boolean;
}[] = [
  {
    names: ['-s', '--src', '--orig-src'],
    test: (flow, value) => within(flow.original.source, value),
  },
  {
    names: ['-d', '--dst', '--orig-dst'],
    test: (flow, value) => within(flow.original.destination, value),
  },
  { names: ['-r', '--reply-src'], test: (flow, value) => within(flow.reply.source, value) },
  { names: ['-q', '--reply-dst'], test: (flow, value) => within(flow.reply.destination, value) },
  {
    names: ['-p', '--proto'],
    test: ({ original: { protocol } }, value) =>
      value.toLowerCase() === protocol || value === String(protocolNumbers[protocol]),
  },
  {
    names: ['--sport', '--orig-port-src'],
    test: (flow, value) => String(flow.original.sourcePort) === value,
  },
  {
    names: ['--dport', '--orig-port-dst'],
    test: (flow, value) => String(flow.original.destinationPort) === value,
  },
  { names: ['--reply-port-src'], test: (flow, value) => String(flow.reply.sourcePort) === value },
  {
    names: ['--reply-port-dst'],
    test: (flow, value) => String(flow.reply.destinationPort) === value,
  },
  { names: ['--state'], test: (flow, value) => flow.state === value.toUpperCase() },
  { names: ['-m', '--mark'], test: (flow, value) => flow.mark === Number(value.split('/')[0]) },
  {
    names: ['-u', '--status'],
    test: (flow, value) => value.split(',').every((word) => hasStatus(flow, word)),
  },
  { names: ['-n', '--src-nat'], optional: true, test: (flow, to) => isTranslated(flow, 'src', to) },
  { names: ['-g', '--dst-nat'], optional: true, test: (flow, to) => isTranslated(flow, 'dst', to) },
  {
    names: ['-j', '--any-nat'],
    optional: true,
    test: (flow, to) => isTranslated(flow, 'src', to) || isTranslated(flow, 'dst', to),
  },
];

/**
 * Whether one side of a flow was changed, as libnetfilter_conntrack finds out: both directions do
 * not mirror each other. For ICMP it compares a number with type and code, so pings always count.
 */
function isTranslated(flow: Flow, side: 'src' | 'dst', to: string): boolean {
  const { original, reply } = flow;
  const [before, after] =
    side === 'src' ? [original.source, reply.destination] : [original.destination, reply.source];
  const ports =
    original.icmp !== undefined ||
    (side === 'src'
      ? original.sourcePort !== reply.destinationPort
      : original.destinationPort !== reply.sourcePort);
  if (before === after && !ports) return false;
  const [address = '', port] = to.split(':');
  const number = side === 'src' ? reply.destinationPort : reply.sourcePort;
  if (port !== undefined && String(number) !== port) return false;
  return address === '' || within(after, address);
}

function within(address: string, wanted: string): boolean {
  const [network = '', prefix = '32'] = wanted.split('/');
  const bits = (text: string) =>
    text
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  return bits(address).slice(0, Number(prefix)) === bits(network).slice(0, Number(prefix));
}

function hasStatus(flow: Flow, word: string): boolean {
  switch (word.toUpperCase()) {
    case 'ASSURED':
      return flow.assured;
    case 'SEEN_REPLY':
      return flow.replied;
    case 'UNREPLIED':
      return !flow.replied;
    case 'SRC_NAT':
      return flow.snat;
    case 'DST_NAT':
      return flow.dnat;
    default:
      return false;
  }
}

const commands: Readonly<Record<string, string>> = {
  '-L': 'L',
  '--dump': 'L',
  '-D': 'D',
  '--delete': 'D',
  '-F': 'F',
  '--flush': 'F',
  '-C': 'C',
  '--count': 'C',
  '-S': 'S',
  '--stats': 'S',
  '-V': 'V',
  '--version': 'V',
};

interface Asked {
  readonly command: string | undefined;
  readonly extended: boolean;
  readonly tests: readonly ((flow: Flow) => boolean)[];
  readonly error?: string;
  readonly notModelled?: string;
}

/** conntrack-tools 1.4.7. */
const conntrack: ProgramCode = {
  *run(argv, sys): Process {
    const asked = read(argv.slice(1));
    if (asked.notModelled !== undefined) {
      yield* sys.write(2, `conntrack: ${asked.notModelled} is not modelled here\n`);
      return 2;
    }
    if (asked.error !== undefined) {
      yield* sys.write(
        2,
        `${VERSION}: ${asked.error}\n` +
          "Try `conntrack -h' or 'conntrack --help' for more information.\n",
      );
      return 2;
    }
    if (asked.command === 'V') {
      yield* sys.write(1, `${VERSION}\n`);
      return 0;
    }
    if (sys.user !== 'root') {
      yield* sys.write(2, `${VERSION}: Operation failed: Operation not permitted\n`);
      return 1;
    }
    return yield* execute(sys, asked);
  },
};

export default conntrack;

function read(words: readonly string[]): Asked {
  let command: string | undefined;
  let extended = false;
  const tests: ((flow: Flow) => boolean)[] = [];
  for (let i = 0; i < words.length; i++) {
    const [word = '', attached] = (words[i] as string).split('=');
    const take = () => attached ?? words[++i] ?? '';
    const filter = filters.find(({ names }) => names.includes(word));
    if (commands[word] !== undefined) command = commands[word];
    else if (filter) {
      const next = words[i + 1];
      const none = filter.optional && attached === undefined && !/^[\d.:[]/.test(next ?? '-');
      const value = none ? '' : take();
      tests.push((flow) => filter.test(flow, value));
    } else if (word === '-o' || word === '--output') {
      const kinds = take().split(',');
      const other = kinds.find((kind) => !['extended', 'ktimestamp', 'id'].includes(kind));
      if (other !== undefined || kinds.length > 1)
        return { command, extended, tests, notModelled: `-o ${kinds}` };
      extended = kinds.includes('extended');
    } else if (word === '-f' || word === '--family') {
      const family = take();
      if (family === 'ipv6') tests.push(() => false);
    } else if (word === 'conntrack') continue;
    else if (
      ['-E', '-G', '-I', '-U', '-A', '-z', '-b', '-t', '-e', '-h', '--event'].includes(word) ||
      word === 'expect'
    ) {
      return { command, extended, tests, notModelled: word };
    } else if (word.startsWith('-'))
      return { command, extended, tests, error: `unknown option \`${word}'` };
    else return { command, extended, tests, error: `unknown argument \`${word}'` };
  }
  if (command === undefined) return { command, extended, tests, error: 'Unknown argument\n' };
  return { command, extended, tests };
}

function* execute(sys: Sys, { command, extended, tests }: Asked): Process {
  const matching = (entry: Json) => tests.every((test) => test(entry as unknown as Flow));
  const all = sys.network.conntrack();
  if (command === 'C') {
    yield* sys.write(1, `${all.length}\n`);
    return 0;
  }
  if (command === 'S') {
    yield* sys.write(1, [0, 1].map(statistics).join(''));
    return 0;
  }
  if (command === 'F') {
    sys.network.flushConntrack();
    yield* sys.write(2, `${VERSION}: connection tracking table has been emptied.\n`);
    return 0;
  }
  const found = all.filter(matching);
  if (command === 'D') sys.network.flushConntrack(matching);
  const lines = found.map((entry) => printFlow(entry as unknown as Flow, sys.now, extended));
  if (lines.length > 0) yield* sys.write(1, lines.join(''));
  const what = command === 'D' ? 'deleted' : 'shown';
  yield* sys.write(2, `${VERSION}: ${found.length} flow entries have been ${what}.\n`);
  return command === 'D' && found.length === 0 ? 1 : 0;
}

function statistics(cpu: number): string {
  const names = [
    'found',
    'invalid',
    'insert',
    'insert_failed',
    'drop',
    'early_drop',
    'error',
    'search_restart',
    'clash_resolve',
    'chaintoolong',
  ];
  return `cpu=${cpu}   \t${names.map((name) => `${name}=0 `).join('')}\n`;
}
