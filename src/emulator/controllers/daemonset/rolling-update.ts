import type { Pod, Workload } from '../../resources/pod-template/shapes.ts';
import type { Micros } from '../../world/json.ts';
import { availableFrom, scaled } from '../pods.ts';

/** A node's pods of the set that are not on their way out. */
export interface OnNode {
  readonly node: string;
  readonly pods: readonly Pod[];
}

/** What one step of a rolling update does. */
export interface Step {
  readonly remove: readonly Pod[];
  /** Nodes that get a new pod beside their old one. */
  readonly surge: readonly string[];
}

interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: {
    readonly maxSurge?: number | string;
    readonly maxUnavailable?: number | string;
  };
}

/** A node's pods, told apart; `good` where a pod counts as available. */
interface Pair {
  readonly node: string;
  readonly old: Pod | undefined;
  readonly young: Pod | undefined;
}

/**
 * The next step of a DaemonSet's update (`rollingUpdate` of daemon/update.go). Without surge old
 * pods go as long as no more than `maxUnavailable` nodes lack an available pod; with surge a new
 * pod comes up beside the old one, which goes when the new one is available.
 */
export function rollingUpdate(
  { spec }: Workload,
  nodes: readonly OnNode[],
  hash: string,
  now: Micros,
): Step {
  const { type, rollingUpdate: limits } = (spec['updateStrategy'] ?? {}) as Strategy;
  if (type === 'OnDelete') return { remove: [], surge: [] };
  const good = (pod: Pod) => (availableFrom(pod, spec.minReadySeconds as number) ?? now + 1) <= now;
  const pairs = nodes.map(({ node, pods }): Pair => {
    const isNew = (pod: Pod) => pod.metadata.labels?.['controller-revision-hash'] === hash;
    return { node, old: pods.find((pod) => !isNew(pod)), young: pods.find(isNew) };
  });
  const maxSurge = scaled(limits?.maxSurge ?? 0, nodes.length, true);
  if (maxSurge > 0) return withSurge(pairs, maxSurge, good);
  const allowed = scaled(limits?.maxUnavailable ?? 1, nodes.length, true);
  return withoutSurge(pairs, allowed, good);
}

function withoutSurge(pairs: readonly Pair[], allowed: number, good: (pod: Pod) => boolean): Step {
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  for (const { old, young } of pairs) {
    if (old && !young) {
      if (good(old)) candidates.push(old);
      else broken.push(old);
    }
    const served = Boolean(old) !== Boolean(young) && good((old ?? young) as Pod);
    if (!served) unavailable += 1;
  }
  const left = Math.max(0, allowed - unavailable);
  return { remove: [...broken, ...candidates.slice(0, left)], surge: [] };
}

function withSurge(pairs: readonly Pair[], most: number, good: (pod: Pod) => boolean): Step {
  const remove: Pod[] = [];
  const urgent: string[] = [];
  const candidates: string[] = [];
  let surging = 0;
  for (const { node, old, young } of pairs) {
    if (!old) continue;
    if (!young) (good(old) ? candidates : urgent).push(node);
    else {
      surging += 1;
      if (good(young)) remove.push(old);
    }
  }
  return { remove, surge: [...urgent, ...candidates.slice(0, Math.max(0, most - surging))] };
}
