import type { Json } from '../../world/json.ts';
import type { World } from '../../world/world.ts';
import type { Errno, NeighbourInfo, NetnsRef, NetworkConfig, SocketInfo } from '../api.ts';
import { countKey, type Tracked } from '../conntrack/entry.ts';
import { tupleKey } from '../conntrack/tuple.ts';
import type { Derived, Fabric } from '../fabric.ts';
import { listFdb, staticFdbKey, type LearnedFdb, type StaticFdb } from '../link/fdb.ts';
import { qdiscStatisticsKey, type QdiscInfo, type QdiscStatistics } from '../link/qdisc.ts';
import { readStatistics } from '../link/statistics.ts';
import { setWireguard } from '../link/wireguard/configure.ts';
import { readWireguard } from '../link/wireguard/record.ts';
import { bpfKey, bpfStateKey, type BpfEvent } from '../bpf/maps.ts';
import { announce } from '../neighbour/arp.ts';
import { ipvsConfig } from '../ipvs/config.ts';
import { volatileKey } from '../keys.ts';
import type { Sets } from '../netfilter/ipset/types.ts';
import {
  neighbourKey,
  reachableTime,
  stateNow,
  type NeighbourRecord,
} from '../neighbour/resolve.ts';
import {
  listenerKey,
  listeners,
  queueFile,
  type QueueListener,
} from '../netfilter/queue/listener.ts';
import type { SocketRecord, Transmission } from '../socket/record.ts';
import { addLink, listLinks, missingModulesKey, removeLink, setLink } from './links.ts';
import { moveLink } from './move.ts';
import {
  addAddress,
  addHostAddresses,
  addRoute,
  listRoutes,
  removeAddress,
  removeRoute,
  routeTo,
} from './routes.ts';
import { forgetElements, readLive, writeNftables, zeroObjects } from './nftables.ts';
import { readCounters, readRules, setCounters, writeRules, zeroCounters } from './rules.ts';
import { createState, put, type ConfigState } from './state.ts';

/** The other namespaces of the network, for `ip netns`. */
export interface Namespaces {
  find(ref: NetnsRef): NetworkConfig | undefined;
  add(ref: NetnsRef): Errno | undefined;
  remove(ref: NetnsRef): Errno | undefined;
}

/** A setting that only tells: how many connections are tracked. */
const COUNT = 'net.netfilter.nf_conntrack_count';

/** The configuration of a namespace, read and written at once, as netlink gives it. */
export function createConfig(
  world: World,
  derived: Derived,
  ref: NetnsRef,
  run: Fabric['run'],
  others: Namespaces,
): NetworkConfig {
  const state = createState(world, derived, ref);
  return {
    ref,
    links: () => listLinks(state),
    addLink: (link) => addLink(state, link),
    setLink(name, change) {
      const failed = setLink(state, name, change);
      if (!failed && change.up) addLoopbackAddress(state, name);
      const view = derived.view(ref);
      if (!failed && change.up && view) {
        run((engine) => announce(engine, view, change.name ?? name));
      }
      return failed;
    },
    statistics: (name) => readStatistics(world.store, ref, name),
    bpfMap: (map) => {
      const prefix = bpfKey(ref, map);
      return world.store
        .list<Json>(prefix)
        .map(([key, value]) => [decodeURIComponent(key.slice(prefix.length)), value] as const);
    },
    setBpfMap: (map, entries) =>
      state.commit(entries.map(([key, value]) => put(bpfKey(ref, map, key), value))),
    bpfEvents: () => world.store.get<readonly BpfEvent[]>(bpfStateKey(ref, 'events')) ?? [],
    removeLink: (name) => removeLink(state, name),
    moveLink: (name, to) => moveLink(state, name, to),
    hasCarrier: (name) => hasCarrier(state, name),
    missingModules: () => world.store.get<readonly string[]>(missingModulesKey(ref.host)) ?? [],
    namespaces: () => namespacesOf(state),
    namespace: (name) => others.find({ host: ref.host, netns: name }),
    addNamespace: (name) => others.add({ host: ref.host, netns: name }),
    removeNamespace: (name) => others.remove({ host: ref.host, netns: name }),
    qdisc: (device) => readQdisc(state, device),
    setQdisc: (device, qdisc) => setQdisc(state, device, qdisc),
    addAddress: (device, address) => addAddress(state, device, address),
    addHostAddresses: (device, addresses) => addHostAddresses(state, device, addresses),
    removeAddress: (device, address, prefix) => removeAddress(state, device, address, prefix),
    routes: (table, family) => listRoutes(state, table, family),
    addRoute: (route, place) => addRoute(state, route, place),
    removeRoute: (route) => removeRoute(state, route),
    routeTo: (address, from, flow) => routeTo(state, address, from, flow),
    rules: (family = 'inet') => state.view().policy[family],
    setRules: (rules, family = 'inet') => state.commit([put(`${state.base}rule/${family}`, rules)]),
    neighbours: () => listNeighbours(state),
    setNeighbour: (neighbour) => setNeighbour(state, neighbour),
    removeNeighbour: (address, device) => removeNeighbour(state, address, device),
    fdb: () => listFdb(world.store, state.view(), world.clock.now),
    setFdb: (mac, device, to) =>
      setFdb(state, mac, device, typeof to === 'string' ? { destination: to } : to),
    staticFdb: (mac, device) => state.store.get<StaticFdb>(staticFdbKey(ref, device, mac)),
    flushFdb: (bridge, port) => flushFdb(state, bridge, port),
    removeFdb: (mac, device) => setFdb(state, mac, device, undefined),
    wireguard: (device) => readWireguard(world.store, ref, device),
    setWireguard: (device, wanted) => setWireguard(state, device, wanted),
    sysctl: (name) => (name === COUNT ? String(entries(state).length) : state.view().sysctl(name)),
    setSysctl: (name, value) => state.commit([put(`${state.base}sysctl/${name}`, value)]),
    sockets: (id) => listSockets(state, id),
    iptables: (family) => readRules(state, family),
    setIptables: (rules, family) => writeRules(state, rules, family),
    counters: (table, chain, family) => readCounters(state, table, chain, family),
    zeroCounters: (table, chain, family) => zeroCounters(state, table, chain, family),
    setCounters: (counts, family) => setCounters(state, counts, family),
    nftables: () => state.view().nft.rules,
    queues: () => listeners(world.store, ref),
    queueFile: () => queueFile(world.store, ref),
    setQueue(queue, listener) {
      const key = listenerKey(ref, queue);
      const before = world.store.get<QueueListener>(key);
      if (listener && before && before.owner !== listener.owner) return 'EBUSY';
      state.commit([put(key, listener)]);
      return undefined;
    },
    setNftables: (rules) => writeNftables(state, rules),
    nftablesLive: () => readLive(state),
    forgetElements: (elements) => forgetElements(state, elements),
    zeroObjects: (table, only) => zeroObjects(state, table, only),
    sets: () => state.view().sets,
    setSets: (sets) => writeSets(state, sets),
    ipvs: ipvsConfig(state),
    conntrack: () => entries(state).map(([, entry]) => entry as unknown as Json),
    flushConntrack: (match) => flush(state, match),
    clearLabel: (label, match) => clearLabel(state, label, match),
  };
}

