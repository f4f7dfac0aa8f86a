import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { SocketInfo } from '../../network/api.ts';
import { serviceName } from '../../network/netfilter/iptables/names.ts';
import { ALL_STATES, CONNECTED, readSelection, type Selection } from './filter.ts';
import { printTable, type Row } from './print.ts';
import { usage } from './texts.ts';

const long: Readonly<Record<string, string>> = {
  all: 'a',
  listening: 'l',
  numeric: 'n',
  processes: 'p',
  tcp: 't',
  udp: 'u',
  raw: 'w',
  summary: 's',
  ipv4: '4',
  ipv6: '6',
  'no-header': 'H',
  version: 'V',
  resolve: 'r',
  oneline: 'O',
  unix: 'x',
  packet: '0',
  options: 'o',
  extended: 'e',
  bpf: 'b',
  memory: 'm',
  info: 'i',
  threads: 'T',
  family: 'f',
  query: 'A',
  net: 'N',
  help: 'h',
  events: 'E',
  context: 'Z',
  contexts: 'z',
  dccp: 'd',
  sctp: 'S',
  kill: 'K',
  filter: 'F',
  diag: 'D',
  tos: 'tos',
};

const KNOWN = 'alnptuwsxr46HVO0oebTfANhZz';
/** Options that ss has and that are not modelled. */
const NOT_MODELLED = 'imEdSKFDM';
const VALUES = 'fAN';

interface Line {
  readonly letters: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

/** The words of a line, or what is wrong with them. */
function readLine(
  argv: readonly string[],
): Line | { readonly error: string; readonly code: number } {
  const letters = new Set<string>();
  const values = new Map<string, string>();
  const words: string[] = [];
  const wrong = (text: string, code = 255) => ({ error: text, code });
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    let short = /^-[A-Za-z0-9]+$/.test(word) ? word.slice(1) : '';
    if (word.startsWith('--')) {
      const [name = '', value] = word.slice(2).split('=');
      const found = Object.keys(long).filter((each) => each.startsWith(name));
      const exact = long[name] ?? (found.length === 1 ? long[found[0] as string] : undefined);
      if (exact === undefined) return wrong(`ss: unrecognized option '${word}'\n${usage}`);
      short = exact;
      if (value !== undefined) values.set(exact, value);
    } else if (short === '') words.push(word);
    for (let at = 0; at < short.length; at++) {
      const letter = short[at] as string;
      if (NOT_MODELLED.includes(letter)) return wrong(`ss: -${letter} is not modelled here\n`, 2);
      if (!KNOWN.includes(letter)) return wrong(`ss: invalid option -- '${letter}'\n${usage}`);
      letters.add(letter);
      if (!VALUES.includes(letter) || values.has(letter)) continue;
      const value = short.slice(at + 1) || argv[++i];
      if (value === undefined)
        return wrong(`ss: option requires an argument -- '${letter}'\n${usage}`);
      values.set(letter, value);
      break;
    }
  }
  return { letters, values, words };
}

type Kind = SocketInfo['protocol'];
/** Tables of `-A`; what is no socket of these protocols has none here. */
const TABLES: Readonly<Record<string, readonly Kind[]>> = {
  all: ['ICMP', 'UDP', 'TCP'],
  inet: ['ICMP', 'UDP', 'TCP'],
  tcp: ['TCP'],
  inet_tcp: ['TCP'],
  udp: ['UDP'],
  inet_udp: ['UDP'],
  raw: ['ICMP'],
  inet_raw: ['ICMP'],
  ...Object.fromEntries(
    'unix unix_stream unix_dgram unix_seqpacket packet packet_raw packet_dgram netlink '
      .concat('vsock tipc xdp mptcp sctp dccp')
      .split(' ')
      .map((name) => [name, []]),
  ),
};
const FAMILIES = ['inet', 'inet6', 'link', 'unix', 'netlink', 'vsock', 'tipc', 'xdp'];

