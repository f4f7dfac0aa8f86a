import { broadcastOf, cidrText, networkOf, parseCidr, toNumber, toText } from '../address.ts';
import type { AddressInfo, Errno, NetnsRef, RouteInfo } from '../api.ts';
import { netnsKey } from '../keys.ts';
import type { AddressRecord, LinkRecord, RouteRecord } from '../netns.ts';
import { normalDestination, route as lookup, sourceFor } from '../route.ts';
import { infoOf, put, type ConfigState } from './state.ts';

/** Key of a route: its table, destination, metric and device. */
export function routeKey(ref: NetnsRef, route: RouteInfo): string {
  const destination = route.destination.replace('/', '_');
  const table = route.table ?? 'main';
  const rest = `${route.metric ?? 0}/${route.device || 'none'}`;
  return `${netnsKey(ref)}route/${table}/${destination}/${rest}`;
}

/** The routes that the kernel makes for an address (`fib_add_ifaddr`). */
export function kernelRoutes(link: LinkRecord, address: AddressInfo): readonly RouteRecord[] {
  const number = toNumber(address.address);
  if (number === undefined) return [];
  const kernel = { device: link.name, protocol: 'kernel', source: address.address } as const;
  const own: RouteRecord = {
    ...kernel,
    destination: address.address,
    kind: 'local',
    scope: 'host',
    table: 'local',
  };
  if (!link.up || address.prefix === 32) return [own];
  const network = cidrText(networkOf(number, address.prefix), address.prefix);
  const loopback = link.kind === 'loopback';
  const connected: RouteRecord = loopback
    ? { ...own, destination: network }
    : { ...kernel, destination: network, scope: 'link', kind: 'unicast' };
  if (address.prefix === 31) return [own, connected];
  const broadcast: RouteRecord = {
    ...kernel,
    destination: toText(broadcastOf(number, address.prefix)),
    kind: 'broadcast',
    scope: 'link',
    table: 'local',
  };
  return [own, connected, broadcast];
}

/** Gives a device an address, with the kernel's routes for it. */
export function addAddress(
  state: ConfigState,
  device: string,
  address: AddressInfo,
): Errno | undefined {
  const link = state.store.get<LinkRecord>(`${state.base}link/${device}`);
  const info = infoOf(state, state.ref);
  if (!link || !info) return 'ENODEV';
  // IPv6 addresses are kept and shown; packets of that family are not modelled.
  const six = address.address.includes(':');
  if (!six && toNumber(address.address) === undefined) return 'EINVAL';
  const key = `${state.base}address/${device}/${address.address}_${address.prefix}`;
  if (state.store.get(key)) return 'EEXIST';
  const record: AddressRecord = { ...address, device, order: info.nextOrder };
  const routes = kernelRoutes(link, address);
  state.commit([
    put(key, record),
    put(`${state.base}info`, { ...info, nextOrder: info.nextOrder + 1 }),
    ...routes
      .map((route) => put(routeKey(state.ref, route), route))
      .filter(({ key: routed }) => !state.store.get(routed)),
  ]);
  return undefined;
}

/** Takes an address away, with the routes that came with it or send from it. */
export function removeAddress(
  state: ConfigState,
  device: string,
  address: string,
  prefix: number,
): Errno | undefined {
  if (!state.store.get(`${state.base}link/${device}`)) return 'ENODEV';
  const key = `${state.base}address/${device}/${address}_${prefix}`;
  if (!state.store.get(key)) return 'EADDRNOTAVAIL';
  const gone = state.store
    .list<RouteRecord>(`${state.base}route/`)
    .filter(([, route]) => route.device === device && route.source === address)
    .map(([routed]) => put(routed, undefined));
  state.commit([put(key, undefined), ...gone]);
  return undefined;
}

