import { toNumber } from './address.ts';
import { cidrText6, isInet6, linkLocal, network6, parse6, type Groups } from './address6.ts';
import type { AddressInfo, LinkInfo } from './api.ts';
import type { AddressRecord, LinkRecord, LocalAddress, RouteRecord } from './netns.ts';
import { createTable6, type RouteTable } from './route-table.ts';

/** The IPv6 part of a namespace's view. */
export interface Inet6View {
  readonly addresses: ReadonlyMap<string, readonly AddressRecord[]>;
  readonly local: ReadonlyMap<string, LocalAddress>;
  readonly tables: ReadonlyMap<string, RouteTable<Groups>>;
}

type Sysctl = (name: string) => string | undefined;

/** Whether a device takes part in IPv6 at all. */
export function hasInet6(sysctl: Sysctl, device: string): boolean {
  const off = (name: string) => sysctl(`net.ipv6.conf.${name}.disable_ipv6`) === '1';
  return !off('all') && !off(device);
}

/**
 * The IPv6 addresses that the kernel gives a device by itself while it is up: ::1, and fe80:: with
 * the EUI-64 of the MAC address where there is one (`addrconf_dev_config`).
 */
export function kernelInet6(
  link: Pick<LinkInfo, 'name' | 'kind' | 'mac' | 'up' | 'options'>,
  sysctl: Sysctl,
): readonly AddressInfo[] {
  if (!link.up || !hasInet6(sysctl, link.name)) return [];
  if (link.kind === 'loopback') return [{ address: '::1', prefix: 128, scope: 'host' }];
  if (link.kind === 'wireguard' || link.options?.['inet6'] === false) return [];
  if (['ipip', 'sit', 'gre'].includes(link.kind)) return tunnelInet6(link);
  return [{ address: linkLocal(link.mac), prefix: 64, scope: 'link' }];
}

/** From the tunnel's own IPv4 address, where it has one (`addrconf_sit_config`, RFC 5214). */
function tunnelInet6({ kind, options }: Pick<LinkInfo, 'kind' | 'options'>) {
  const number = toNumber(String(options?.['local'] ?? ''));
  if (number === undefined) return [];
  const group = (value: number) => value.toString(16);
  const low = `${group(Math.floor(number / 65_536))}:${group(number % 65_536)}`;
  const address = kind === 'sit' ? `fe80::${low}` : `fe80::5efe:${low}`;
  return [{ address, prefix: 64, scope: 'link' as const }];
}

/** Compiles addresses and tables: what the kernel adds by itself has no records. */
export function buildInet6(
  host: string,
  links: ReadonlyMap<string, LinkRecord>,
  stored: ReadonlyMap<string, readonly AddressRecord[]>,
  routes: readonly RouteRecord[],
  sysctl: Sysctl,
): Inet6View {
  const addresses = new Map<string, readonly AddressRecord[]>();
  const local = new Map<string, LocalAddress>();
  const found: RouteRecord[] = [];
  // Cards and what leads to other machines came up before any bridge did.
  const isFar = ({ kind, peer }: LinkRecord) =>
    kind === 'physical' || (peer !== undefined && peer.host !== host);
  const all = [...links.values()];
  for (const link of [...all.filter(isFar), ...all.filter((each) => !isFar(each))]) {
    if (!hasInet6(sysctl, link.name)) continue;
    const own = stored.get(link.name) ?? [];
    const made = kernelInet6(link, sysctl)
      .filter(({ address }) => !own.some((each) => each.address === address))
      .map((each) => ({ ...each, device: link.name, order: Infinity }));
    const held = [...own, ...made];
    if (held.length === 0) continue;
    addresses.set(link.name, held);
    for (const { address, prefix, scope } of held) {
      if (!local.has(address)) local.set(address, { device: link.name, address, prefix, scope });
    }
    found.push(...kernelRoutes6(link, held));
  }
  return { addresses, local, tables: tablesOf([...found, ...routes]) };
}

function tablesOf(routes: readonly RouteRecord[]): Map<string, RouteTable<Groups>> {
  const groups = new Map<string, RouteRecord[]>();
  for (const route of routes) {
    const name = route.table ?? 'main';
    const group = groups.get(name);
    if (group) group.push(route);
    else groups.set(name, [route]);
  }
  return new Map([...groups].map(([name, group]) => [name, createTable6(group)]));
}

/** The routes that come with a device's addresses (`addrconf_add_linklocal`, `…_prefix_route`). */
export function kernelRoutes6(
  link: LinkRecord,
  addresses: readonly AddressInfo[],
): readonly RouteRecord[] {
  const kernel = { device: link.name, protocol: 'kernel' } as const;
  const own = addresses.map(({ address }): RouteRecord => ({
    ...kernel,
    destination: address,
    kind: 'local',
    metric: 0,
    table: 'local',
  }));
  if (!link.up || link.kind === 'loopback') return own;
  const connected = new Map<string, RouteRecord>();
  for (const { address, prefix } of addresses) {
    const groups = parse6(address);
    if (!groups || !isInet6(address)) continue;
    const destination = cidrText6(network6(groups, prefix), prefix);
    connected.set(destination, { ...kernel, destination, metric: 256 });
  }
  const groups: RouteRecord = {
    ...kernel,
    destination: 'ff00::/8',
    kind: 'multicast',
    metric: 256,
    table: 'local',
  };
  return [...own, ...connected.values(), groups];
}
