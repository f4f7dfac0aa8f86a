import { isErrno } from '../../host/errno.ts';
import { getnameinfo } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Fd, Sys } from '../../host/syscalls.ts';
import type { SocketEvent } from '../../network/api.ts';
import { SECOND } from '../../world/time.ts';
import { lookUp } from './address.ts';
import type { Applet, Line } from './applet.ts';

const usage =
  'traceroute [-46Ilnrv] [-f 1ST_TTL] [-m MAXTTL] [-q PROBES] [-p PORT]\n' +
  '\t[-t TOS] [-w WAIT_SEC] [-s SRC_IP] [-i IFACE]\n' +
  '\t[-z PAUSE_MSEC] HOST [BYTES]\n\n' +
  'Trace the route to HOST\n\n' +
  '\t-4,-6\tForce IP or IPv6 name resolution\n' +
  '\t-I\tUse ICMP ECHO instead of UDP datagrams\n' +
  '\t-l\tDisplay TTL value of the returned packet\n' +
  '\t-n\tPrint numeric addresses\n' +
  '\t-f N\tFirst number of hops (default 1)\n' +
  '\t-m N\tMax number of hops\n' +
  '\t-q N\tNumber of probes per hop (default 3)\n' +
  '\t-p N\tBase UDP port number used in probes\n' +
  '\t\t(default 33434)\n' +
  '\t-w N\tWait time for a response in seconds (default 3)\n' +
  '\t-g IP\tLoose source route gateway (8 max)\n';

type Icmp = Extract<SocketEvent, { event: 'icmp' }>;

/** traceroute of busybox: one probe after the other. */
export const traceroute: Applet = {
  name: 'traceroute',
  usage: () => usage,
  options: () => ({
    short: '4Inf:m:q:p:w:',
    unmodelled: ['-6', '-l', '-r', '-v', '-t', '-s', '-i', '-z', '-g', '-F'],
  }),
  *run(line, sys) {
    const [host, bytes = line.has('I') ? '46' : '46'] = line.operands;
    if (host === undefined) return yield* line.showUsage();
    const place = yield* lookUp(sys, host, 0);
    if (!place) return yield* line.die(`bad address '${host}'`);
    const number = (key: string, usual: number) => Number(line.value(key) ?? usual);
    const most = number('m', 30);
    const about = `${most} hops max, ${bytes} byte packets`;
    yield* sys.write(1, `traceroute to ${host} (${place.address}), ${about}\n`);
    sys.setPace('stream');
    let probe = 0;
    for (let ttl = number('f', 1); ttl <= most; ttl++) {
      yield* sys.write(1, String(ttl).padStart(2));
      let [last, over] = ['', false];
      for (let i = 0; i < number('q', 3); i++) {
        const way = { address: place.address, ttl, number: probe++, size: Number(bytes) - 28 };
        const began = sys.now;
        const event = yield* ask(line, sys, way);
        if (!event) {
          yield* sys.write(1, '  *');
          continue;
        }
        if (event.from !== last) yield* sys.write(1, `  ${yield* nameOf(line, sys, event.from)}`);
        last = event.from;
        yield* sys.write(1, `  ${((sys.now - began) / 1000).toFixed(3)} ms${note(event)}`);
        over ||= event.kind !== 'time-exceeded';
      }
      yield* sys.write(1, '\n');
      if (over) break;
    }
    return 0;
  },
};

interface Way {
  readonly address: string;
  readonly ttl: number;
  readonly number: number;
  readonly size: number;
}

function* ask(line: Line, sys: Sys, way: Way): Call<Icmp | undefined> {
  const { address, ttl, number, size } = way;
  const fd = line.has('I') ? sys.openIcmp() : sys.openUdp();
  if (isErrno(fd)) return undefined;
  if (line.has('I')) sys.echo(fd, address, { sequence: number + 1, size, ttl });
  else {
    const port = Number(line.value('p') ?? 33_434) + number;
    sys.sendTo(fd, { address, port }, '\0'.repeat(Math.max(0, size)), { ttl });
  }
  const event = yield* receive(sys, fd, sys.now + Number(line.value('w') ?? 3) * SECOND);
  sys.close(fd);
  return event;
}

function* receive(sys: Sys, fd: Fd, until: number): Call<Icmp | undefined> {
  while (sys.now < until) {
    const event = yield* sys.receive(fd, until - sys.now);
    if (typeof event === 'string') return undefined;
    if (event.event === 'icmp') return event;
  }
  return undefined;
}

function* nameOf(line: Line, sys: Sys, address: string): Call<string> {
  if (line.has('n')) return address;
  return `${(yield* getnameinfo(sys, address)) ?? address} (${address})`;
}

function note({ kind }: Icmp): string {
  if (kind === 'net-unreachable') return ' !N';
  if (kind === 'host-unreachable') return ' !H';
  return kind === 'admin-prohibited' ? ' !A' : '';
}
