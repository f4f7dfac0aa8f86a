import { getnameinfo } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Process, Program, Sys } from '../../host/syscalls.ts';
import { routeLines, type RouteLine } from './routes.ts';

const HEAD = 'Kernel IP routing table\n';
const ROUTE_HEAD =
  'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n';
const NETSTAT_HEAD =
  'Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n';

/** The routing table as `route` or `netstat -r` shows it. */
export function* routeTable(sys: Sys, numeric: boolean, netstat: boolean): Call<string> {
  let text = HEAD + (netstat ? NETSTAT_HEAD : ROUTE_HEAD);
  for (const line of routeLines(sys.network.routes())) {
    const cell = (value: string) => value.slice(0, 15).padEnd(15);
    const destination = numeric ? line.destination : yield* nameOfNet(sys, line);
    const gateway = numeric ? line.gateway : yield* nameOf(sys, line.gateway);
    text += `${cell(destination)} ${cell(gateway)} ${cell(line.mask)} `;
    text += netstat
      ? `${line.flags.padEnd(6)}    0 0          0 ${line.device}\n`
      : `${line.flags.padEnd(5)} ${String(line.metric).padEnd(6)} 0        0 ${line.device}\n`;
  }
  return text;
}

function* nameOfNet(sys: Sys, { destination, mask }: RouteLine): Call<string> {
  if (mask === '0.0.0.0') return 'default';
  return mask === '255.255.255.255' ? yield* nameOf(sys, destination) : destination;
}

function* nameOf(sys: Sys, address: string): Call<string> {
  if (address === '0.0.0.0' || address === '-') return address;
  return (yield* getnameinfo(sys, address)) ?? address;
}

/** route: shows the routing table. */
export const route: Program = {
  name: 'route',
  paths: ['/usr/sbin/route', '/sbin/route'],
  *run(argv, sys): Process {
    const words = argv.slice(1);
    const other = words.find((word) => !/^-[ne]+$/.test(word));
    if (other !== undefined) {
      yield* sys.write(2, `route: ${other} is not modelled here\n`);
      return 2;
    }
    const has = (letter: string) => words.some((word) => word.includes(letter));
    yield* sys.write(1, yield* routeTable(sys, has('n'), has('e')));
    return 0;
  },
};
