import type { DaemonSys } from '../../host/syscalls.ts';
import type { Family } from '../../proxy/services.ts';
import { track } from '../../proxy/track.ts';
import { forgetStale } from './stale.ts';
import { remembered, type ProxyState } from './state.ts';
import { syncIptables } from './sync-iptables.ts';
import { syncIpvs } from './sync-ipvs.ts';
import { syncNftables } from './sync-nftables.ts';
import type { SyncInput } from './sync-input.ts';

const FAMILIES: readonly Family[] = ['IPv4', 'IPv6'];

/** Computes all rules and loads what changed (upstream's syncProxyRules of each family). */
export function sync(sys: DaemonSys, state: ProxyState): void {
  const { services, slices } = remembered(sys);
  const { config } = state;
  const changed = changedOf(state);
  for (const family of FAMILIES) {
    const tracked = track(config, family, config.nodeName, services, slices);
    const input: SyncInput = { family, ...tracked, nodeIP: nodeIPOf(state, family) };
    if (config.mode === 'ipvs') syncIpvs(sys, state, input);
    else if (config.mode === 'nftables') syncNftables(sys, state, input, changed);
    else syncIptables(sys, state, input, changed);
    forgetStale(sys, tracked.ports, tracked.endpoints);
  }
}

/** Services that changed since the last sync; undefined where all are to be written. */
function changedOf({ dirty, lastSync }: ProxyState): ReadonlySet<string> | undefined {
  return dirty === 'all' || lastSync === 0 ? undefined : new Set(dirty);
}

/** The node's address; a family without one has its loopback address instead. */
function nodeIPOf({ nodeIP }: ProxyState, family: Family): string {
  if (family === 'IPv4') return nodeIP.includes(':') ? '127.0.0.1' : nodeIP;
  return nodeIP.includes(':') ? nodeIP : '::1';
}
