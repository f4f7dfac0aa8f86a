import type { DaemonSys } from '../../host/syscalls.ts';
import { load, type LoadOptions, type StaleChains } from '../../proxy/nftables/load.ts';
import { findNftTable } from '../../network/netfilter/nftables/ast.ts';
import { keep, recall } from '../../proxy/memo.ts';
import { plan, TABLE, type NftablesOptions } from '../../proxy/nftables/plan.ts';
import { equal, type Json } from '../../world/index.ts';
import type { ProxyState } from './state.ts';
import { addressesOf, localTraffic, nodePortCidrs, type SyncInput } from './sync-input.ts';

/**
 * Loads the table of nftables mode; `changed` names the Services whose chains are written anew.
 * False where the kernel refused it.
 */
export function syncNftables(
  sys: DaemonSys,
  state: ProxyState,
  input: SyncInput,
  changed: ReadonlySet<string> | undefined,
): boolean {
  const { family, ports, endpoints } = input;
  const name = `stale/${family}`;
  const stale = (sys.memory<Json>(name) ?? {}) as StaleChains;
  const last = recall<Required<LoadOptions>['last']>(state.config, `nftables-loaded/${family}`);
  const planned = plan(ports, endpoints, optionsOf(sys, state, input), state.config);
  const before = sys.network.nftables();
  const loaded = load(before, planned, {
    now: sys.now,
    stale,
    ...(changed === undefined ? {} : { changed }),
    ...(last === undefined ? {} : { last }),
  });
  if (!loaded) return false;
  const sets = findNftTable(loaded.rules, planned.family, TABLE)?.sets ?? [];
  keep(state.config, `nftables-loaded/${family}`, { plan: planned, sets });
  if (loaded.rules !== before) sys.network.setNftables(loaded.rules);
  if (!equal(stale, loaded.stale)) sys.remember(name, loaded.stale as Json);
  return true;
}

function optionsOf(sys: DaemonSys, state: ProxyState, input: SyncInput): NftablesOptions {
  const { config, labels } = state;
  const { family, nodeIP } = input;
  const local = localTraffic(state, family);
  const ranges = sys.memories('cidr/').flatMap(([, value]) => value as readonly string[]);
  return {
    family,
    node: { name: config.nodeName, labels },
    nodeIP,
    nodeAddresses: addressesOf(sys, family),
    ...(local ? { localTraffic: local } : {}),
    masqueradeAll: config.masqueradeAll,
    masqueradeMark: `0x${(2 ** config.masqueradeBit).toString(16)}`,
    nodePortAddresses: nodePortCidrs(state, input),
    serviceCIDRs: ranges.filter((cidr) => cidr.includes(':') === (family === 'IPv6')),
  };
}
