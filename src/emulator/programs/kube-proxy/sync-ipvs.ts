import type { DaemonSys } from '../../host/syscalls.ts';
import { realKey, type RealServer, type VirtualServer } from '../../network/ipvs/types.ts';
import { findTable } from '../../network/netfilter/iptables/tables.ts';
import type { SetRecord } from '../../network/netfilter/ipset/types.ts';
import { containsAddress } from '../../proxy/iptables/node-addresses.ts';
import { sameChains, withJumps, withPlan } from '../../proxy/iptables/load.ts';
import {
  DUMMY_DEVICE,
  planIpvs,
  type IpvsOptions,
  type IpvsPlan,
  type VirtualServer as Wanted,
} from '../../proxy/ipvs/plan.ts';
import { ipvsJumpRules } from '../../proxy/ipvs/rules.ts';
import { keep, recall } from '../../proxy/memo.ts';
import type { Family } from '../../proxy/services.ts';
import { equal } from '../../world/json.ts';
import { keepsGracefully } from './graceful.ts';
import type { ProxyState } from './state.ts';
import { addressesOf, localTraffic, nodePortCidrs, type SyncInput } from './sync-input.ts';

/** Loads virtual servers, sets, addresses and rules of ipvs mode. */
export function syncIpvs(sys: DaemonSys, state: ProxyState, input: SyncInput): void {
  const { family } = input;
  const plan = planFor(sys, state, input);
  ensureDevice(sys);
  syncSets(sys, plan, family);
  syncRules(sys, state, plan, family);
  syncAddresses(sys, state, plan, family);
  syncServers(sys, state, plan, family);
}

/** The few rules, which are loaded again where they or the tables changed. */
function syncRules(sys: DaemonSys, { config }: ProxyState, plan: IpvsPlan, family: Family): void {
  const before = sys.network.iptables(family);
  const last = recall<readonly unknown[]>(config, `ipvs-rules/${family}`) ?? [];
  const now = [plan.nat, plan.filter, findTable(before, 'nat'), findTable(before, 'filter')];
  if (now.every((each, at) => each === last[at] && each !== undefined)) return;
  const loaded = withPlan(withJumps(before, ipvsJumpRules), plan, family);
  if (sameChains(before, loaded)) keep(config, `ipvs-rules/${family}`, now);
  else sys.network.setIptables(loaded, family);
}

function planFor(sys: DaemonSys, state: ProxyState, input: SyncInput): IpvsPlan {
  const { config, labels } = state;
  const { family, ports, endpoints, nodeIP } = input;
  const local = localTraffic(state, family);
  const isUsual = (address: string) => !/^(127\.|::1$|fe80:)/.test(address);
  const options: IpvsOptions = {
    family,
    node: { name: config.nodeName, labels },
    nodeIP,
    nodeAddresses: addressesOf(sys, family, DUMMY_DEVICE).filter(isUsual),
    ...(local ? { localTraffic: local } : {}),
    masqueradeAll: config.masqueradeAll,
    masqueradeMark: `0x${(2 ** config.masqueradeBit).toString(16)}`,
    nodePortAddresses: nodePortCidrs(state, input),
    randomFully: true,
    scheduler: config.ipvs.scheduler === '' ? 'rr' : config.ipvs.scheduler,
  };
  return planIpvs(ports, endpoints, options, config);
}

function ensureDevice({ network }: DaemonSys): void {
  if (network.links().some(({ name }) => name === DUMMY_DEVICE)) return;
  network.addLink({ name: DUMMY_DEVICE, kind: 'dummy' });
}

/** The record that says just what was planned. */
const inPlace = new WeakMap<object, object>();

/** Sets keep the start value of their hash; entries that stay keep their places. */
function syncSets(sys: DaemonSys, plan: IpvsPlan, family: Family): void {
  const { network } = sys;
  const before = network.sets();
  const made = new Map(before);
  let order = Math.max(0, ...[...before.values()].map((set) => set.order));
  for (const planned of plan.sets) {
    const { name, type, entries } = planned;
    const old = before.get(name);
    if (old && inPlace.get(planned) === old) continue;
    const wanted = new Set(entries);
    const kept = (old?.entries ?? []).filter(({ text }) => wanted.has(text));
    const known = new Set(kept.map(({ text }) => text));
    const added = entries.filter((entry) => !known.has(entry)).map((text) => ({ text }));
    if (old && added.length === 0 && kept.length === old.entries.length) {
      inPlace.set(planned, old);
      continue;
    }
    const set: SetRecord = old ?? {
      name,
      type,
      order: (order += 1),
      options: optionsOf(sys, name, type, family),
      entries: [],
    };
    made.set(name, { ...set, entries: [...kept, ...added] });
  }
  if ([...made].some(([name, set]) => before.get(name) !== set)) network.setSets(made);
}

