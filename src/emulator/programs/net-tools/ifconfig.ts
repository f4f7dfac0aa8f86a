import { isErrno, strerror } from '../../host/errno.ts';
import type { Process, Program, Sys } from '../../host/syscalls.ts';
import type { LinkInfo } from '../../network/api.ts';
import { maskOf } from './routes.ts';

/** ifconfig: shows links; takes them up and down. */
export const ifconfig: Program = {
  name: 'ifconfig',
  paths: ['/usr/sbin/ifconfig', '/sbin/ifconfig'],
  *run(argv, sys): Process {
    const words = argv.slice(1);
    const all = words[0] === '-a';
    if (all) words.shift();
    const [name, change, ...rest] = words;
    if (name?.startsWith('-') || rest.length > 0 || (change && !/^(up|down)$/.test(change))) {
      const what = name?.startsWith('-') ? name : (change ?? '');
      yield* sys.write(2, `ifconfig: ${what} is not modelled here\n`);
      return 2;
    }
    const links = [...sys.network.links()].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (name === undefined) {
      const shown = links.filter(({ up }) => all || up).map((link) => describe(sys, link));
      yield* sys.write(1, shown.join(''));
      return 0;
    }
    const link = links.find((each) => each.name === name);
    if (!link) {
      const why = 'error fetching interface information: Device not found';
      yield* sys.write(2, `${name}: ${why}\n`);
      return 1;
    }
    if (change === undefined) yield* sys.write(1, describe(sys, link));
    else {
      const denied = sys.user === 'root' ? undefined : ('EPERM' as const);
      const failed = denied ?? sys.network.setLink(name, { up: change === 'up' });
      if (isErrno(failed)) {
        yield* sys.write(2, `SIOCSIFFLAGS: ${strerror(failed)}\n`);
        return 255;
      }
    }
    return 0;
  },
};

function describe(sys: Sys, link: LinkInfo): string {
  const { received, sent } = sys.network.statistics(link.name);
  const lines = [
    ...link.addresses.map(
      ({ address, prefix, broadcast }) =>
        `inet ${address}  netmask ${maskOf(prefix)}${broadcast ? `  broadcast ${broadcast}` : ''}`,
    ),
    ...inet6(sys, link),
    hardware(link),
    `RX packets ${received.packets}  bytes ${received.bytes} (${human(received.bytes)})`,
    'RX errors 0  dropped 0  overruns 0  frame 0',
    `TX packets ${sent.packets}  bytes ${sent.bytes} (${human(sent.bytes)})`,
    'TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0',
  ];
  const head = `${link.name}: flags=${flagsOf(link)}  mtu ${link.mtu}\n`;
  return `${head}${lines.map((line) => `        ${line}\n`).join('')}\n`;
}

function flagsOf({ kind, up }: LinkInfo): string {
  const flags: readonly (readonly [name: string, bit: number, set: boolean])[] = [
    ['UP', 1, up],
    ['BROADCAST', 2, kind !== 'loopback' && kind !== 'ipip' && kind !== 'wireguard'],
    ['LOOPBACK', 8, kind === 'loopback'],
    ['POINTOPOINT', 16, kind === 'wireguard'],
    ['RUNNING', 64, up],
    ['NOARP', 128, ['dummy', 'ipip', 'wireguard'].includes(kind)],
    ['MULTICAST', 4096, ['physical', 'veth', 'bridge', 'vxlan'].includes(kind)],
  ];
  const set = flags.filter(([, , on]) => on);
  const sum = set.reduce((total, [, bit]) => total + bit, 0);
  return `${sum}<${set.map(([name]) => name).join(',')}>`;
}

/** Addresses that the kernel makes by itself: ::1, and fe80:: with the EUI-64 of the MAC. */
function inet6({ network }: Sys, { name, kind, up, mac }: LinkInfo): string[] {
  const off = (each: string) => network.sysctl(`net.ipv6.conf.${each}.disable_ipv6`) === '1';
  if (!up || kind === 'ipip' || kind === 'wireguard' || off('all') || off(name)) return [];
  if (kind === 'loopback') return ['inet6 ::1  prefixlen 128  scopeid 0x10<host>'];
  const [a = 0, b = 0, c = 0, ...rest] = mac.split(':').map((each) => Number.parseInt(each, 16));
  const bytes = [a ^ 2, b, c, 0xff, 0xfe, ...rest];
  const words = [0, 2, 4, 6].map((at) => (bytes[at] as number) * 256 + (bytes[at + 1] as number));
  // A first word of zero joins the run of zeros that :: stands for.
  const shown = words[0] === 0 ? words.slice(1) : words;
  const text = shown.map((word) => word.toString(16)).join(':');
  return [`inet6 fe80::${text}  prefixlen 64  scopeid 0x20<link>`];
}

function hardware({ kind, mac, options }: LinkInfo): string {
  const own = options?.['txqlen'];
  const usual = kind === 'veth' ? 0 : 1000;
  const queue = `txqueuelen ${typeof own === 'number' ? own : usual}`;
  if (kind === 'loopback') return `loop  ${queue}  (Local Loopback)`;
  if (kind === 'ipip') return `tunnel   ${queue}  (IPIP Tunnel)`;
  if (kind === 'wireguard')
    return `unspec 00-00-00-00-00-00-00-00-00-00-00-00-00-00-00-00  ${queue}  (UNSPEC)`;
  return `ether ${mac}  ${queue}  (Ethernet)`;
}

/** `2.8 KiB`; bytes alone are `30.0 B`. */
function human(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < 4) {
    value /= 1024;
    unit += 1;
  }
  // One digit behind the point, and what is left is cut off.
  return `${(Math.floor(value * 10) / 10).toFixed(1)} ${units[unit]}`;
}