/** iproute2 6.1.0 `ss`. */
const ss: ProgramCode = {
  *run(argv, sys): Process {
    const line = readLine(argv.slice(1));
    const failed = 'error' in line ? line : refusal(line, sys);
    if (failed) {
      yield* sys.write(2, failed.error);
      return failed.code;
    }
    const { letters, values, words } = line as Line;
    if (letters.has('h')) {
      yield* sys.write(1, usage);
      return 0;
    }
    if (letters.has('V')) {
      yield* sys.write(1, 'ss utility, iproute2-6.1.0\n');
      return 0;
    }
    const named = values.get('N');
    const network =
      named === undefined ? sys.network : (sys.network.namespace(named) ?? sys.network);
    if (letters.has('s')) {
      yield* sys.write(1, summary(network.sockets()));
      return 0;
    }
    const selection = readSelection(words);
    if ('error' in selection) {
      yield* sys.write(2, `${selection.error}\n`);
      return 255;
    }
    yield* sys.write(1, list(sys, network.sockets(), line as Line, selection));
    return 0;
  },
};

export default ss;

function refusal({ letters, values }: Line, sys: Sys) {
  const wrong = (error: string, code = 255) => ({ error, code });
  const family = values.get('f');
  if (family !== undefined && !FAMILIES.includes(family)) {
    return wrong(`ss: "${family}" is invalid family\n${usage}`);
  }
  const table = values
    .get('A')
    ?.split(',')
    .find((each) => !TABLES[each.replace(/^!/, '')]);
  if (table !== undefined) return wrong(`ss: "${table}" is illegal socket table id\n${usage}`);
  const named = values.get('N');
  if (named !== undefined && !sys.network.namespace(named)) {
    const why = 'No such file or directory';
    return wrong(`Cannot open network namespace "${named}": ${why}\n`, 1);
  }
  if (letters.has('z') || letters.has('Z')) return wrong('ss: SELinux is not enabled.\n', 1);
  return undefined;
}

/** The kernel's names of states as ss writes them. */
const STATES: Readonly<Record<string, string>> = {
  ESTABLISHED: 'ESTAB',
  CLOSE: 'UNCONN',
  CLOSED: 'UNCONN',
};

function stateOf({ protocol, state, peer }: SocketInfo): string {
  if (protocol !== 'TCP') return peer ? 'ESTAB' : 'UNCONN';
  return STATES[state] ?? state.replaceAll('_', '-');
}

/** Which sockets are asked for by protocol. */
function kindsOf({ letters, values }: Line): readonly Kind[] {
  const tables = values
    .get('A')
    ?.split(',')
    .flatMap((each) => TABLES[each] ?? []);
  const letterOf = { ICMP: 'w', UDP: 'u', TCP: 't' } as const;
  const all = ['ICMP', 'UDP', 'TCP'] as const;
  const wanted = all.filter((kind) => letters.has(letterOf[kind]) || tables?.includes(kind));
  const others = letters.has('x') || letters.has('0') || tables !== undefined;
  return wanted.length > 0 || others ? wanted : all;
}

/** The states that are shown of all sockets together; a single one needs no column. */
function statesOf({ letters }: Line, kinds: readonly Kind[], chosen: Selection['states']) {
  if (chosen) return new Set(chosen);
  if (letters.has('a')) return new Set<string>(ALL_STATES);
  if (letters.has('l')) return new Set(['LISTEN', 'UNCONN']);
  // Sockets of files have as many states as those of TCP.
  const several = kinds.includes('TCP') || (kinds.length === 0 && letters.has('x'));
  return new Set<string>(several ? CONNECTED : ['ESTAB']);
}

function list(
  sys: Sys,
  sockets: readonly SocketInfo[],
  line: Line,
  { states: chosen, test }: Selection,
): string {
  const { letters, values } = line;
  const kinds = kindsOf(line);
  const states = statesOf(line, kinds, chosen);
  const family = values.get('f');
  const six = (letters.has('6') && !letters.has('4')) || family === 'inet6';
  const four = (letters.has('4') && !letters.has('6')) || family === 'inet';
  const none = family !== undefined && family !== 'inet' && family !== 'inet6';
  const isSix = ({ local }: SocketInfo) => local.address.includes(':');
  const ofFamily = (socket: SocketInfo) => (six ? isSix(socket) : !four || !isSix(socket));
  const rows = kinds.flatMap((kind) =>
    (none ? [] : sockets)
      .filter((socket) => socket.protocol === kind && ofFamily(socket))
      .filter((socket) => states.has(stateOf(socket)) && test(socket))
      .map((socket) => toRow(sys, socket, letters)),
  );
  return printTable(rows, kinds.length !== 1, states.size !== 1, !letters.has('H'));
}