/** Takes a label off connections; gives of how many. */
function clearLabel(state: ConfigState, label: number, match: (entry: Json) => boolean): number {
  const changed = state.store
    .list<Tracked>(`${state.base}conntrack/`)
    .filter(([, entry]) => entry.labels?.includes(label) && match(entry as unknown as Json))
    .map(([key, entry]) =>
      put(key, { ...entry, labels: entry.labels?.filter((each) => each !== label) }),
    );
  state.commit(changed);
  return changed.length;
}

/** Whether a link has something to send to (`netif_carrier_ok`). */
function hasCarrier(state: ConfigState, name: string): boolean {
  const { links, ports } = state.view();
  const link = links.get(name);
  if (!link || link.options?.['carrier'] === false) return false;
  if (link.kind === 'bridge') {
    // It looks for live ports first when one comes or goes, or when its address is set.
    if (!link.settled && (ports.get(name) ?? []).length === 0) return true;
    return (ports.get(name) ?? []).some((port) => links.get(port)?.up && hasCarrier(state, port));
  }
  if (link.lower) {
    const lower = state.derived.view(link.lower)?.links.get(link.lower.name);
    return lower?.up ?? false;
  }
  if (!link.peer) return true;
  return state.derived.view(link.peer)?.links.get(link.peer.name)?.up ?? false;
}

/** Names of the host's namespaces, its own among them. */
function namespacesOf({ store, ref }: ConfigState): readonly string[] {
  const prefix = `/host/${ref.host}/netns/`;
  return store
    .list(prefix)
    .filter(([key]) => key.endsWith('/info'))
    .map(([key]) => key.slice(prefix.length, -'/info'.length));
}

function readQdisc(state: ConfigState, device: string): (QdiscInfo & QdiscStatistics) | undefined {
  const qdisc = state.view().qdiscs.get(device);
  const none = { packets: 0, bytes: 0, dropped: 0, overlimits: 0 };
  const counted = state.store.get<QdiscStatistics>(qdiscStatisticsKey(state.ref, device));
  return qdisc && { ...qdisc, ...(counted ?? none) };
}

function setQdisc(
  state: ConfigState,
  device: string,
  qdisc: QdiscInfo | undefined,
): Errno | undefined {
  if (!state.view().links.has(device)) return 'ENODEV';
  const key = `${state.base}qdisc/${device}`;
  if (!qdisc && !state.store.get(key)) return 'ENOENT';
  state.commit([put(key, qdisc), put(qdiscStatisticsKey(state.ref, device), undefined)]);
  return undefined;
}

