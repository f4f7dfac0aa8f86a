import type { DaemonSys } from '../../../host/syscalls.ts';
import type { Family } from '../../../proxy/services.ts';
import { categorize } from '../../../proxy/topology.ts';
import { externallyAccessible } from '../../../proxy/services.ts';
import { track } from '../../../proxy/track.ts';
import type { ProxyMode } from '../../../proxy/config/config.ts';
import { SECOND } from '../../../world/index.ts';
import { remembered, type ProxyState } from '../state.ts';
import { goFloat, histogramLines, type Histogram } from './histogram.ts';
import {
  nothingPending,
  nothingSeen,
  PROGRAMMING_BUCKETS,
  readProbes,
  readRecord,
  SYNC_BUCKETS,
  type FamilyRecord,
} from './record.ts';

/** What a metric is printed from. */
interface Source {
  readonly sys: DaemonSys;
  readonly state: ProxyState;
  readonly records: readonly (readonly [family: Family, record: FamilyRecord])[];
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Modes that register it; all where it is left out. */
  readonly modes?: readonly ProxyMode[];
  readonly lines: (source: Source, name: string) => readonly string[];
}

/** One line for each family, where there is a value. */
const each =
  (value: (record: FamilyRecord) => number | undefined): Metric['lines'] =>
  ({ records }, name) =>
    records.flatMap(([family, record]) => {
      const found = value(record);
      return found === undefined ? [] : [`${name}{ip_family="${family}"} ${goFloat(found)}`];
    });

const histogram =
  (of: (record: FamilyRecord) => Histogram | undefined, buckets = SYNC_BUCKETS): Metric['lines'] =>
  ({ records }, name) =>
    records.flatMap(([family, record]) => {
      const found = of(record);
      return found ? histogramLines(name, `ip_family="${family}"`, buckets, found) : [];
    });

const one =
  (value: (source: Source) => number): Metric['lines'] =>
  (source, name) => [`${name} ${goFloat(value(source))}`];

const probes =
  (path: 'healthz' | 'livez'): Metric['lines'] =>
  ({ sys }, name) =>
    Object.entries(readProbes(sys, path))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, count]) => `${name}{code="${code}"} ${goFloat(count)}`);

const rules =
  (which: 'total' | 'written'): Metric['lines'] =>
  ({ records }, name) =>
    records.flatMap(([family, { rules: found }]) =>
      (['filter', 'nat'] as const).flatMap((table) =>
        found
          ? [`${name}{ip_family="${family}",table="${table}"} ${goFloat(found[which][table])}`]
          : [],
      ),
    );

/** Services with a policy `Local` that have endpoints, but none on this node. */
function withoutLocal({ sys, state }: Source, name: string): readonly string[] {
  const { config, labels } = state;
  const { services, slices } = remembered(sys);
  const node = { name: config.nodeName, labels };
  return (['IPv4', 'IPv6'] as const).flatMap((family) => {
    const { ports, endpoints } = track(config, family, config.nodeName, services, slices);
    let [internal, external] = [0, 0];
    for (const port of ports) {
      const { hasAny, local } = categorize(endpoints.get(port.key) ?? [], port, node);
      if (!hasAny || local.length > 0) continue;
      if (port.internalLocal) internal += 1;
      if (port.externalLocal && externallyAccessible(port)) external += 1;
    }
    const line = (policy: string, count: number) =>
      `${name}{ip_family="${family}",traffic_policy="${policy}"} ${count}`;
    return [line('external', external), line('internal', internal)];
  });
}

/** Packets that met rules with a named counter of the kernel. */
const accounted =
  (counter: string): Metric['lines'] =>
  ({ sys: { network } }, name) => {
    let packets = 0;
    for (const family of ['IPv4', 'IPv6'] as const) {
      for (const table of network.iptables(family).tables) {
        for (const chain of table.chains) {
          if (chain.name !== 'KUBE-FORWARD' && chain.name !== 'KUBE-NODEPORTS') continue;
          const counts = network.counters(table.name, chain.name, family).rules;
          chain.rules.forEach(({ matches }, at) => {
            const found = matches.some(({ name: match, options }) => {
              return match === 'nfacct' && options.some(({ values }) => values.includes(counter));
            });
            if (found) packets += counts[at]?.packets ?? 0;
          });
        }
      }
    }
    return [`${name} ${goFloat(packets)}`];
  };

const IPTABLES: readonly ProxyMode[] = ['iptables'];
const NFTABLES: readonly ProxyMode[] = ['nftables'];

