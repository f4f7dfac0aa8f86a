import type { Json } from '../../world/json.ts';
import type { Change, Put, Store } from '../../world/store.ts';
import { put, type ConfigState } from '../config/state.ts';
import {
  connectionPrefix,
  memoryKey,
  realStatsKey,
  serverStatsKey,
  statsPrefix,
  totalStatsKey,
} from './connection.ts';
import { estimate, noTotals } from './stats.ts';
import {
  defaultTimeouts,
  realKey,
  serverKey,
  type IpvsConnection,
  type IpvsStats,
  type IpvsTimeouts,
  type IpvsView,
  type RealLoad,
  type VirtualServer,
} from './types.ts';

/** Virtual servers as a namespace's view holds them. */
export function readIpvs(store: Pick<Store, 'list' | 'get'>, base: string): IpvsView {
  const servers = new Map(
    store
      .list<VirtualServer>(`${base}ipvs/server/`)
      .map(([, server]) => [serverKey(server), server] as const),
  );
  return viewOf(servers, store.get<IpvsTimeouts>(`${base}ipvs/timeouts`) ?? defaultTimeouts);
}

/** The view after some of its records changed. */
export function mendIpvs(view: IpvsView, changes: readonly Change[]): IpvsView {
  const servers = new Map(view.servers);
  let { timeouts } = view;
  for (const { key, before, after } of changes) {
    if (key.endsWith('/ipvs/timeouts')) {
      timeouts = (after as IpvsTimeouts | undefined) ?? defaultTimeouts;
      continue;
    }
    const server = (after ?? before) as unknown as VirtualServer;
    if (after === undefined) servers.delete(serverKey(server));
    else servers.set(serverKey(server), server);
  }
  return viewOf(servers, timeouts);
}

function viewOf(servers: ReadonlyMap<string, VirtualServer>, timeouts: IpvsTimeouts): IpvsView {
  let marked = false;
  for (const { mark } of servers.values()) marked ||= mark !== undefined;
  return { servers, marked, timeouts };
}

/** All that tools may ask and change of a namespace's IPVS. */
export interface IpvsConfig {
  readonly view: IpvsView;
  /** Puts virtual servers in place of those of the same key; undefined takes one away. */
  write(changes: readonly (readonly [key: string, server: VirtualServer | undefined])[]): void;
  changeTimeouts(timeouts: IpvsTimeouts): void;
  connections(): readonly IpvsConnection[];
  load(server: VirtualServer, real: { address: string; port: number }): RealLoad;
  stats(server: VirtualServer, real?: { address: string; port: number }): IpvsStats;
  total(): IpvsStats;
  /** Sets counters to zero: of one virtual server, or of all. */
  zero(server?: VirtualServer): void;
  /** Which of the kernel's buckets a namespace's servers fall into. */
  readonly seed: number;
}

/** The IPVS of one namespace, read and written at once, as generic netlink gives it. */
export function ipvsConfig(state: ConfigState): IpvsConfig {
  const { store, ref, base } = state;
  const stats = (key: string): IpvsStats => {
    const known = store.get<IpvsStats>(key);
    if (known) return estimate(known, state.now);
    return { totals: noTotals, last: noTotals, rates: noTotals, estimated: state.now };
  };
  const connections = () =>
    store
      .list<IpvsConnection>(connectionPrefix(ref))
      .map(([, connection]) => connection)
      .filter(({ expires }) => expires > state.now);
  return {
    get view() {
      return state.view().ipvs;
    },
    write: (changes) => write(state, changes),
    changeTimeouts: (timeouts) => state.commit([put(`${base}ipvs/timeouts`, timeouts)]),
    connections,
    load(server, real) {
      const own = connections().filter(
        (each) => each.server === serverKey(server) && realKey(each) === realKey(real),
      );
      return {
        active: own.filter(({ active, template }) => active && !template).length,
        inactive: own.filter(({ active, template }) => !active && !template).length,
        persistent: own.filter(({ template }) => template).length,
      };
    },
    stats(server, real) {
      const key = serverKey(server);
      return stats(real ? realStatsKey(ref, key, realKey(real)) : serverStatsKey(ref, key));
    },
    total: () => stats(totalStatsKey(ref)),
    zero: (server) => zero(state, server),
    seed: state.world.chance.integer(`ipvs/${ref.host}/${ref.netns}`, 256),
  };
}

function write(
  state: ConfigState,
  changes: readonly (readonly [key: string, server: VirtualServer | undefined])[],
): void {
  const puts: Put[] = [];
  for (const [key, server] of changes) {
    puts.push(put(`${state.base}ipvs/server/${key}`, server));
    const before = state.view().ipvs.servers.get(key);
    if (!before) continue;
    const left = new Set(server?.realServers.map(realKey));
    if (!server) puts.push(put(serverStatsKey(state.ref, key), undefined));
    if (!server || server.scheduler !== before.scheduler) {
      puts.push(put(memoryKey(state.ref, key), undefined));
    }
    for (const real of before.realServers) {
      if (left.has(realKey(real))) continue;
      puts.push(put(realStatsKey(state.ref, key, realKey(real)), undefined));
    }
  }
  state.commit(puts);
}

function zero(state: ConfigState, server: VirtualServer | undefined): void {
  const prefix = server ? serverStatsKey(state.ref, serverKey(server)) : statsPrefix(state.ref);
  const keys = state.store.list<Json>(prefix).map(([key]) => key);
  const all = server ? keys : [...keys, totalStatsKey(state.ref)];
  state.commit(all.map((key) => put(key, undefined)));
}
