import type { IpvsConfig } from '../../network/ipvs/config.ts';
import { shownRates } from '../../network/ipvs/stats.ts';
import type {
  IpvsConnection,
  IpvsTotals,
  RealLoad,
  RealServer,
  VirtualServer,
} from '../../network/ipvs/types.ts';
import { serviceName } from '../../network/netfilter/iptables/names.ts';
import { toAddress, maskOf } from '../../network/netfilter/iptables/address.ts';

export type Layout = 'usual' | 'rule' | 'stats' | 'rate' | 'thresholds' | 'persistent-conn';

/** How a listing is to look. */
export interface Listing {
  readonly layout: Layout;
  readonly numeric: boolean;
  readonly exact: boolean;
  /** Name of an address, where names are asked for. */
  host(address: string): string | undefined;
}

export const VERSION_LINE = 'IP Virtual Server version 1.2.1 (size=4096)\n';

const five = (names: readonly string[]) => names.map((name) => name.padStart(9)).join('');
const head = 'Prot LocalAddress:Port';

/** The lines above a listing. */
export function title(layout: Layout): string {
  const remote = '  -> RemoteAddress:Port';
  const wide = (names: readonly string[]) => `${head.padEnd(33)}${five(names)}\n${remote}\n`;
  switch (layout) {
    case 'rule':
      return '';
    case 'stats':
      return wide(['Conns', 'InPkts', 'OutPkts', 'InBytes', 'OutBytes']);
    case 'rate':
      return wide(['CPS', 'InPPS', 'OutPPS', 'InBPS', 'OutBPS']);
    case 'thresholds':
      return `${head.padEnd(33)} Uthreshold Lthreshold ActiveConn InActConn \n${remote}\n`;
    case 'persistent-conn':
      return `${head.padEnd(33)} Weight    PersistConn ActiveConn InActConn \n${remote}\n`;
    default:
      return `${head} Scheduler Flags\n${remote}           Forward Weight ActiveConn InActConn\n`;
  }
}

/** One virtual server with its real servers. */
export function printServer(
  server: VirtualServer,
  reals: readonly RealServer[],
  config: IpvsConfig,
  listing: Listing,
): string {
  if (listing.layout === 'rule') return printRules(server, reals, listing);
  const name = `${protocolWord(server)} ${nameOf(server, listing)}`;
  const rows = reals.map((real) => printReal(server, real, config, listing));
  return [firstRow(server, name, config, listing), ...rows].map((row) => `${row}\n`).join('');
}

function protocolWord({ protocol, mark }: VirtualServer): string {
  return (mark === undefined ? protocol.toUpperCase() : 'FWM').padEnd(4);
}

function nameOf(server: VirtualServer, listing: Listing): string {
  if (server.mark !== undefined) return String(server.mark);
  return addressText(server.address, server.port, server.protocol, listing);
}

/** Address and port, as numbers or names. */
export function addressText(
  address: string,
  port: number,
  protocol: string,
  { numeric, host }: Pick<Listing, 'numeric' | 'host'>,
): string {
  const name = numeric ? undefined : host(address);
  const service = numeric || port === 0 ? undefined : serviceName(port, protocol);
  const shown = name ?? (address.includes(':') ? `[${address}]` : address);
  return `${shown}:${service ?? port}`;
}

function firstRow(
  server: VirtualServer,
  name: string,
  config: IpvsConfig,
  listing: Listing,
): string {
  if (listing.layout === 'stats') {
    return name.slice(0, 33).padEnd(33) + numbers(config.stats(server).totals, listing.exact);
  }
  if (listing.layout === 'rate') {
    return name.slice(0, 33).padEnd(33) + numbers(shownRates(config.stats(server)), listing.exact);
  }
  const flags = server.flags.length > 0 ? ` (${server.flags.join(',')})` : '';
  const ops = server.onePacket ? ' ops' : '';
  const mask =
    server.netmask === undefined || server.netmask === 32
      ? ''
      : ` mask ${toAddress(maskOf(server.netmask))}`;
  const persistent =
    server.persistent === undefined ? '' : ` persistent ${server.persistent}${mask}`;
  return `${name} ${server.scheduler}${flags}${ops}${persistent}`;
}

const METHODS = { masq: 'Masq', route: 'Route', tunnel: 'Tunnel' } as const;

