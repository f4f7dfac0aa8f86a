import type { Sys } from '../../host/syscalls.ts';
import type { LinkInfo } from '../../network/api.ts';
import { kernelInet6 } from '../../network/netns6.ts';
import type { Applet } from './applet.ts';

const usage =
  'ifconfig [-a] [IFACE] [ADDRESS]\n\nConfigure a network interface\n\n' +
  '\t[add ADDRESS[/PREFIXLEN]]\n\t[del ADDRESS[/PREFIXLEN]]\n' +
  '\t[[-]broadcast [ADDRESS]] [[-]pointopoint [ADDRESS]]\n' +
  '\t[netmask ADDRESS] [dstaddr ADDRESS]\n\t[outfill NN] [keepalive NN]\n' +
  '\t[hw ether|infiniband ADDRESS] [metric NN] [mtu NN]\n' +
  '\t[[-]trailers] [[-]arp] [[-]allmulti]\n' +
  '\t[multicast] [[-]promisc] [txqueuelen NN] [[-]dynamic]\n' +
  '\t[mem_start NN] [io_addr NN] [irq NN]\n\t[up|down] ...\n';

/** ifconfig of busybox: shows devices in the older layout. */
export const ifconfig: Applet = {
  name: 'ifconfig',
  usage: () => usage,
  options: () => ({ short: 'a' }),
  *run(line, sys) {
    const [name, change] = line.operands;
    if (change !== undefined) return yield* line.die(`${change} is not modelled here`);
    const links = sys.network.links();
    if (name !== undefined && !links.some((each) => each.name === name)) {
      return yield* line.die(`${name}: error fetching interface information: Device not found`);
    }
    const shown = links
      .filter((each) => (name === undefined ? each.up || line.has('a') : each.name === name))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    yield* sys.write(1, shown.map((each) => text(each, sys)).join(''));
    return 0;
  },
};

function text(link: LinkInfo, { network }: Sys): string {
  const { received, sent } = network.statistics(link.name);
  const local = link.kind === 'loopback';
  const own = link.options?.['txqlen'];
  const queue = typeof own === 'number' ? own : link.kind === 'veth' ? 0 : 1000;
  const flags = [
    ...(link.up ? ['UP'] : []),
    ...(local ? ['LOOPBACK'] : ['BROADCAST']),
    ...(link.up && network.hasCarrier(link.name) ? ['RUNNING'] : []),
    ...(local ? [] : ['MULTICAST']),
  ];
  const encap = local ? 'Local Loopback' : `Ethernet  HWaddr ${link.mac.toUpperCase()}`;
  const first = `${link.name.padEnd(9)} Link encap:${encap}  \n`;
  const lines = [
    ...inet(link),
    ...inet6(link, network),
    `${flags.join(' ')}  MTU:${link.mtu}  Metric:1`,
    `RX packets:${received.packets} errors:0 dropped:0 overruns:0 frame:0`,
    `TX packets:${sent.packets} errors:0 dropped:0 overruns:0 carrier:0`,
    `collisions:0 txqueuelen:${queue} `,
    `RX bytes:${received.bytes} (${human(received.bytes)})  ` +
      `TX bytes:${sent.bytes} (${human(sent.bytes)})`,
  ];
  return `${first}${lines.map((line) => `          ${line}\n`).join('')}\n`;
}

function inet({ addresses }: LinkInfo): readonly string[] {
  const first = addresses.find(({ address }) => !address.includes(':'));
  if (!first) return [];
  const bits = (2 ** 32 - 2 ** (32 - first.prefix)) >>> 0;
  const mask = [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
  const everybody = first.broadcast === undefined ? '' : `  Bcast:${first.broadcast}`;
  return [`inet addr:${first.address}${everybody}  Mask:${mask}`];
}

function inet6(link: LinkInfo, network: Sys['network']): readonly string[] {
  const names = { global: 'Global', link: 'Link', host: 'Host' } as const;
  const given = link.addresses.filter(({ address }) => address.includes(':'));
  return [...given, ...kernelInet6(link, (name) => network.sysctl(name))].map(
    ({ address, prefix, scope }) => `inet6 addr: ${address}/${prefix} Scope:${names[scope]}`,
  );
}

/** `2.8 KiB`, one digit behind the point. */
function human(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let [value, unit] = [bytes, 0];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${(Math.floor(value * 10) / 10).toFixed(1)} ${units[unit]}`;
}
