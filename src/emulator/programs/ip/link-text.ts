import type { LinkInfo } from '../../network/api.ts';
import type { IpContext } from './options.ts';

/** `eth0@if4`: the name with what is below it. */
export function fullName(link: LinkInfo, context: IpContext): string {
  if (link.kind === 'ipip') return `${link.name}@NONE`;
  if (!link.peer) return link.name;
  const here = context.network.ref;
  const same = link.peer.host === here.host && link.peer.netns === here.netns;
  return same ? `${link.name}@${link.peer.name}` : `${link.name}@if${link.peer.index}`;
}

/** Whether something is at the other end: a bridge needs a port that is up. */
function hasCarrier(link: LinkInfo, links: readonly LinkInfo[]): boolean {
  if (link.options?.['carrier'] === false) return false;
  return link.kind !== 'bridge' || links.some((port) => port.master === link.name && port.up);
}

/** Flags in the order of iproute2's `print_link_flags`. */
export function flagsOf(link: LinkInfo, links: readonly LinkInfo[]): readonly string[] {
  const carrier = hasCarrier(link, links);
  const kinds: Partial<Record<LinkInfo['kind'], readonly string[]>> = {
    loopback: ['LOOPBACK'],
    dummy: ['BROADCAST', 'NOARP'],
    ipip: ['NOARP'],
    wireguard: ['POINTOPOINT', 'NOARP'],
  };
  return [
    ...(link.up && !carrier ? ['NO-CARRIER'] : []),
    ...(kinds[link.kind] ?? ['BROADCAST', 'MULTICAST']),
    ...(link.up ? ['UP'] : []),
    ...(link.up && carrier ? ['LOWER_UP'] : []),
  ];
}

/** Operational state (RFC 2863), which virtual devices without carrier detection do not know. */
export function stateOf(link: LinkInfo, links: readonly LinkInfo[]): string {
  if (!link.up) return 'DOWN';
  if (['loopback', 'dummy', 'vxlan', 'ipip', 'wireguard'].includes(link.kind)) return 'UNKNOWN';
  if (hasCarrier(link, links)) return 'UP';
  return link.kind === 'veth' ? 'LOWERLAYERDOWN' : 'DOWN';
}

export function qdiscOf(link: LinkInfo): string {
  const own = link.options?.['qdisc'];
  if (typeof own === 'string') return own;
  if (!link.up && ['loopback', 'dummy', 'ipip'].includes(link.kind)) return 'noop';
  return link.kind === 'physical' ? 'fq_codel' : 'noqueue';
}

/** Transmit queue length; veths made over netlink by plugins have none. */
export function queueOf(link: LinkInfo): number {
  const own = link.options?.['txqlen'];
  if (typeof own === 'number') return own;
  return link.kind === 'veth' ? 0 : 1000;
}

export function linkType(link: LinkInfo): string {
  if (link.kind === 'loopback') return 'loopback';
  if (link.kind === 'ipip') return 'ipip';
  return link.kind === 'wireguard' ? 'none' : 'ether';
}

/** Hardware address and broadcast address as the `link/` line shows them. */
export function hardware(link: LinkInfo): readonly [address: string, broadcast: string] {
  if (link.kind === 'ipip') return ['0.0.0.0', '0.0.0.0'];
  if (link.kind === 'wireguard') return ['', ''];
  return [link.mac, link.kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'];
}

/** Number of the namespace at the other end, counted in the order of the devices. */
export function netnsId(
  link: LinkInfo,
  links: readonly LinkInfo[],
  context: IpContext,
): number | undefined {
  const here = context.network.ref;
  const place = (each: LinkInfo) => each.peer && `${each.peer.host}/${each.peer.netns}`;
  const own = `${here.host}/${here.netns}`;
  if (!link.peer || place(link) === own) return undefined;
  // Namespaces of other hosts (the wire behind eth0) were there first.
  const isFar = (each: LinkInfo) => each.peer?.host !== here.host;
  const ordered = [...links.filter(isFar), ...links.filter((each) => !isFar(each))];
  const places = [...new Set(ordered.map(place).filter((each) => each && each !== own))];
  return places.indexOf(place(link));
}

/** ` link-netns NAME` where the namespace has a name here, ` link-netnsid N` where it has none. */
export function peerText(link: LinkInfo, links: readonly LinkInfo[], context: IpContext): string {
  const id = netnsId(link, links, context);
  if (id === undefined) return '';
  const named = context.netnsNames.includes(link.peer?.netns ?? '');
  return named ? ` link-netns ${link.peer?.netns}` : ` link-netnsid ${id}`;
}

/** IPv6 addresses that the kernel makes by itself: ::1, and fe80:: with the EUI-64 of the MAC. */
export function ownInet6(
  link: LinkInfo,
  context: IpContext,
): readonly { address: string; prefix: number; scope: 'host' | 'link' }[] {
  const off = (name: string) =>
    context.network.sysctl(`net.ipv6.conf.${name}.disable_ipv6`) === '1';
  if (!link.up || off('all') || off(link.name)) return [];
  if (link.kind === 'loopback') return [{ address: '::1', prefix: 128, scope: 'host' }];
  if (link.kind === 'ipip' || link.kind === 'wireguard') return [];
  return [{ address: linkLocal(link.mac), prefix: 64, scope: 'link' }];
}

function linkLocal(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac
    .split(':')
    .map((part) => parseInt(part, 16));
  const words = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  // A first word of zero joins the run of zeros that :: stands for.
  while (words[0] === 0 && words.length > 1) words.shift();
  return `fe80::${words.map((word) => word.toString(16)).join(':')}`;
}
