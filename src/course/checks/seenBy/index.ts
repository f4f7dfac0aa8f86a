import { z } from 'zod';
import type { Cluster } from '../../../emulator/cluster/api.ts';
import { traceView } from '../../trace.ts';
import { defineCheck } from '../check.ts';
import * as objects from '../objects.ts';
import { PLACE, podAddress, probeTarget, TARGET, targetOf } from '../place.ts';

const args = z.strictObject({
  /** Who asks: `namespace/pod`, or `host/NAME`. */
  from: z.string().regex(PLACE),
  to: z.string().regex(TARGET),
  /** Whose address the other end must see: the asking pod's own, or that of its node. */
  source: z.enum(['pod', 'node']),
});

/** Which source address the last socket sees, by the packet's own way. */
export default defineCheck<z.infer<typeof args>>({
  name: 'seenBy',
  args,
  judge({ from, to, source }, { cluster }) {
    const target = targetOf(cluster, to, objects.split(from).namespace);
    const probe = probeTarget(cluster, from, target);
    const own = podAddress(cluster, from) ?? '';
    const node = nodeAddress(cluster, from);
    const wanted = source === 'pod' ? own : node;
    const seen = probe?.seenSource ?? '';
    const slots = { from: from.split('/')[1] ?? from, to, seen, wanted, own, node };
    if (!probe || probe.ending !== 'delivered') {
      return {
        pass: false,
        seen: { name: 'seen.not-reached', slots },
        why: { name: 'why.not-reached', slots },
      };
    }
    const trace = traceView(cluster, probe, `${from} → ${to}`);
    if (seen === wanted) return { pass: true, seen: { name: 'seen.source', slots }, trace };
    const name = seen === own ? 'why.kept' : 'why.rewritten';
    return { pass: false, seen: { name: 'seen.source', slots }, why: { name, slots }, trace };
  },
});

/** The address of the node a pod runs on. */
function nodeAddress(cluster: Cluster, reference: string): string {
  const { namespace, name } = objects.split(reference);
  const pod = objects.pods(cluster, namespace).find((each) => each.metadata.name === name);
  const node = cluster.objects('nodes').find((each) => each.metadata.name === pod?.spec.nodeName);
  const status = node?.['status'] as
    { addresses?: readonly { type: string; address: string }[] } | undefined;
  return status?.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
}