function optionsOf(sys: DaemonSys, name: string, type: string, family: string) {
  if (type === 'bitmap:port') return { range: ['0', '65535'] } as const;
  return {
    family: family === 'IPv6' ? 'inet6' : 'inet',
    hashsize: 1024,
    maxelem: 65_536,
    initval: sys.chance.integer(`ipset/${name}`, 2 ** 32),
  } as const;
}

function syncAddresses(
  { network }: DaemonSys,
  { config }: ProxyState,
  plan: IpvsPlan,
  family: Family,
): void {
  const device = network.links().find(({ name }) => name === DUMMY_DEVICE);
  const name = `ipvs-addresses/${family}`;
  const last = recall<readonly unknown[]>(config, name);
  if (device && last?.[0] === device.addresses && last[1] === plan.bound) return;
  const own = (device?.addresses ?? []).filter(
    ({ address, scope }) => address.includes(':') === (family === 'IPv6') && scope !== 'link',
  );
  const bound = new Set(own.map(({ address }) => address));
  const wanted = new Set(plan.bound);
  const missing = plan.bound.filter((address) => !bound.has(address));
  const gone = own.filter(({ address }) => !wanted.has(address));
  if (missing.length > 0) network.addHostAddresses(DUMMY_DEVICE, missing);
  for (const { address, prefix } of gone) network.removeAddress(DUMMY_DEVICE, address, prefix);
  if (missing.length + gone.length === 0) keep(config, name, [device?.addresses, plan.bound]);
}

/** Virtual servers as planned; others go, but for those in excludeCIDRs. */
function syncServers(sys: DaemonSys, state: ProxyState, plan: IpvsPlan, family: Family): void {
  const { ipvs } = sys.network;
  const { servers } = ipvs.view;
  const changes: (readonly [string, VirtualServer | undefined])[] = [];
  let order = 0;
  for (const server of servers.values()) order = Math.max(order, server.order);
  for (const [key, each] of plan.byKey) {
    const old = servers.get(key);
    if (old && state.lastSync > 0 && inPlace.get(each) === old) continue;
    const made = serverOf(sys, state, each, old, old?.order ?? (order += 1));
    const same = old && equal(old, made) ? old : undefined;
    inPlace.set(each, same ?? made);
    if (!same) changes.push([key, made]);
  }
  const excluded = state.config.ipvs.excludeCIDRs;
  for (const [key, { address, mark }] of servers) {
    const own = mark === undefined && address.includes(':') === (family === 'IPv6');
    if (!own || plan.byKey.has(key)) continue;
    if (!excluded.some((cidr) => containsAddress(cidr, address))) changes.push([key, undefined]);
  }
  if (changes.length > 0) ipvs.write(changes);
}

function serverOf(
  sys: DaemonSys,
  state: ProxyState,
  wanted: Wanted,
  old: VirtualServer | undefined,
  order: number,
): VirtualServer {
  const { realServers, sourceHash, ...rest } = wanted;
  const before = old?.realServers ?? [];
  const keys = new Set(realServers.map(realKey));
  const known = new Set(before.map(realKey));
  const first = state.lastSync === 0;
  // Weights that somebody changed are put right by the first sync only.
  const kept = before
    .filter((real) => keys.has(realKey(real)))
    .map((real) => (first || real.weight === 0 ? withWeight(real, 1) : real));
  const added = realServers
    .filter((real) => !known.has(realKey(real)))
    .map((real): RealServer => ({ ...real, weight: 1, method: 'masq', upper: 0, lower: 0 }));
  const leaving = old
    ? before
        .filter((real) => !keys.has(realKey(real)) && keepsGracefully(sys, old, real))
        .map((real) => withWeight(real, 0))
    : [];
  return {
    ...rest,
    ...(old?.netmask === undefined ? {} : { netmask: old.netmask }),
    flags: sourceHash ? ['mh-port'] : [],
    // The kernel puts new ones at the head of its list.
    realServers: [...added.toReversed(), ...inOrder(before, [...kept, ...leaving])],
    order,
  };
}

const withWeight = (real: RealServer, weight: number): RealServer =>
  real.weight === weight ? real : { ...real, weight };

function inOrder(before: readonly RealServer[], reals: readonly RealServer[]) {
  const byKey = new Map(reals.map((real) => [realKey(real), real]));
  return before.map((real) => byKey.get(realKey(real))).filter((real) => real !== undefined);
}
