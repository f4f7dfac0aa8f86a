import type { DaemonSys } from '../../host/syscalls.ts';
import { withPlan, type StaleChains } from '../../proxy/nftables/load.ts';
import { plan, type NftablesOptions } from '../../proxy/nftables/plan.ts';
import type { Json } from '../../world/index.ts';
import type { ProxyState } from './state.ts';
import { addressesOf, localTraffic, nodePortCidrs, type SyncInput } from './sync-input.ts';

/** Loads the table of nftables mode; `changed` names the Services whose chains are written anew. */
export function syncNftables(
  sys: DaemonSys,
  state: ProxyState,
  input: SyncInput,
  changed: ReadonlySet<string> | undefined,
): void {
  const { family, ports, endpoints } = input;
  const name = `stale/${family}`;
  const stale = (sys.memory<Json>(name) ?? {}) as StaleChains;
  const planned = plan(ports, endpoints, optionsOf(sys, state, input));
  const before = sys.network.nftables();
  const loaded = withPlan(before, planned, {
    now: sys.now,
    stale,
    ...(changed === undefined ? {} : { changed }),
  });
  if (loaded.rules !== before) sys.network.setNftables(loaded.rules);
  sys.remember(name, loaded.stale as Json);
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