function printReal(
  server: VirtualServer,
  real: RealServer,
  config: IpvsConfig,
  listing: Listing,
): string {
  const full = addressText(real.address, real.port, server.protocol, listing);
  const name = `  -> ${full.slice(0, 28).padEnd(28)}`;
  if (listing.layout === 'stats')
    return name + numbers(config.stats(server, real).totals, listing.exact);
  if (listing.layout === 'rate') {
    return name + numbers(shownRates(config.stats(server, real)), listing.exact);
  }
  const load = config.load(server, real);
  return `${name} ${columns(real, load, listing.layout)}`;
}

function columns(real: RealServer, load: RealLoad, layout: Layout): string {
  const wide = (value: number) => String(value).padEnd(10);
  const connections = `${wide(load.active)} ${wide(load.inactive)}`;
  if (layout === 'thresholds') return `${wide(real.upper)} ${wide(real.lower)} ${connections}`;
  const weight = String(real.weight);
  if (layout === 'persistent-conn') {
    return `${weight.padEnd(9)} ${String(load.persistent).padEnd(11)} ${connections}`;
  }
  return `${METHODS[real.method].padEnd(7)} ${weight.padEnd(6)} ${connections}`;
}

function numbers(totals: IpvsTotals, exact: boolean): string {
  const { connections, inPackets, outPackets, inBytes, outBytes } = totals;
  return [connections, inPackets, outPackets, inBytes, outBytes]
    .map((value) => large(value, exact))
    .join('');
}

/** A number in nine columns: in thousands, millions … where it is too long. */
function large(value: number, exact: boolean): string {
  if (exact) return String(value).padStart(Math.max(9, String(value).length + 1));
  if (value < 100_000_000) return String(value).padStart(9);
  const units: readonly (readonly [number, number, string])[] = [
    [1e9, 1e3, 'K'],
    [1e11, 1e6, 'M'],
    [1e14, 1e9, 'G'],
  ];
  const [, scale, unit] = units.find(([below]) => value < below) ?? [0, 1e12, 'T'];
  return `${String(Math.floor(value / scale)).padStart(8)}${unit}`;
}

const SERVICE_FLAGS = { tcp: '-t', udp: '-u', sctp: '--sctp-service' } as const;

function printRules(server: VirtualServer, reals: readonly RealServer[], listing: Listing): string {
  const { protocol, mark, scheduler, persistent, netmask, flags, onePacket } = server;
  const name = `${mark === undefined ? SERVICE_FLAGS[protocol] : '-f'} ${nameOf(server, listing)}`;
  const mask = netmask === undefined || netmask === 32 ? '' : ` -M ${toAddress(maskOf(netmask))}`;
  const first = [
    `-A ${name} -s ${scheduler}`,
    onePacket ? ' -o' : '',
    flags.length > 0 ? ` -b ${flags.join(',')}` : '',
    persistent === undefined ? '' : ` -p ${persistent}${mask}`,
  ].join('');
  const methods = { masq: '-m', route: '-g', tunnel: '-i' } as const;
  const rows = reals.map((real) => {
    const address = addressText(real.address, real.port, protocol, listing);
    const upper = real.upper === 0 ? '' : ` -x ${real.upper}`;
    const lower = real.lower === 0 ? '' : ` -y ${real.lower}`;
    return `-a ${name} -r ${address} ${methods[real.method]} -w ${real.weight}${upper}${lower}`;
  });
  return [first, ...rows].map((row) => `${row}\n`).join('');
}

/** The table of connections. */
export function printConnections(
  connections: readonly IpvsConnection[],
  now: number,
  listing: Listing,
): string {
  const rows = connections.map((each) => {
    const seconds = Math.max(0, Math.floor((each.expires - now) / 1_000_000));
    const two = (value: number) => String(value).padStart(2, '0');
    const expire = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
    const text = (address: string, port: number) =>
      addressText(address, port, each.protocol, listing).padEnd(18);
    return [
      each.protocol.toUpperCase().padEnd(3),
      expire.padEnd(6),
      each.state.padEnd(11),
      text(each.client, each.clientPort),
      text(each.virtual, each.virtualPort),
      text(each.address, each.port).trimEnd(),
    ].join(' ');
  });
  const titles = 'pro expire state       source             virtual            destination';
  return ['IPVS connection entries', titles, ...rows].map((row) => `${row}\n`).join('');
}
