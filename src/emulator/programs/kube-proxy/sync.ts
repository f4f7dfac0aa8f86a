import { goDuration } from '../../apimachinery/duration.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import type { Assembled } from '../../proxy/iptables/assemble.ts';
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

/** What the sync of one family came to. */
export interface FamilySync {
  readonly family: Family;
  /** False where the rules were refused: then the next sync writes all of them. */
  readonly ok: boolean;
  /** Whether only what had changed was written. */
  readonly partial: boolean;
  /** Lines that were written, or as many as there would be. */
  readonly size: number;
  /** Of iptables mode: rules of kube-proxy in each table, and those that were written. */
  readonly rules?: Omit<Assembled, 'rules'>;
  /** Flows to endpoints that are gone. */
  readonly deletedFlows: number;
}

/** Computes all rules and loads what changed (upstream's syncProxyRules of each family). */
export function sync(sys: DaemonSys, state: ProxyState): readonly FamilySync[] {
  const { services, slices } = remembered(sys);
  const { config } = state;
  const changed = changedOf(state);
  return FAMILIES.map((family): FamilySync => {
    const tracked = track(config, family, config.nodeName, services, slices);
    const input: SyncInput = { family, ...tracked, nodeIP: nodeIPOf(state, family) };
    const done = syncFamily(sys, state, input, changed);
    if (!done) {
      const wait = goDuration(config.syncPeriod);
      log(sys, 'I', 'proxier.go:727', `"Sync failed" ipFamily="${family}" retryingTime="${wait}"`);
    }
    const deletedFlows = done ? forgetStale(sys, tracked.ports, tracked.endpoints) : 0;
    const rules = typeof done === 'object' ? done : undefined;
    const size = rules
      ? rules.written.nat + rules.written.filter
      : (changed?.size ?? tracked.ports.length);
    const common = { family, partial: changed !== undefined, size, deletedFlows };
    return { ...common, ok: done !== false, ...(rules ? { rules } : {}) };
  });
}

function syncFamily(
  sys: DaemonSys,
  state: ProxyState,
  input: SyncInput,
  changed: ReadonlySet<string> | undefined,
): boolean | Omit<Assembled, 'rules'> {
  const { mode } = state.config;
  if (mode === 'nftables') return syncNftables(sys, state, input, changed);
  if (mode === 'iptables') return syncIptables(sys, state, input, changed) ?? false;
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
