import { getnameinfo } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Process, Program, Sys } from '../../host/syscalls.ts';
import type { Endpoint, SocketInfo } from '../../network/api.ts';
import { serviceName } from '../../network/netfilter/iptables/names.ts';
import { readOptions } from '../gnu/getopt.ts';
import { routeTable } from './route.ts';

const table = {
  short: 'tulanpr4eW',
  long: {
    tcp: 't',
    udp: 'u',
    listening: 'l',
    all: 'a',
    numeric: 'n',
    programs: 'p',
    route: 'r',
    wide: 'W',
    inet: '4',
  },
  unmodelled: (
    '-i -g -s -M -c -6 -x -w -o -v -N -C -F -S --interfaces --groups --statistics ' +
    '--masquerade --continuous --inet6 --unix --raw --timers --verbose --numeric-hosts'
  ).split(' '),
};

/** netstat: sockets, or with `-r` the routing table. */
export const netstat: Program = {
  name: 'netstat',
  paths: ['/usr/bin/netstat', '/bin/netstat'],
  *run(argv, sys): Process {
    const read = readOptions(argv.slice(1), table);
    if ('unmodelled' in read) {
      yield* sys.write(2, `netstat: ${read.unmodelled} is not modelled here\n`);
      return 2;
    }
    if ('error' in read) {
      yield* sys.write(2, `netstat: ${read.error}\n${USAGE}`);
      return 4;
    }
    const letters = new Set(read.given.map(({ key }) => key));
    if (letters.has('--help') || letters.has('--version')) {
      yield* sys.write(1, letters.has('--help') ? USAGE : 'net-tools 2.10\n');
      return 0;
    }
    const text = letters.has('r')
      ? yield* routeTable(sys, letters.has('n'), true)
      : yield* sockets(sys, letters);
    yield* sys.write(1, text);
    return 0;
  },
};

const USAGE =
  'usage: netstat [-vWeenNcCF] [<Af>] -r         netstat {-V|--version|-h|--help}\n' +
  '       netstat [-vWnNcaeol] [<Socket> ...]\n' +
  '       netstat { [-vWeenNac] -i | [-cnNe] -M | -s [-6tuw] }\n';

const STATES: Readonly<Record<string, string>> = {
  'SYN-SENT': 'SYN_SENT',
  'SYN-RECV': 'SYN_RECV',
  'FIN-WAIT-1': 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
  'LAST-ACK': 'LAST_ACK',
  'TIME-WAIT': 'TIME_WAIT',
  'CLOSE-WAIT': 'CLOSE_WAIT',
};

const stateOf = ({ protocol, state, peer }: SocketInfo): string => {
  if (protocol !== 'TCP') return peer ? 'ESTABLISHED' : '';
  return STATES[state.replaceAll('_', '-')] ?? state.replace(/^ESTAB$/, 'ESTABLISHED');
};

function* sockets(sys: Sys, letters: ReadonlySet<string>): Call<string> {
  const [all, listening] = [letters.has('a'), letters.has('l')];
  const both = !letters.has('t') && !letters.has('u');
  const kinds = [
    ...(both || letters.has('t') ? (['TCP'] as const) : []),
    ...(both || letters.has('u') ? (['UDP'] as const) : []),
  ];
  const which = all ? 'servers and established' : listening ? 'only servers' : 'w/o servers';
  let text =
    `Active Internet connections (${which})\nProto Recv-Q Send-Q Local Address           ` +
    `Foreign Address         State      ${letters.has('p') ? ' PID/Program name    ' : ''}\n`;
  for (const kind of kinds) {
    for (const socket of sys.network.sockets()) {
      const server = kind === 'TCP' ? socket.state === 'LISTEN' : !socket.peer;
      if (socket.protocol !== kind || !(all || server === listening)) continue;
      text += yield* line(sys, letters, socket);
    }
  }
  return text;
}

function* line(sys: Sys, letters: ReadonlySet<string>, socket: SocketInfo): Call<string> {
  const kind = socket.protocol.toLowerCase();
  const end = (endpoint: Endpoint | undefined) => endText(sys, endpoint, kind, letters.has('n'));
  // The queues of a listener are those of ss only; here nothing waits to be sent.
  const sent = socket.state === 'LISTEN' ? 0 : socket.sendQueue;
  const queues = [socket.receiveQueue, sent].map((each) => String(each).padStart(6));
  const local = (yield* end(socket.local)).padEnd(23);
  const foreign = (yield* end(socket.peer)).padEnd(23);
  const program = letters.has('p') ? ` ${programOf(sys, socket).padEnd(20)}` : '';
  const state = stateOf(socket).padEnd(11);
  return `${kind.padEnd(5)} ${queues.join(' ')} ${local} ${foreign} ${state}${program}\n`;
}

function* endText(
  sys: Sys,
  endpoint: Endpoint | undefined,
  kind: string,
  numeric: boolean,
): Call<string> {
  if (!endpoint) return '0.0.0.0:*';
  const { address, port } = endpoint;
  if (numeric) return `${address}:${port}`;
  const name = address === '0.0.0.0' ? address : ((yield* getnameinfo(sys, address)) ?? address);
  const service = serviceName(port, kind as 'tcp' | 'udp') ?? String(port);
  // Names are cut so that the column keeps its width.
  return `${name.slice(0, 22 - service.length)}:${service}`;
}

/** Who holds a socket; others than root see only their own. */
function programOf(sys: Sys, { owner }: SocketInfo): string {
  const pid = Number(/^process\/[^/]+\/(\d+)/.exec(owner)?.[1]);
  const holder = sys.processes().find((each) => each.pid === pid);
  if (!holder || (sys.user !== 'root' && holder.user !== sys.user)) return '-';
  const command = (holder.argv[0] ?? '').split('/').at(-1) ?? '';
  // nginx writes what it is doing over its own command line.
  const name = command === 'nginx' ? `nginx: master process ${holder.argv.join(' ')}` : command;
  return `${pid}/${name}`.slice(0, 19);
}
