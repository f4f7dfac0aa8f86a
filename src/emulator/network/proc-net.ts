// Files of /proc/net: what small images without tools are asked by `cat`.
import { toNumber } from './address.ts';
import type { NetworkConfig, RouteInfo, SocketInfo } from './api.ts';

const hex = (value: number, width: number) => value.toString(16).toUpperCase().padStart(width, '0');

/** An IPv4 address as the kernel prints it there: its bytes from behind. */
function reversed(address: string): string {
  const number = toNumber(address) ?? 0;
  const bytes = [0, 8, 16, 24].map((shift) => hex((number >>> shift) & 255, 2));
  return bytes.join('');
}

/** A file of /proc/net by its name; undefined where there is none. */
export function procNet(name: string, config: NetworkConfig): string | undefined {
  switch (name) {
    case 'arp':
      return arp(config);
    case 'dev':
      return dev(config);
    case 'route':
      return route(config);
    case 'tcp':
    case 'udp':
      return sockets(config, name);
    default:
      return undefined;
  }
}

/** Names of these files. */
export const procNetNames = ['arp', 'dev', 'route', 'tcp', 'udp'];

function arp(config: NetworkConfig): string {
  const rows = config
    .neighbours()
    .filter(({ address, state }) => !address.includes(':') && !/^NO/.test(state))
    .map(({ address, device, mac, state }) => {
      const flags = state === 'PERMANENT' ? 6 : mac === undefined || state === 'FAILED' ? 0 : 2;
      const hardware = flags === 0 ? '00:00:00:00:00:00' : (mac ?? '');
      const head = `${address.padEnd(16)} 0x${'1'.padEnd(10)}0x${String(flags).padEnd(10)}`;
      return `${head}${hardware.padEnd(17)}     *        ${device}\n`;
    });
  const head = 'IP address       HW type     Flags       HW address            Mask     Device\n';
  return head + rows.join('');
}

function dev(config: NetworkConfig): string {
  const rows = config.links().map(({ name }) => {
    const { received, sent } = config.statistics(name);
    const cell = (value: number, width: number) => String(value).padStart(width);
    return (
      `${name.padStart(6)}: ${cell(received.bytes, 7)} ${cell(received.packets, 7)}` +
      '    0    0    0     0          0         0 ' +
      `${cell(sent.bytes, 8)} ${cell(sent.packets, 7)}    0    0    0     0       0          0\n`
    );
  });
  return (
    'Inter-|   Receive                                                |  Transmit\n' +
    ' face |bytes    packets errs drop fifo frame compressed multicast|' +
    'bytes    packets errs drop fifo colls carrier compressed\n' +
    rows.join('')
  );
}

function route(config: NetworkConfig): string {
  const head =
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
  const lines = config
    .routes()
    .filter(({ device, nexthops, kind = 'unicast' }) => (device || nexthops) && kind === 'unicast')
    .map(routeLine);
  return [head, ...lines].map((line) => `${line.padEnd(127)}\n`).join('');
}

function routeLine({ destination, via, device, metric = 0, mtu = 0, nexthops }: RouteInfo): string {
  const [address = '', length = '32'] = (
    destination === 'default' ? '0.0.0.0/0' : destination
  ).split('/');
  const bits = Number(length);
  const [hop] = nexthops ?? [{ via, device }];
  const gateway = hop?.via ?? '0.0.0.0';
  const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
  const bytes = [24, 16, 8, 0].map((shift) => (mask >>> shift) & 255).join('.');
  const flags = 1 | (gateway === '0.0.0.0' ? 0 : 2) | (bits === 32 ? 4 : 0);
  return (
    `${hop?.device ?? device}\t${reversed(address)}\t${reversed(gateway)}\t${hex(flags, 4)}` +
    `\t0\t0\t${metric}\t${reversed(bytes)}\t${mtu}\t0\t0`
  );
}

/** Numbers of `enum tcp_states`. */
const STATES: Readonly<Record<string, number>> = {
  ESTABLISHED: 1,
  SYN_SENT: 2,
  SYN_RECEIVED: 3,
  FIN_WAIT_1: 4,
  FIN_WAIT_2: 5,
  TIME_WAIT: 6,
  CLOSED: 7,
  CLOSE_WAIT: 8,
  LAST_ACK: 9,
  LISTEN: 10,
  CLOSING: 11,
};

function sockets(config: NetworkConfig, name: 'tcp' | 'udp'): string {
  const udp = name === 'udp';
  const own = config.sockets().filter((each) => each.protocol === (udp ? 'UDP' : 'TCP'));
  const four = own.filter(({ local }) => !local.address.includes(':') || local.address === '*');
  const rows = [...four]
    .sort((a, b) => Number(b.state === 'LISTEN') - Number(a.state === 'LISTEN'))
    .map((each, index) => socketLine(each, index, udp));
  const head =
    '  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
  return udp
    ? [`   sl${head} ref pointer drops`, ...rows].map((line) => `${line.padEnd(127)}\n`).join('')
    : [`  sl${head}`, ...rows].map((line) => `${line.padEnd(149)}\n`).join('');
}

function socketLine({ local, peer, state, id }: SocketInfo, index: number, udp: boolean): string {
  const end = (each: SocketInfo['local'] | undefined) => {
    const address = each === undefined || each.address === '*' ? '0.0.0.0' : each.address;
    return `${reversed(address)}:${hex(each?.port ?? 0, 4)}`;
  };
  const number = udp ? 7 : (STATES[state] ?? 1);
  const inode = 20_000 + Number(/\d+$/.exec(id)?.[0] ?? index);
  const slot = udp ? String(local.port % 65_536).padStart(5) : String(index).padStart(4);
  const tail = udp
    ? ' 2 0000000000000000 0'
    : ` 1 0000000000000000 ${number === 10 ? '100 0 0 10 0' : '20 0 0 10 -1'}`;
  return (
    `${slot}: ${end(local)} ${end(peer)} ${hex(number, 2)} 00000000:00000000 ` +
    `00:00000000 00000000     0        0 ${inode}${tail}`
  );
}
