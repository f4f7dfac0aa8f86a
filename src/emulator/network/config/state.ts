import type { Json, Micros } from '../../world/json.ts';
import type { Put, Store } from '../../world/store.ts';
import type { World } from '../../world/world.ts';
import type { NetnsRef } from '../api.ts';
import type { Derived } from '../fabric.ts';
import { defaultTimeouts } from '../ipvs/types.ts';
import { netnsKey } from '../keys.ts';
import { noTables } from '../netfilter/nftables/ast.ts';
import type { NetnsRecord, NetnsView } from '../netns.ts';

/** What the writers of one namespace's configuration share. */
export interface ConfigState {
  readonly world: World;
  readonly store: Store;
  readonly derived: Derived;
  readonly ref: NetnsRef;
  readonly base: string;
  readonly now: Micros;
  view(): NetnsView;
  /** Commits changes at once, in the name of the namespace's host. */
  commit(puts: readonly Put[]): void;
}

/** The state for a namespace; there must be one by the time it is used. */
export function createState(world: World, derived: Derived, ref: NetnsRef): ConfigState {
  const empty: NetnsView = {
    ref,
    links: new Map(),
    ports: new Map(),
    addresses: new Map(),
    local: new Map(),
    broadcasts: new Set(),
    tables: new Map(),
    given6: new Map(),
    addresses6: new Map(),
    local6: new Map(),
    tables6: new Map(),
    qdiscs: new Map(),
    faults: new Map(),
    policy: { inet: [], inet6: [] },
    rules: { tables: [] },
    rules6: { tables: [] },
    nft: { rules: noTables, bases: new Map() },
    ipvs: { servers: new Map(), marked: false, timeouts: defaultTimeouts },
    sets: new Map(),
    tracks: false,
    sysctl: () => undefined,
    deviceSetting: () => 0,
  };
  return {
    world,
    store: world.store,
    derived,
    ref,
    base: netnsKey(ref),
    get now() {
      return world.clock.now;
    },
    view: () => derived.view(ref) ?? empty,
    commit(puts) {
      if (puts.length > 0) world.store.commit(world.cause(`netlink/${ref.host}`), puts);
    },
  };
}

/** The namespace's own record. */
export function infoOf(state: Pick<ConfigState, 'store'>, ref: NetnsRef): NetnsRecord | undefined {
  return state.store.get<NetnsRecord>(`${netnsKey(ref)}info`);
}

/** A put of anything that is plain data. */
export function put(key: string, value: unknown): Put {
  return { key, value: value as Json | undefined };
}
