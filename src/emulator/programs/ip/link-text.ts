import type { AddressInfo, LinkInfo } from '../../network/api.ts';
import { isRouted } from '../../network/link/upper.ts';
import { kernelInet6 } from '../../network/netns6.ts';
import type { IpContext } from './options.ts';

/** `eth0@if4`: the name with what is below it. */
export function fullName(link: LinkInfo, context: IpContext): string {
  if (isTunnel(link)) return `${link.name}@${String(link.options?.['dev'] ?? 'NONE')}`;
  const here = context.network.ref;
  const other = link.lower ?? link.peer;
  if (!other) return link.name;
  const same = other.host === here.host && other.netns === here.netns;
  if (same) return `${link.name}@${other.name}`;
  return `${link.name}@if${link.peer?.index ?? lowerIndex(link, context)}`;
}

function lowerIndex({ lower }: LinkInfo, { network }: IpContext): number {
  const below = lower && network.namespace(lower.netns);
  return below?.links().find(({ name }) => name === lower?.name)?.index ?? 0;
}

/** Whether something is at the other end: a bridge needs a port that is up. */
const hasCarrier = (link: LinkInfo, { network }: IpContext) => network.hasCarrier(link.name);

/** Flags in the order of iproute2's `print_link_flags`. */
export function flagsOf(link: LinkInfo, context: IpContext): readonly string[] {
  const carrier = hasCarrier(link, context);
  const ends = link.options?.['remote'] === undefined ? [] : ['POINTOPOINT'];
  const tunnel = [...ends, 'NOARP'];
  const kinds: Partial<Record<LinkInfo['kind'], readonly string[]>> = {
    loopback: ['LOOPBACK'],
    dummy: ['BROADCAST', 'NOARP'],
    ipip: tunnel,
    sit: tunnel,
    gre: tunnel,
    wireguard: ['POINTOPOINT', 'NOARP'],
    ipvlan: ['BROADCAST', 'MULTICAST', ...(isRouted(link) && link.up ? ['NOARP'] : [])],
  };
  const own = kinds[link.kind] ?? ['BROADCAST', 'MULTICAST'];
  const off = (name: string) => link.options?.[name] === false;
  return [
    ...(link.up && !carrier ? ['NO-CARRIER'] : []),
    ...own.filter((flag) => flag !== 'MULTICAST' || !off('multicast')).filter((f) => f !== 'NOARP'),
    ...(own.includes('NOARP') || off('arp') ? ['NOARP'] : []),
    ...(link.options?.['promisc'] === true ? ['PROMISC'] : []),
    ...(link.up ? ['UP'] : []),
    ...(link.up && carrier ? ['LOWER_UP'] : []),
    ...(isPeerDown(link, context) ? ['M-DOWN'] : []),
  ];
}

/** Whether the link at the other end, in the same namespace, is down. */
function isPeerDown({ peer, lower }: LinkInfo, { network }: IpContext): boolean {
  const other = peer ?? lower;
  const { host, netns } = network.ref;
  if (!other || other.host !== host || other.netns !== netns) return false;
  const end = network.links().find(({ name }) => name === other.name);
  return end !== undefined && !end.up;
}

const UNKNOWN: ReadonlySet<string> = new Set([
  'loopback',
  'dummy',
  'vxlan',
  'wireguard',
  ...['ipip', 'sit', 'gre', 'gretap'],
]);

/** Operational state (RFC 2863), which virtual devices without carrier detection do not know. */
export function stateOf(link: LinkInfo, context: IpContext): string {
  if (!link.up) return 'DOWN';
  if (isRouted(link)) return 'UNKNOWN';
  if (link.kind === 'bridge' && !link.settled && hasCarrier(link, context)) return 'UNKNOWN';
  if (UNKNOWN.has(link.kind)) return 'UNKNOWN';
  if (hasCarrier(link, context)) return 'UP';
  return link.kind === 'veth' || link.lower ? 'LOWERLAYERDOWN' : 'DOWN';
}

export function qdiscOf(link: LinkInfo, { network }: IpContext): string {
  const set = network.qdisc(link.name)?.kind;
  if (set !== undefined) return set;
  const own = link.options?.['qdisc'];
  if (typeof own === 'string') return own;
  if (!link.up && !link.started && link.kind !== 'physical') return 'noop';
  return link.kind === 'physical' ? 'fq_codel' : 'noqueue';
}

/** Transmit queue length; veths made over netlink by plugins have none. */
export function queueOf(link: LinkInfo): number {
  const own = link.options?.['txqlen'];
  if (typeof own === 'number') return own;
  return link.kind === 'veth' || link.lower ? 0 : 1000;
}

/** The group of a link, which is only a number for filters. */
export function groupOf({ options }: LinkInfo): string {
  const group = options?.['group'];
  return typeof group === 'number' && group > 0 ? String(group) : 'default';
}

/** Tunnels whose "hardware addresses" are those of their ends. */
const HEADERLESS: ReadonlySet<string> = new Set(['ipip', 'sit', 'gre']);
/** Whether a device is a tunnel, which stands on no device unless it was told one. */
const isTunnel = ({ kind }: LinkInfo) => HEADERLESS.has(kind) || kind === 'gretap';
/** Whether the `link/` line has `peer` and not `brd`: there is one other end. */
export const hasPeerEnd = ({ kind, options }: LinkInfo) =>
  HEADERLESS.has(kind) && options?.['remote'] !== undefined;

export function linkType(link: LinkInfo): string {
  if (link.kind === 'loopback') return 'loopback';
  if (HEADERLESS.has(link.kind)) return link.kind;
  return link.kind === 'wireguard' ? 'none' : 'ether';
}

/** Hardware address and broadcast address as the `link/` line shows them. */
export function hardware(link: LinkInfo): readonly [address: string, broadcast: string] {
  if (HEADERLESS.has(link.kind)) {
    const end = (name: string) => String(link.options?.[name] ?? '0.0.0.0');
    return [end('local'), end('remote')];
  }
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
  const other = (each: LinkInfo) => each.peer ?? each.lower;
  const place = (each: LinkInfo) => {
    const end = other(each);
    return end && `${end.host}/${end.netns}`;
  };
  const own = `${here.host}/${here.netns}`;
  if (!other(link) || place(link) === own) return undefined;
  // Namespaces of other hosts (the wire behind eth0) were there first.
  const isFar = (each: LinkInfo) => other(each)?.host !== here.host;
  const ordered = [...links.filter(isFar), ...links.filter((each) => !isFar(each))];
  const places = [...new Set(ordered.map(place).filter((each) => each && each !== own))];
  return places.indexOf(place(link));
}

/** ` link-netns NAME` where the namespace has a name here, ` link-netnsid N` where it has none. */
export function peerText(link: LinkInfo, links: readonly LinkInfo[], context: IpContext): string {
  const id = netnsId(link, links, context);
  if (id === undefined) return '';
  const name = (link.peer ?? link.lower)?.netns ?? '';
  return context.netnsNames.includes(name) ? ` link-netns ${name}` : ` link-netnsid ${id}`;
}

/** IPv6 addresses of a link: those that were given to it, then what the kernel makes by itself. */
export function inet6Of(link: LinkInfo, context: IpContext): readonly AddressInfo[] {
  const given = link.addresses.filter(({ address }) => address.includes(':'));
  if (!hasCarrier(link, context)) return given;
  const made = kernelInet6(link, (name) => context.network.sysctl(name));
  return [
    ...given,
    ...made.filter(({ address }) => !given.some((each) => each.address === address)),
  ];
}
