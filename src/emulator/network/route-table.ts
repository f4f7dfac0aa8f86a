import { networkOf, parseCidr } from './address.ts';
import type { RouteInfo } from './api.ts';

/** Routes of one table, ready for longest-prefix lookup. */
export interface RouteTable {
  /** In the order in which the kernel's trie is walked: by network, longer prefixes first. */
  readonly routes: readonly RouteInfo[];
  /** Candidates for an address: longest prefix first, then lowest metric. */
  lookup(address: number): RouteInfo | undefined;
}

interface Entry {
  readonly route: RouteInfo;
  readonly network: number;
  readonly prefix: number;
}

/** Builds a table; routes with destinations that cannot be read are left out. */
export function createTable(routes: readonly RouteInfo[]): RouteTable {
  const entries = routes.flatMap((route): Entry[] => {
    const cidr = parseCidr(route.destination);
    return cidr ? [{ route, ...cidr }] : [];
  });
  entries.sort(
    (a, b) =>
      a.network - b.network || b.prefix - a.prefix || (a.route.metric ?? 0) - (b.route.metric ?? 0),
  );
  const byPrefix = new Map<number, Map<number, RouteInfo>>();
  for (const { network, prefix, route } of entries) {
    const level = byPrefix.get(prefix) ?? new Map<number, RouteInfo>();
    if (!level.has(network)) level.set(network, route);
    byPrefix.set(prefix, level);
  }
  const prefixes = [...byPrefix.keys()].sort((a, b) => b - a);
  return {
    routes: entries.map((entry) => entry.route),
    lookup(address) {
      for (const prefix of prefixes) {
        const found = byPrefix.get(prefix)?.get(networkOf(address, prefix));
        if (found) return found;
      }
      return undefined;
    },
  };
}
