import type { Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { SocketInfo } from '../../network/api.ts';
import { serviceName } from '../../network/netfilter/iptables/names.ts';
import { isOpen, readSelection, type Selection } from './filter.ts';
import { printTable, type Row } from './print.ts';

const long: Readonly<Record<string, string>> = {
  '--all': 'a',
  '--listening': 'l',
  '--numeric': 'n',
  '--processes': 'p',
  '--tcp': 't',
  '--udp': 'u',
  '--raw': 'w',
  '--summary': 's',
  '--ipv4': '4',
  '--ipv6': '6',
  '--no-header': 'H',
  '--version': 'V',
  '--resolve': 'r',
  '--oneline': 'O',
  '--unix': 'x',
};

/** Options that ss has and that are not modelled. */
const NOT_MODELLED = 'eimobEZNfdSKFDTAhM0z';

/** iproute2 6.1.0 `ss`. */
const ss: ProgramCode = {
  *run(argv, sys): Process {
    const letters = new Set<string>();
    const words: string[] = [];
    for (const word of argv.slice(1)) {
      if (long[word] !== undefined) letters.add(long[word] as string);
      else if (word.startsWith('--'))
        return yield* refuse(sys, `ss: unrecognized option '${word}'`);
      else if (/^-[A-Za-z0-9]+$/.test(word)) {
        for (const letter of word.slice(1)) letters.add(letter);
      } else words.push(word);
    }
    for (const letter of letters) {
      if (NOT_MODELLED.includes(letter)) {
        yield* sys.write(2, `ss: -${letter} is not modelled here\n`);
        return 2;
      }
      if (!'alnptuwsxr46HVO'.includes(letter))
        return yield* refuse(sys, `ss: invalid option -- '${letter}'`);
    }
    if (letters.has('V')) {
      yield* sys.write(1, 'ss utility, iproute2-6.1.0\n');
      return 0;
    }
    if (letters.has('s')) {
      yield* sys.write(1, summary(sys.network.sockets()));
      return 0;
    }
    const selection = readSelection(words);
    if ('error' in selection) {
      yield* sys.write(2, `${selection.error}\n`);
      return 255;
    }
    yield* sys.write(1, list(sys, letters, selection));
    return 0;
  },
};

export default ss;

function* refuse(sys: Sys, text: string): Process {
  yield* sys.write(2, `${text}\nUsage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]\n`);
  return 255;
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

function list(sys: Sys, letters: ReadonlySet<string>, { states, test }: Selection): string {
  const asked = ['t', 'u', 'w'].some((letter) => letters.has(letter));
  const kinds = [
    ...(!asked || letters.has('w') ? (['ICMP'] as const) : []),
    ...(!asked || letters.has('u') ? (['UDP'] as const) : []),
    ...(!asked || letters.has('t') ? (['TCP'] as const) : []),
  ].filter(() => !letters.has('x') || asked);
  const wanted =
    states ??
    (letters.has('a') ? () => true : letters.has('l') ? (state: string) => !isOpen(state) : isOpen);
  const sockets = letters.has('6') && !letters.has('4') ? [] : sys.network.sockets();
  const rows = kinds.flatMap((kind) =>
    sockets
      .filter((socket) => socket.protocol === kind && wanted(stateOf(socket)) && test(socket))
      .map((socket) => toRow(sys, socket, letters)),
  );
  return printTable(rows, kinds.length !== 1, true, !letters.has('H'));
}

function toRow(sys: Sys, socket: SocketInfo, letters: ReadonlySet<string>): Row {
  const protocol = { TCP: 'tcp', UDP: 'udp', ICMP: 'icmp' }[socket.protocol];
  const port = (number: number) =>
    (letters.has('n') ? undefined : serviceName(number, protocol)) ?? String(number);
  const { local, peer } = socket;
  return [
    protocol,
    stateOf(socket),
    String(socket.receiveQueue),
    String(socket.sendQueue),
    `${local.address}:`,
    port(local.port),
    `${peer?.address ?? '0.0.0.0'}:`,
    peer ? port(peer.port) : '*',
    letters.has('p') ? users(sys, socket) : '',
  ];
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
