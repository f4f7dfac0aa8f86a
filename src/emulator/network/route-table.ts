import { networkOf, parseCidr } from './address.ts';
import { last6, network6, parseCidr6, type Groups } from './address6.ts';
import type { RouteInfo } from './api.ts';

/** Routes of one table, ready for longest-prefix lookup. */
export interface RouteTable<Address = number> {
  /** In the order in which the kernel's trie is walked. */
  readonly routes: readonly RouteInfo[];
  /**
   * The route for an address: longest prefix first, then lowest metric; only one by `device` where
   * that is told.
   */
  lookup(address: Address, device?: string): RouteInfo | undefined;
}

interface Entry {
  readonly route: RouteInfo;
  readonly network: number;
  readonly prefix: number;
}

const leavesBy = (route: RouteInfo, device: string | undefined) =>
  device === undefined ||
  route.device === device ||
  (route.nexthops?.some((hop) => hop.device === device) ?? false);

const ranking = ({ metric }: RouteInfo) => metric ?? 0;

/**
 * Builds a table of IPv4 routes, by network, longer prefixes first, then by metric; those with
 * destinations that cannot be read are left out.
 */
export function createTable(routes: readonly RouteInfo[]): RouteTable {
  const entries = routes.flatMap((route): Entry[] => {
    const cidr = parseCidr(route.destination);
    return cidr ? [{ route, ...cidr }] : [];
  });
  const order = ({ order: place = 0 }: RouteInfo) => place;
  entries.sort(
    (a, b) =>
      a.network - b.network ||
      b.prefix - a.prefix ||
      ranking(a.route) - ranking(b.route) ||
      order(a.route) - order(b.route),
  );
  const byPrefix = new Map<number, Map<number, RouteInfo[]>>();
  for (const { network, prefix, route } of entries) {
    const level = byPrefix.get(prefix) ?? new Map<number, RouteInfo[]>();
    const group = level.get(network);
    if (group) group.push(route);
    else level.set(network, [route]);
    byPrefix.set(prefix, level);
  }
  const levels = [...byPrefix].sort(([a], [b]) => b - a);
  return {
    routes: entries.map((entry) => entry.route),
    lookup(address, device) {
      for (const [prefix, level] of levels) {
        const group = level.get(networkOf(address, prefix));
        // Packets here have no type of service.
        const found = group?.find((route) => !route.tos && leavesBy(route, device));
        if (found) return found;
      }
      return undefined;
    },
  };
}

const compare = (a: Groups, b: Groups) => {
  for (const [index, group] of a.entries()) {
    const difference = group - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

/**
 * Builds a table of IPv6 routes. The kernel walks that tree from its leaves: what lies within a
 * wider network comes before it, so `default` is last.
 */
export function createTable6(routes: readonly RouteInfo[]): RouteTable<Groups> {
  const entries = routes.flatMap((route) => {
    const cidr = parseCidr6(route.destination);
    return cidr ? [{ route, ...cidr, last: last6(cidr.network, cidr.prefix) }] : [];
  });
  const metric = ({ route }: { route: RouteInfo }) => route.metric ?? 0;
  const listed = entries.toSorted(
    (a, b) => compare(a.last, b.last) || b.prefix - a.prefix || metric(a) - metric(b),
  );
  const wanted = listed.toSorted((a, b) => b.prefix - a.prefix || metric(a) - metric(b));
  return {
    routes: listed.map(({ route }) => route),
    lookup: (address, device) =>
      wanted.find(
        ({ network, prefix, route }) =>
          leavesBy(route, device) && compare(network6(address, prefix), network) === 0,
      )?.route,
  };
}
