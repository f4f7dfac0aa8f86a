import { SECOND } from '../../world/time.ts';
import {
  broadcastOf,
  cidrText,
  isMulticast,
  networkOf,
  parseCidr,
  toNumber,
  toText,
} from '../address.ts';
import { canonical6, isInet6 } from '../address6.ts';
import type { AddressInfo, Errno, NetnsRef, RouteInfo } from '../api.ts';
import { PATH_MTU_EXPIRES, pathMtuKey, type KnownMtu } from '../ip/path-mtu.ts';
import type { Flow } from '../policy-rule.ts';
import { netnsKey } from '../keys.ts';
import { kernelInet6 } from '../netns6.ts';
import type { AddressRecord, LinkRecord, RouteRecord } from '../netns.ts';
import { normalDestination, route as lookup, sourceFor } from '../route.ts';
import type { Put } from '../../world/store.ts';
import { deviceOf } from './route-device.ts';
import { infoOf, put, type ConfigState } from './state.ts';

/** Key of a route: its table, destination, metric and device. */
export function routeKey(ref: NetnsRef, route: RouteInfo): string {
  const destination = route.destination.replace('/', '_');
  const table = route.table ?? 'main';
  const tos = route.tos ? `-${route.tos}` : '';
  const rest = `${route.metric ?? 0}${tos}/${route.device || 'none'}`;
  const order = route.order ? `/${route.order}` : '';
  return `${netnsKey(ref)}route/${table}/${destination}/${rest}${order}`;
}