/** Adds a route; a gateway must be on a link, the link must be up. */
export function addRoute(state: ConfigState, route: RouteInfo): Errno | undefined {
  const destination = normalDestination(route.destination);
  if (destination === undefined) return 'EINVAL';
  const special = ['blackhole', 'unreachable', 'prohibit'].includes(route.kind ?? '');
  let device = route.device;
  if (route.via !== undefined && !route.onlink) {
    const direct = deviceTowards(state, route.via, device);
    if (direct === undefined) return 'ENETUNREACH';
    device = direct;
  }
  const link = state.view().links.get(device);
  if (!special) {
    if (!link) return 'ENODEV';
    if (!link.up) return 'ENETDOWN';
  }
  const scope = special || route.via !== undefined ? 'global' : (route.scope ?? 'link');
  const record: RouteRecord = {
    ...route,
    device,
    destination,
    ...(scope === 'global' ? {} : { scope }),
  };
  if (isTaken(state, record)) return 'EEXIST';
  state.commit([put(routeKey(state.ref, record), record)]);
  return undefined;
}

/** The device by which a gateway is reached without a gateway; `device` if that is one such. */
function deviceTowards(state: ConfigState, via: string, device: string): string | undefined {
  const view = state.view();
  const number = toNumber(via);
  if (device !== '' && number !== undefined) {
    const near = view.tables.get('main')?.routes.some((other) => {
      const cidr = parseCidr(other.destination);
      const holds = cidr && networkOf(number, cidr.prefix) === cidr.network;
      return holds && other.device === device && other.via === undefined;
    });
    return near && !view.local.has(via) ? device : undefined;
  }
  const found = lookup(view, via);
  return found.type === 'unicast' && found.route.via === undefined ? found.device : undefined;
}

/** Routes differ by table, destination and metric; another device makes no other route. */
function isTaken(state: ConfigState, route: RouteRecord): boolean {
  const key = routeKey(state.ref, route);
  return state.store.list(key.slice(0, key.lastIndexOf('/') + 1)).length > 0;
}

/** Removes the first route that fits what is given. */
export function removeRoute(
  state: ConfigState,
  wanted: Partial<RouteInfo> & { readonly destination: string },
): Errno | undefined {
  const destination = normalDestination(wanted.destination);
  const table = wanted.table ?? 'main';
  const fits = (route: RouteRecord) =>
    route.destination === destination &&
    (route.table ?? 'main') === table &&
    (['via', 'device', 'source', 'metric', 'protocol', 'scope'] as const).every(
      (field) =>
        wanted[field] === undefined || wanted[field] === '' || wanted[field] === route[field],
    );
  const found = state.store
    .list<RouteRecord>(`${state.base}route/`)
    .find(([, route]) => fits(route));
  if (!found) return 'ESRCH';
  state.commit([put(found[0], undefined)]);
  return undefined;
}

/** Routes of a table in the order of `ip route`; `all` gives every table, local ones last. */
export function listRoutes(state: ConfigState, table = 'main'): readonly RouteInfo[] {
  const { tables } = state.view();
  if (table !== 'all') return tables.get(table)?.routes ?? [];
  const others = [...tables.keys()].filter((name) => name !== 'main' && name !== 'local').sort();
  return ['main', ...others, 'local'].flatMap((name) => tables.get(name)?.routes ?? []);
}

/** The route that a packet to an address would take, with its source, as `ip route get` tells. */
export function routeTo(state: ConfigState, address: string, from?: string): RouteInfo | undefined {
  const view = state.view();
  if (!parseCidr(address)) return undefined;
  const decision = lookup(view, address);
  if (decision.type === 'unreachable') return undefined;
  const source = from ?? sourceFor(view, decision, address);
  const via = decision.type === 'unicast' ? decision.route.via : undefined;
  return {
    destination: address,
    ...(via === undefined ? {} : { via }),
    device: decision.type === 'local' ? 'lo' : decision.device,
    source,
    ...(decision.type === 'unicast' ? {} : { kind: decision.type, table: 'local' }),
  };
}
