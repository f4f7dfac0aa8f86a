import { goDuration } from '../../apimachinery/duration.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import type { Family } from '../../proxy/services.ts';
import { track } from '../../proxy/track.ts';
import { log } from './log.ts';
import { forgetStale } from './stale.ts';
import { remembered, type ProxyState } from './state.ts';
import { syncIptables } from './sync-iptables.ts';
import { syncIpvs } from './sync-ipvs.ts';
import { syncNftables } from './sync-nftables.ts';
import type { SyncInput } from './sync-input.ts';

const FAMILIES: readonly Family[] = ['IPv4', 'IPv6'];

/**
 * Computes all rules and loads what changed (upstream's syncProxyRules of each family). False where
 * some were refused: then the next sync writes all of them.
 */
export function sync(sys: DaemonSys, state: ProxyState): boolean {
  const { services, slices } = remembered(sys);
  const { config } = state;
  const changed = changedOf(state);
  let synced = true;
  for (const family of FAMILIES) {
    const tracked = track(config, family, config.nodeName, services, slices);
    const input: SyncInput = { family, ...tracked, nodeIP: nodeIPOf(state, family) };
    if (syncFamily(sys, state, input, changed)) {
      forgetStale(sys, tracked.ports, tracked.endpoints);
      continue;
    }
    synced = false;
    const wait = goDuration(config.syncPeriod);
    log(sys, 'I', 'proxier.go:727', `"Sync failed" ipFamily="${family}" retryingTime="${wait}"`);
  }
  return synced;
}

function syncFamily(
  sys: DaemonSys,
  state: ProxyState,
  input: SyncInput,
  changed: ReadonlySet<string> | undefined,
): boolean {
  const { mode } = state.config;
  if (mode === 'nftables') return syncNftables(sys, state, input, changed);
  if (mode === 'iptables') return syncIptables(sys, state, input, changed) !== undefined;
  syncIpvs(sys, state, input);
  return true;
}

/** Services that changed since the last sync; undefined where all are to be written. */
function changedOf({ dirty, lastSync }: ProxyState): ReadonlySet<string> | undefined {
  return dirty === 'all' || lastSync === 0 ? undefined : new Set(dirty);
}

/** The node's address; a family without one has its loopback address instead. */
function nodeIPOf({ nodeIP, nodeIP6 }: ProxyState, family: Family): string {
  if (family === 'IPv4') return nodeIP.includes(':') ? '127.0.0.1' : nodeIP;
  return nodeIP.includes(':') ? nodeIP : (nodeIP6 ?? '::1');
}