/** To the other end of an address with two. */
function peerRoute(
  { name }: LinkRecord,
  { address, peer = '', prefix, metric }: AddressInfo,
): RouteRecord {
  const number = toNumber(peer) ?? 0;
  return {
    device: name,
    protocol: 'kernel',
    source: address,
    destination: prefix === 32 ? peer : cidrText(networkOf(number, prefix), prefix),
    scope: 'link',
    kind: 'unicast',
    ...(metric ? { metric } : {}),
  };
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
  if (address.peer !== undefined && link.up) return [own, peerRoute(link, address)];
  if (!link.up || address.prefix === 32 || address.flags?.includes('noprefixroute')) return [own];
  const network = cidrText(networkOf(number, address.prefix), address.prefix);
  const loopback = link.kind === 'loopback';
  const connected: RouteRecord = loopback
    ? { ...own, destination: network }
    : {
        ...kernel,
        destination: network,
        scope: 'link',
        kind: 'unicast',
        ...(address.metric ? { metric: address.metric } : {}),
      };
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

/** The first address of a device that lies in the same network as another one. */
function primaryOf(
  state: ConfigState,
  link: LinkRecord,
  address: AddressRecord,
): AddressRecord | undefined {
  const own = toNumber(address.address);
  return state
    .view()
    .addresses.get(link.name)
    ?.find(({ address: text, prefix }) => {
      const number = toNumber(text);
      const same = prefix === address.prefix && number !== undefined && own !== undefined;
      return same && networkOf(number, prefix) === networkOf(own, prefix);
    });
}

/** The kernel's routes for a new address; a second one of a network adds only itself. */
function routesFor(
  link: LinkRecord,
  address: AddressRecord,
  primary: AddressRecord | undefined,
): readonly RouteRecord[] {
  const routes = kernelRoutes(link, address);
  if (!primary) return routes;
  return routes.slice(0, 1).map((route) => ({ ...route, source: primary.address }));
}

/** Gives a device an address, with the kernel's routes for it. */
export function addAddress(
  state: ConfigState,
  device: string,
  address: AddressInfo,
): Errno | undefined {
  const info = infoOf(state, state.ref);
  if (!info) return 'ENODEV';
  const puts = addressPuts(state, device, address, info.nextOrder);
  if (typeof puts === 'string') return puts;
  const next = put(`${state.base}info`, { ...info, nextOrder: info.nextOrder + 1 });
  state.commit([...puts, next]);
  return undefined;
}

/** Gives a device host addresses (/32, /128), all at once, but for those that it cannot have. */
export function addHostAddresses(
  state: ConfigState,
  device: string,
  addresses: readonly string[],
): void {
  const info = infoOf(state, state.ref);
  if (!info) return;
  let { nextOrder } = info;
  const puts: Put[] = [];
  for (const address of new Set(addresses)) {
    const prefix = isInet6(address) ? 128 : 32;
    const own = addressPuts(state, device, { address, prefix, scope: 'global' }, nextOrder);
    if (typeof own === 'string') continue;
    puts.push(...own);
    nextOrder += 1;
  }
  if (puts.length > 0) state.commit([...puts, put(`${state.base}info`, { ...info, nextOrder })]);
}

function addressPuts(
  state: ConfigState,
  device: string,
  address: AddressInfo,
  order: number,
): readonly Put[] | Errno {
  const link = state.store.get<LinkRecord>(`${state.base}link/${device}`);
  if (!link) return 'ENODEV';
  const six = isInet6(address.address);
  const text = six ? canonical6(address.address) : address.address;
  if (text === undefined || (!six && toNumber(text) === undefined)) return 'EINVAL';
  const key = `${state.base}address/${device}/${text}_${address.prefix}`;
  if (state.store.get(key)) return 'EEXIST';
  const off = (name: string) => state.view().sysctl(`net.ipv6.conf.${name}.disable_ipv6`) === '1';
  if (six && (off('all') || off(device))) return 'EACCES';
  const record: AddressRecord = { ...address, address: text, device, order };
  // A host address is alone in its network.
  const primary = address.prefix === 32 && !six ? undefined : primaryOf(state, link, record);
  if (primary && primary.scope !== record.scope) return 'EINVAL';
  const routes = routesFor(link, record, primary)
    .map((route) => put(routeKey(state.ref, route), route))
    .filter(({ key: routed }) => !state.store.get(routed));
  return [put(key, record), ...routes];
}

/** Takes an address away, with the routes that came with it or send from it. */
export function removeAddress(
  state: ConfigState,
  device: string,
  address: string,
  prefix: number,
): Errno | undefined {
  if (!state.store.get(`${state.base}link/${device}`)) return 'ENODEV';
  const text = isInet6(address) ? canonical6(address) : address;
  const key = `${state.base}address/${device}/${text}_${prefix}`;
  if (!state.store.get(key)) return removeKernels(state, device, text ?? address);
  const others = secondaries(state, device, address, prefix);
  const gone = state.store
    .list<RouteRecord>(`${state.base}route/`)
    .filter(([, route]) => route.device === device)
    .filter(
      ([, { source, destination, table }]) =>
        source === text ||
        (table === 'local' && destination === text) ||
        others.some((each) => each.address === source || each.address === destination),
    )
    .map(([routed]) => put(routed, undefined));
  const theirs = others.map((each) =>
    put(`${state.base}address/${device}/${each.address}_${each.prefix}`, undefined),
  );
  state.commit([put(key, undefined), ...theirs, ...gone]);
  return undefined;
}

/** The address that the kernel made by itself: it does not come back before the link does. */
function removeKernels(state: ConfigState, device: string, address: string): Errno | undefined {
  const key = `${state.base}link/${device}`;
  const link = state.store.get<LinkRecord>(key);
  const made = link ? kernelInet6(link, (name) => state.view().sysctl(name)) : [];
  if (!link || !made.some((each) => each.address === address)) return 'EADDRNOTAVAIL';
  state.commit([put(key, { ...link, options: { ...link.options, inet6: false } })]);
  return undefined;
}

/** Later addresses of the same network go with the first one (promote_secondaries is 0). */
function secondaries(
  state: ConfigState,
  device: string,
  address: string,
  prefix: number,
): readonly AddressRecord[] {
  const number = toNumber(address);
  const view = state.view();
  if (number === undefined || view.deviceSetting(device, 'promote_secondaries') === 1) return [];
  const group = (view.addresses.get(device) ?? []).filter((each) => {
    const other = toNumber(each.address);
    return (
      each.prefix === prefix &&
      other !== undefined &&
      networkOf(other, prefix) === networkOf(number, prefix)
    );
  });
  return group[0]?.address === address ? group.slice(1) : [];
}

const SPECIAL = ['blackhole', 'unreachable', 'prohibit', 'throw'];
/** Of routes that somebody adds without saying one. */
const METRIC_6 = 1024;

/** Adds a route; a gateway must be on a link, the link must be up. */
export function addRoute(
  state: ConfigState,
  route: RouteInfo,
  place?: 'append' | 'prepend',
): Errno | undefined {
  const six = isInet6(route.destination) || isInet6(route.via ?? route.nexthops?.[0]?.via ?? '');
  const text = six && route.destination === 'default' ? '::/0' : route.destination;
  const destination = normalDestination(text);
  if (destination === undefined) return 'EINVAL';
  const special = SPECIAL.includes(route.kind ?? '');
  const device = special ? route.device : deviceOf(state, route);
  if (device === undefined) return 'ENETUNREACH';
  const nexthops = route.nexthops?.map((hop) => ({
    ...hop,
    device: deviceOf(state, hop) ?? '',
  }));
  if (nexthops?.some((hop) => hop.device === '')) return 'ENETUNREACH';
  for (const name of special ? [] : (nexthops?.map((hop) => hop.device) ?? [device])) {
    const link = state.view().links.get(name);
    if (!link) return 'ENODEV';
    if (!link.up) return 'ENETDOWN';
  }
  const indirect = special || route.via !== undefined || nexthops !== undefined || six;
  const far = indirect && !(special && route.scope !== undefined);
  const scope = far ? 'global' : (route.scope ?? (route.kind === 'local' ? 'host' : 'link'));
  const { scope: _scope, ...rest } = route;
  const record: RouteRecord = {
    ...rest,
    ...(six ? { metric: route.metric || METRIC_6 } : {}),
    device,
    destination,
    ...(nexthops ? { nexthops } : {}),
    ...(scope === 'global' ? {} : { scope }),
  };
  const placed =
    place === undefined ? record : { ...record, order: orderFor(state, record, place) };
  if (place === undefined && isTaken(state, record)) return 'EEXIST';
  state.commit([put(routeKey(state.ref, placed), placed)]);
  return undefined;
}

/** A place before or behind the routes of the same prefix and metric. */
function orderFor(state: ConfigState, route: RouteRecord, place: 'append' | 'prepend'): number {
  const key = routeKey(state.ref, route);
  const prefix = key.slice(0, key.lastIndexOf('/') + 1);
  const orders = state.store.list<RouteRecord>(prefix).map(([, { order = 0 }]) => order);
  if (orders.length === 0) return 0;
  return place === 'append' ? Math.max(...orders) + 1 : Math.min(...orders) - 1;
}

/** Routes differ by table, destination and metric; another device makes no other route. */
function isTaken(state: ConfigState, route: RouteRecord): boolean {
  const key = routeKey(state.ref, route);
  // Of IPv6 the kernel's own routes have no record, and devices tell apart.
  if (isInet6(route.destination)) return state.store.get(key) !== undefined;
  return state.store.list(key.slice(0, key.lastIndexOf('/') + 1)).length > 0;
}

/** Removes the first route that fits what is given. */
export function removeRoute(
  state: ConfigState,
  wanted: Partial<RouteInfo> & { readonly destination: string },
): Errno | undefined {
  const six = isInet6(wanted.via ?? '') && wanted.destination === 'default';
  const destination = normalDestination(six ? '::/0' : wanted.destination);
  const table = wanted.table ?? 'main';
  const fits = (route: RouteRecord) =>
    route.destination === destination &&
    (route.table ?? 'main') === table &&
    (['via', 'device', 'source', 'metric', 'protocol', 'scope', 'kind', 'tos'] as const).every(
      (field) =>
        wanted[field] === undefined ||
        wanted[field] === '' ||
        wanted[field] === (route[field] ?? (field === 'kind' ? 'unicast' : undefined)),
    );
  const found = state.store
    .list<RouteRecord>(`${state.base}route/`)
    .find(([, route]) => fits(route));
  if (!found) return 'ESRCH';
  state.commit([put(found[0], undefined)]);
  return undefined;
}

/** Routes of a table in the order of `ip route`; `all` gives every table, local ones last. */
export function listRoutes(
  state: ConfigState,
  table = 'main',
  family: 'inet' | 'inet6' = 'inet',
): readonly RouteInfo[] {
  const view = state.view();
  const tables = family === 'inet' ? view.tables : view.tables6;
  if (table !== 'all') return tables.get(table)?.routes ?? [];
  const others = [...tables.keys()].filter((name) => name !== 'main' && name !== 'local').sort();
  return ['main', ...others, 'local'].flatMap((name) => tables.get(name)?.routes ?? []);
}

/** The route that a packet to an address would take, with its source, as `ip route get` tells. */
export function routeTo(
  state: ConfigState,
  address: string,
  from?: string,
  flow: Flow = {},
): RouteInfo | undefined {
  const view = state.view();
  if (!isInet6(address) && !parseCidr(address)) return undefined;
  const decision = lookup(view, address, from === undefined ? flow : { ...flow, source: from });
  if (isMulticast(address) && decision.type === 'unicast') {
    const { device } = decision;
    return {
      destination: address,
      device,
      source: sourceFor(view, decision, address),
      kind: 'multicast',
    };
  }
  if (decision.type === 'unreachable') {
    if (decision.code === 'net') return undefined;
    const kinds = { host: 'unreachable', prohibited: 'prohibit', blackhole: 'blackhole' } as const;
    return { destination: address, device: '', kind: kinds[decision.code] };
  }
  const source = from ?? sourceFor(view, decision, address);
  const via = decision.type === 'unicast' && decision.nextHop !== address;
  const { table, metric, protocol } = decision.route;
  const learned = state.store.get<KnownMtu>(pathMtuKey(state.ref, address));
  const left = learned ? PATH_MTU_EXPIRES - (state.now - learned.at) : 0;
  const mtu = learned && left > 0 ? learned.mtu : decision.route.mtu;
  return {
    destination: address,
    ...(via ? { via: decision.nextHop } : {}),
    device: decision.type === 'local' ? 'lo' : decision.device,
    source,
    ...(table === undefined ? {} : { table }),
    ...(mtu === undefined ? {} : { mtu }),
    ...(left > 0 ? { expires: Math.floor(left / SECOND) } : {}),
    ...(isInet6(address) ? { metric: metric ?? METRIC_6, protocol: protocol ?? 'boot' } : {}),
    ...(decision.type === 'unicast' ? {} : { kind: decision.type, table: 'local' }),
  };
}