/** All metrics in the order of their names (upstream pkg/proxy/metrics). */
const metrics: readonly Metric[] = [
  {
    name: 'conntrack_reconciler_deleted_entries_total',
    help: 'Cumulative conntrack flows deleted by conntrack reconciler',
    type: 'counter',
    lines: each(({ deletedFlows }) => deletedFlows),
  },
  {
    name: 'conntrack_reconciler_sync_duration_seconds',
    help: 'ReconcileConntrackFlowsLatency latency in seconds',
    type: 'histogram',
    lines: histogram(({ reconciled }) => reconciled),
  },
  {
    name: 'iptables_ct_state_invalid_dropped_packets_total',
    help: 'packets dropped by iptables to work around conntrack problems',
    type: 'counter',
    modes: IPTABLES,
    lines: accounted('ct_state_invalid_dropped_pkts'),
  },
  {
    name: 'iptables_localhost_nodeports_accepted_packets_total',
    help: 'Number of packets accepted on nodeports of loopback interface',
    type: 'counter',
    modes: IPTABLES,
    lines: accounted('localhost_nps_accepted_pkts'),
  },
  {
    name: 'network_programming_duration_seconds',
    help: 'In Cluster Network Programming Latency in seconds',
    type: 'histogram',
    lines: histogram(({ programming }) => programming, PROGRAMMING_BUCKETS),
  },
  {
    name: 'proxy_healthz_total',
    help: 'Cumulative proxy healthz HTTP status',
    type: 'counter',
    lines: probes('healthz'),
  },
  {
    name: 'proxy_livez_total',
    help: 'Cumulative proxy livez HTTP status',
    type: 'counter',
    lines: probes('livez'),
  },
  {
    name: 'sync_full_proxy_rules_duration_seconds',
    help: 'SyncProxyRules latency in seconds for full resyncs',
    type: 'histogram',
    modes: ['iptables', 'nftables'],
    lines: histogram(({ full }) => full),
  },
  {
    name: 'sync_partial_proxy_rules_duration_seconds',
    help: 'SyncProxyRules latency in seconds for partial resyncs',
    type: 'histogram',
    modes: ['iptables', 'nftables'],
    lines: histogram(({ partial }) => partial),
  },
  {
    name: 'sync_proxy_rules_duration_seconds',
    help: 'SyncProxyRules latency in seconds',
    type: 'histogram',
    lines: histogram(({ all }) => all),
  },
  {
    name: 'sync_proxy_rules_endpoint_changes_pending',
    help: 'Pending proxy rules Endpoint changes',
    type: 'gauge',
    lines: one(({ state }) => (state.pending ?? nothingPending).endpoints),
  },
  {
    name: 'sync_proxy_rules_endpoint_changes_total',
    help: 'Cumulative proxy rules Endpoint changes',
    type: 'counter',
    lines: one(({ state }) => (state.seen ?? nothingSeen).endpoints),
  },
  {
    name: 'sync_proxy_rules_iptables_last',
    help: 'Number of iptables rules written by kube-proxy in last sync',
    type: 'gauge',
    modes: IPTABLES,
    lines: rules('written'),
  },
  {
    name: 'sync_proxy_rules_iptables_partial_restore_failures_total',
    help: 'Cumulative proxy iptables partial restore failures',
    type: 'counter',
    modes: IPTABLES,
    lines: each(({ partialFailures }) => partialFailures || undefined),
  },
  {
    name: 'sync_proxy_rules_iptables_restore_failures_total',
    help: 'Cumulative proxy iptables restore failures',
    type: 'counter',
    modes: ['iptables', 'ipvs'],
    lines: each(({ failures }) => failures || undefined),
  },
  {
    name: 'sync_proxy_rules_iptables_total',
    help: 'Total number of iptables rules owned by kube-proxy',
    type: 'gauge',
    modes: IPTABLES,
    lines: rules('total'),
  },
  {
    name: 'sync_proxy_rules_last_queued_timestamp_seconds',
    help: 'The last time a sync of proxy rules was queued',
    type: 'gauge',
    lines: ({ state, records }, name) =>
      records.map(([family]) => {
        return `${name}{ip_family="${family}"} ${goFloat((state.queued ?? 0) / SECOND)}`;
      }),
  },
  {
    name: 'sync_proxy_rules_last_timestamp_seconds',
    help: 'The last time proxy rules were successfully synced',
    type: 'gauge',
    lines: each(({ last }) => (last === undefined ? undefined : last / SECOND)),
  },
  {
    name: 'sync_proxy_rules_nftables_cleanup_failures_total',
    help: 'Cumulative proxy nftables cleanup failures',
    type: 'counter',
    modes: NFTABLES,
    lines: () => [],
  },
  {
    name: 'sync_proxy_rules_nftables_sync_failures_total',
    help: 'Cumulative proxy nftables sync failures',
    type: 'counter',
    modes: NFTABLES,
    lines: each(({ failures }) => failures || undefined),
  },
  {
    name: 'sync_proxy_rules_no_local_endpoints_total',
    help: 'Number of services with a Local traffic policy and no endpoints',
    type: 'gauge',
    lines: withoutLocal,
  },
  {
    name: 'sync_proxy_rules_service_changes_pending',
    help: 'Pending proxy rules Service changes',
    type: 'gauge',
    lines: one(({ state }) => (state.pending ?? nothingPending).services),
  },
  {
    name: 'sync_proxy_rules_service_changes_total',
    help: 'Cumulative proxy rules Service changes',
    type: 'counter',
    lines: one(({ state }) => (state.seen ?? nothingSeen).services),
  },
];

/** All of kube-proxy's own metrics, as `/metrics` gives them. */
export function printMetrics(sys: DaemonSys, state: ProxyState): string {
  const records = (['IPv4', 'IPv6'] as const).flatMap((family) => {
    const record = readRecord(sys, family);
    return record ? [[family, record] as const] : [];
  });
  let text = '';
  for (const { name: own, help, type, modes, lines } of metrics) {
    if (modes && !modes.includes(state.config.mode)) continue;
    const name = `kubeproxy_${own}`;
    const found = lines({ sys, state, records }, name);
    if (found.length === 0) continue;
    text += `# HELP ${name} [ALPHA] ${help}\n# TYPE ${name} ${type}\n${found.join('\n')}\n`;
  }
  return text;
}
