import type { DaemonSys } from '../../host/syscalls.ts';
import { canaryGone, sameChains, withCanaries, withJumps } from '../../proxy/iptables/load.ts';
import {
  isLargeCluster,
  jumpRules,
  kubeletJumpRules,
  type PlanOptions,
} from '../../proxy/iptables/plan.ts';
import { withServices, type Assembled } from '../../proxy/iptables/assemble.ts';
import { log } from './log.ts';
import type { ProxyState } from './state.ts';
import { addressesOf, localTraffic, nodePortCidrs, type SyncInput } from './sync-input.ts';

/**
 * Loads the rules of iptables mode; `changed` names the Services whose chains are written. Gives
 * what the metrics tell, or undefined where the restore failed.
 */
export function syncIptables(
  sys: DaemonSys,
  state: ProxyState,
  input: SyncInput,
  changed: ReadonlySet<string> | undefined,
): Omit<Assembled, 'rules'> | undefined {
  const { family, ports, endpoints } = input;
  const before = sys.network.iptables(family);
  if (family === 'IPv4' && canaryGone(before) && state.lastSync > 0) {
    const what = '"IPTables canary deleted" table="mangle" chain="KUBE-PROXY-CANARY"';
    log(sys, 'I', 'iptables.go:641', what);
  }
  const options = planOptions(sys, state, input);
  const own = family === 'IPv4' && options.localhostNodePorts ? kubeletJumpRules : [];
  // A partial sync takes it that the jumps into its chains are there.
  const prepared = changed ? before : withJumps(withCanaries(before), [...jumpRules, ...own]);
  const large = isLargeCluster(ports, endpoints);
  const asked = { ports, endpoints, options, cleanUp: changed === undefined || !large };
  const assembly = changed ? { ...asked, changed } : asked;
  const loaded = withServices(prepared, assembly, state.config);
  if (!loaded) return undefined;
  if (!sameChains(before, loaded.rules)) sys.network.setIptables(loaded.rules, family);
  const { total, written } = loaded;
  return { total, written };
}

/** What the rules depend on besides Services and endpoints. */
export function planOptions(sys: DaemonSys, state: ProxyState, input: SyncInput): PlanOptions {
  const { config, labels } = state;
  const { family, nodeIP } = input;
  const local = localTraffic(state, family);
  return {
    family,
    node: { name: config.nodeName, labels },
    nodeIP,
    nodeAddresses: addressesOf(sys, family),
    ...(local ? { localTraffic: local } : {}),
    masqueradeAll: config.masqueradeAll,
    masqueradeMark: `0x${(2 ** config.masqueradeBit).toString(16)}`,
    localhostNodePorts: config.localhostNodePorts,
    nodePortAddresses: nodePortCidrs(state, input),
    randomFully: true,
    tcpLiberal: config.tcpBeLiberal,
    nfacct: { invalid: true, localhost: true },
  };
}
