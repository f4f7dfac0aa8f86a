import { toGroups, toNumber } from '../netfilter/iptables/address.ts';
import { inKernelOrder } from './order.ts';
import type { IpvsConfig } from './config.ts';
import { shownRates } from './stats.ts';
import type { IpvsTotals, RealServer, VirtualServer } from './types.ts';

const hex = (value: number, width: number) => value.toString(16).toUpperCase().padStart(width, '0');
/** Jiffies in a second. */
const HZ = 250;

function endText(address: string, port: number): string {
  const groups = toGroups(address);
  const text = groups
    ? `[${groups.map((group) => group.toString(16).padStart(4, '0')).join(':')}]`
    : hex(toNumber(address) ?? 0, 8);
  return `${text}:${hex(port, 4)}`;
}

const METHODS = { masq: 'Masq', route: 'Route', tunnel: 'Tunnel' } as const;

/** A file of /proc/net about IPVS; undefined for others, and while the module is not loaded. */
export function ipvsFile(name: string, ipvs: IpvsConfig, now: number): string | undefined {
  if (!/^ip_vs(_stats|_conn)?$/.test(name) || ipvs.view.servers.size === 0) return undefined;
  if (name === 'ip_vs_stats') return statsFile(ipvs);
  if (name === 'ip_vs_conn') return connectionFile(ipvs, now);
  const servers = inKernelOrder([...ipvs.view.servers.values()], ipvs.seed);
  return [
    'IP Virtual Server version 1.2.1 (size=4096)\n',
    'Prot LocalAddress:Port Scheduler Flags\n',
    '  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n',
    ...servers.flatMap((server) => [
      serverLine(server),
      ...server.realServers.map((real) => realLine(ipvs, server, real)),
    ]),
  ].join('');
}

function serverLine(server: VirtualServer): string {
  const { protocol, address, port, mark, scheduler, persistent, netmask = 32, onePacket } = server;
  const name =
    mark === undefined
      ? `${protocol.toUpperCase().padEnd(4)} ${endText(address, port)}`
      : `FWM  ${hex(mark, 8)}`;
  const mask = hex(netmask === 0 ? 0 : (0xffffffff << (32 - netmask)) >>> 0, 8);
  const kept = persistent === undefined ? '' : `persistent ${persistent * HZ} ${mask}`;
  return `${name} ${scheduler} ${onePacket ? 'ops ' : ' '}${kept}\n`;
}

function realLine(ipvs: IpvsConfig, server: VirtualServer, real: RealServer): string {
  const { active, inactive } = ipvs.load(server, real);
  const end = endText(real.address, real.port);
  const numbers = `${String(active).padEnd(10)} ${String(inactive).padEnd(10)}`;
  const method = METHODS[real.method].padEnd(7);
  return `  -> ${end}      ${method} ${String(real.weight).padEnd(6)} ${numbers}\n`;
}

function statsFile(ipvs: IpvsConfig): string {
  const stats = ipvs.total();
  const row = ({ connections, inPackets, outPackets, inBytes, outBytes }: IpvsTotals) =>
    [
      ...[connections, inPackets, outPackets].map((value) => hex(value, 1).padStart(8)),
      ...[inBytes, outBytes].map((value) => hex(value, 1).padStart(16)),
    ].join(' ');
  return [
    '   Total Incoming Outgoing         Incoming         Outgoing\n',
    '   Conns  Packets  Packets            Bytes            Bytes\n',
    `${row(stats.totals)}\n\n`,
    ' Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n',
    `${row(shownRates(stats))}\n`,
  ].join('');
}

function connectionFile(ipvs: IpvsConfig, now: number): string {
  const rows = ipvs.connections().map((each) => {
    const ends = [
      [each.client, each.clientPort],
      [each.virtual, each.virtualPort],
      [each.address, each.port],
    ] as const;
    const texts = ends.map(([address, port]) => endText(address, port).replace(':', ' '));
    const seconds = String(Math.max(0, Math.floor((each.expires - now) / 1_000_000)));
    const protocol = each.protocol.toUpperCase().padEnd(3);
    return `${protocol} ${texts.join(' ')} ${each.state.padEnd(11)} ${seconds.padStart(7)}\n`;
  });
  const title = 'Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n';
  return title + rows.join('');
}
