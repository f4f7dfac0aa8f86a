import type { DaemonSys } from '../../host/syscalls.ts';
import { allServicePorts, endpointsByPort, type Family } from '../../proxy/services.ts';
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
  for (const family of FAMILIES) {
    const ports = allServicePorts(services, family);
    const endpoints = endpointsByPort(slices, family, state.config.nodeName);
    const input: SyncInput = { family, ports, endpoints, nodeIP: nodeIPOf(state, family) };
    if (state.config.mode === 'ipvs') syncIpvs(sys, state, input);
    else if (state.config.mode === 'nftables') syncNftables(sys, state, input, changedOf(state));
    else syncIptables(sys, state, input);
    forgetStale(sys, ports, endpoints);
  }
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
