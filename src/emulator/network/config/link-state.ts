import type { Put } from '../../world/store.ts';
import { isInet6 } from '../address6.ts';
import { volatileKey } from '../keys.ts';
import type { AddressRecord, LinkRecord, RouteRecord } from '../netns.ts';
import { kernelRoutes, routeKey } from './routes.ts';
import { put, type ConfigState } from './state.ts';

/** A link that goes down loses its routes and neighbours; its own addresses stay local. */
export function goesDown(state: ConfigState, name: string): readonly Put[] {
  const { store, base } = state;
  const routes = store
    .list<RouteRecord>(`${base}route/`)
    .filter(([, route]) => goesWith(route, name) && route.kind !== 'local')
    .map(([key]) => put(key, undefined));
  // IPv6 addresses go with the link and do not come back (keep_addr_on_down is 0).
  const inet6 = store
    .list<AddressRecord>(`${base}address/${name}/`)
    .filter(([, { address }]) => isInet6(address))
    .map(([key]) => put(key, undefined));
  return [...routes, ...inet6, ...forgetNeighbours(state, name)];
}

/** Whether a route leads by a device and no other. */
export function goesWith({ device, nexthops }: RouteRecord, name: string): boolean {
  return nexthops ? nexthops.every((hop) => hop.device === name) : device === name;
}

/** What is known of neighbours behind a link is forgotten. */
export function forgetNeighbours(state: ConfigState, name: string): readonly Put[] {
  const waiting = `${volatileKey(state.ref)}pending/${name}/`;
  return [`${state.base}neighbour/${name}/`, waiting].flatMap((prefix) =>
    state.store.list(prefix).map(([key]) => put(key, undefined)),
  );
}

/** A link that comes up gets the routes of its addresses again, but no other ones. */
export function goesUp(state: ConfigState, link: LinkRecord): readonly Put[] {
  const addresses = state.view().addresses.get(link.name) ?? [];
  return addresses.flatMap((address) =>
    kernelRoutes(link, address).map((route) => put(routeKey(state.ref, route), route)),
  );
}