/** Writes the sets that changed; those that are no longer there go. */
function writeSets(state: ConfigState, sets: Sets): void {
  const before = state.view().sets;
  const gone = [...before.keys()].filter((name) => !sets.has(name));
  const changed = [...sets.values()].filter((set) => before.get(set.name) !== set);
  state.commit([
    ...gone.map((name) => put(`${state.base}ipset/${name}`, undefined)),
    ...changed.map((set) => put(`${state.base}ipset/${set.name}`, set)),
  ]);
}

/** A loopback that comes up without an address gets the usual one (`inetdev_event`). */
function addLoopbackAddress(state: ConfigState, name: string): void {
  const view = state.view();
  if (view.links.get(name)?.kind !== 'loopback' || view.addresses.get(name)?.length) return;
  addAddress(state, name, { address: '127.0.0.1', prefix: 8, scope: 'host' });
}

function listNeighbours(state: ConfigState): readonly NeighbourInfo[] {
  const view = state.view();
  const prefix = `${state.base}neighbour/`;
  return state.store.list<NeighbourRecord>(prefix).map(([key, record]) => {
    const [device = '', address = ''] = key.slice(prefix.length).split('/');
    const age = reachableTime(state.world, view, device);
    return {
      address,
      device,
      ...(record.mac === undefined ? {} : { mac: record.mac }),
      ...(record.flags === undefined ? {} : { flags: record.flags }),
      state: stateNow(record, state.now, age),
    };
  });
}

function setNeighbour(state: ConfigState, neighbour: NeighbourInfo): void {
  const { address, device, mac, flags, state: phase } = neighbour;
  const record: NeighbourRecord = {
    state: phase,
    confirmed: state.now,
    probes: 0,
    ...(mac === undefined ? {} : { mac }),
    ...(flags === undefined ? {} : { flags }),
  };
  state.commit([put(neighbourKey(state.view(), device, address), record)]);
}

function removeNeighbour(state: ConfigState, address: string, device: string): Errno | undefined {
  const key = neighbourKey(state.view(), device, address);
  if (!state.store.get(key)) return 'ENOENT';
  state.commit([put(key, undefined)]);
  return undefined;
}

function setFdb(
  state: ConfigState,
  mac: string,
  device: string,
  entry: StaticFdb | undefined,
): Errno | undefined {
  if (!state.view().links.has(device)) return 'ENODEV';
  const key = staticFdbKey(state.ref, device, mac);
  if (!entry && !state.store.get(key)) return 'ENOENT';
  state.commit([put(key, entry)]);
  return undefined;
}

function flushFdb(state: ConfigState, bridge: string, port?: string): void {
  const learned = state.store.list<LearnedFdb>(`${volatileKey(state.ref)}fdb/${bridge}/`);
  const gone = learned.filter(([, entry]) => port === undefined || entry.port === port);
  state.commit(gone.map(([key]) => put(key, undefined)));
}

function listSockets(state: ConfigState, only?: string): readonly SocketInfo[] {
  const prefix = `${state.base}socket/`;
  const number = (id: string) => Number(id.slice(prefix.length));
  return recordsOf(state, prefix, only)
    .map(([id, record]): SocketInfo => {
      const numbers = state.store.get<Transmission>(`${volatileKey(state.ref)}tcp/${number(id)}`);
      const unsent = numbers ? (numbers.next - numbers.unacknowledged) >>> 0 : 0;
      return {
        id,
        protocol: record.protocol,
        state: record.state,
        local: record.local,
        ...(record.peer ? { peer: record.peer } : {}),
        owner: record.owner,
        receiveQueue: 0,
        sendQueue: record.state === 'LISTEN' ? (record.backlog ?? 0) : unsent,
      };
    })
    .sort((a, b) => number(a.id) - number(b.id));
}

function recordsOf(
  { store }: ConfigState,
  prefix: string,
  only: string | undefined,
): readonly (readonly [string, SocketRecord])[] {
  if (only === undefined) return store.list<SocketRecord>(prefix);
  const record = only.startsWith(prefix) ? store.get<SocketRecord>(only) : undefined;
  return record ? [[only, record]] : [];
}

function entries(state: ConfigState): readonly (readonly [string, Tracked])[] {
  return state.store
    .list<Tracked>(`${state.base}conntrack/`)
    .filter(([, entry]) => entry.expires > state.now);
}

function flush(state: ConfigState, match?: (entry: Json) => boolean): number {
  const gone = entries(state).filter(([, entry]) => !match || match(entry as unknown as Json));
  const count = state.store.get<number>(countKey(state.ref));
  const left = put(countKey(state.ref), Math.max(0, (count ?? 0) - gone.length));
  state.commit([
    ...(count === undefined ? [] : [left]),
    ...gone.flatMap(([key, entry]) => [
      put(key, undefined),
      put(`${volatileKey(state.ref)}reply/${tupleKey(entry.reply)}`, undefined),
    ]),
  ]);
  return gone.length;
}
