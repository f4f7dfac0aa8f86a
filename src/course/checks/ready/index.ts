import { z } from 'zod';
import type { Cluster } from '../../../emulator/cluster/api.ts';
import { defineCheck, type Judgement } from '../check.ts';
import * as objects from '../objects.ts';

const args = z.strictObject({
  /** `namespace/deployment`. */
  deployments: z.array(z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)).default([]),
  /** `namespace/daemonset`: on each node it should run on, with its newest template. */
  daemonsets: z.array(z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)).default([]),
  /** Nodes by name; `*` for all there are. */
  nodes: z.array(z.string()).default([]),
});

interface DeploymentObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

/** Whether Deployments have all their pods Ready by themselves, and at least one. */
export default defineCheck<z.infer<typeof args>>({
  name: 'ready',
  args,
  judge({ deployments, daemonsets, nodes }, { cluster }) {
    for (const reference of deployments) {
      const { namespace, name } = objects.split(reference);
      const found = cluster
        .objects('deployments.apps', namespace)
        .find((each) => each.metadata.name === name);
      const slots = { deployment: name, namespace, ready: '0', wanted: '0' };
      if (!found) return failed('missing', slots);
      const { spec, status } = found as unknown as DeploymentObject;
      slots.wanted = String(spec?.replicas ?? 1);
      slots.ready = String(status?.readyReplicas ?? 0);
      if (slots.wanted === '0') return failed('none', slots);
      if (slots.ready !== slots.wanted) return failed('waiting', slots);
    }
    for (const reference of daemonsets) {
      const failure = judgeDaemonSet(cluster, reference);
      if (failure) return failure;
    }
    const unready = unreadyNode(cluster, nodes);
    if (unready) {
      return {
        pass: false,
        seen: { name: 'seen.node', slots: unready },
        why: { name: 'why.node', slots: unready },
      };
    }
    const names = [
      ...[...deployments, ...daemonsets].map((each) => objects.split(each).name),
      ...nodes.map((each) => (each === '*' ? 'nodes' : each)),
    ].join(', ');
    return { pass: true, seen: { name: 'seen.ready', slots: { names } } };
  },
});

interface DaemonSetStatus {
  readonly desiredNumberScheduled?: number;
  readonly numberReady?: number;
  readonly updatedNumberScheduled?: number;
}

/** undefined where it runs, ready and up to date, on each node. */
function judgeDaemonSet(cluster: Cluster, reference: string): Judgement | undefined {
  const { namespace, name } = objects.split(reference);
  const found = cluster
    .objects('daemonsets.apps', namespace)
    .find((each) => each.metadata.name === name);
  const slots = { deployment: name, namespace, ready: '0', wanted: '0' };
  if (!found) return failed('missing', slots);
  const status = (found['status'] ?? {}) as DaemonSetStatus;
  const { desiredNumberScheduled: wanted = 0, numberReady = 0 } = status;
  const ready = Math.min(numberReady, status.updatedNumberScheduled ?? 0);
  slots.wanted = String(wanted);
  slots.ready = String(ready);
  if (wanted === 0) return failed('none', slots);
  return ready === wanted ? undefined : failed('waiting', slots);
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

/** The first node of those that is not there or not Ready, and what its condition says. */
function unreadyNode(cluster: Cluster, names: readonly string[]) {
  const all = cluster.objects('nodes');
  const wanted = names.includes('*') ? all.map(({ metadata }) => metadata.name) : names;
  for (const node of wanted) {
    const found = all.find(({ metadata }) => metadata.name === node);
    const status = found?.['status'] as { conditions?: readonly Condition[] } | undefined;
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status !== 'True') return { node, message: ready?.message ?? '' };
  }
  return undefined;
}

function failed(name: string, slots: Record<string, string>) {
  return {
    pass: false,
    seen: { name: 'seen.count', slots },
    why: { name: `why.${name}`, slots },
  };
}
