import type { Cluster } from '../emulator/cluster/api.ts';
import { hopOf } from '../emulator/cluster/views/hops.ts';
import type { Probe } from '../emulator/network/api.ts';
import type { TraceView } from '../session/protocol.ts';

/** A probe as the picture and its text twin show it. */
export function traceView(cluster: Cluster, probe: Probe, title: string): TraceView {
  const pods = podsByNetns(cluster);
  const hops = probe.steps.map((step) => hopOf(step, pods));
  return {
    id: 0,
    title,
    from: hops[0]?.from ?? '',
    to: hops.at(-1)?.to ?? '',
    ending: probe.ending,
    hops,
  };
}

/** `namespace/name` of pods by `host/netns`; pods on the host's network are left out. */
export function podsByNetns(cluster: Cluster): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pod of cluster.objects('pods')) {
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const where = cluster.podNetns(name);
    if (where && where.netns !== 'host') found.set(`${where.host}/${where.netns}`, name);
  }
  return found;
}