function toRow(sys: Sys, socket: SocketInfo, letters: ReadonlySet<string>): Row {
  const protocol = { TCP: 'tcp', UDP: 'udp', ICMP: 'icmp' }[socket.protocol];
  const port = (number: number) =>
    (letters.has('n') ? undefined : serviceName(number, protocol)) ?? String(number);
  const { local, peer } = socket;
  return [
    protocol,
    stateOf(socket),
    String(socket.receiveQueue).padEnd(6),
    String(socket.sendQueue).padEnd(6),
    `${local.address}:`,
    port(local.port),
    `${peer?.address ?? '0.0.0.0'}:`,
    peer ? port(peer.port) : '*',
    [
      letters.has('p') || letters.has('T') ? users(sys, socket) : '',
      letters.has('o') ? timerText(sys, socket) : '',
      letters.has('e') ? extended(socket) : '',
    ].join(''),
  ];
}

/** ` timer:(timewait,59sec,0)` where one runs. */
function timerText({ now }: Sys, { timer }: SocketInfo): string {
  if (!timer) return '';
  return ` timer:(${timer.kind},${leftText(Math.max(0, timer.at - now))},${timer.retries})`;
}

/** `print_ms_timer`: minutes, seconds and what is left in milliseconds. */
function leftText(micros: number): string {
  const millis = Math.floor(micros / 1000);
  const minutes = Math.floor(millis / 60_000);
  const seconds = Math.floor(millis / 1000) % 60;
  const rest = minutes > 9 || seconds > 9 ? 0 : millis % 1000;
  const text = [
    minutes > 0 ? `${minutes}min` : '',
    seconds > 0 && minutes <= 9 ? `${seconds}${rest > 0 ? '.' : 'sec'}` : '',
    rest > 0 ? `${String(rest).padStart(3, '0')}ms` : '',
  ].join('');
  return text;
}

/** What `-e` adds: the socket's numbers. */
function extended({ id }: SocketInfo): string {
  const number = Number(/\d+$/.exec(id)?.[0] ?? 1);
  return ` ino:${20_000 + number} sk:${number.toString(16)} cgroup:/ <->`;
}

/** Who holds a socket; others than root see only their own processes' names. */
function users(sys: Sys, { owner }: SocketInfo): string {
  const pid = Number(/^process\/[^/]+\/(\d+)/.exec(owner)?.[1]);
  const holder = sys.processes().find((each) => each.pid === pid);
  if (!holder || (sys.user !== 'root' && holder.user !== sys.user)) return '';
  const name = (holder.argv[0] ?? '').split('/').at(-1)?.replace(/:.*/, '');
  return ` users:(("${name}",pid=${pid},fd=3))`;
}

function summary(sockets: readonly SocketInfo[]): string {
  const tcp = sockets.filter(({ protocol }) => protocol === 'TCP');
  const count = (state: string) => tcp.filter((socket) => stateOf(socket) === state).length;
  const waiting = count('TIME-WAIT');
  const closed = count('UNCONN') + waiting;
  const row = (name: string, number: number) =>
    `${name}\t  ${[number, number, 0].map((cell) => String(cell).padEnd(9)).join(' ')}\n`;
  const of = (protocol: string) => sockets.filter((socket) => socket.protocol === protocol).length;
  const [udp, live] = [of('UDP'), tcp.length - closed];
  return [
    `Total: ${sockets.length - waiting}\n`,
    `TCP:   ${tcp.length} (estab ${count('ESTAB')}, closed ${closed}, `,
    `orphaned 0, timewait ${waiting})\n\n`,
    'Transport Total     IP        IPv6\n',
    row('RAW', of('ICMP')),
    row('UDP', udp),
    row('TCP', live),
    row('INET', udp + live + of('ICMP')),
    row('FRAG', 0),
    '\n',
  ].join('');
}
