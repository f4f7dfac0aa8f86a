import type { Condition, Workload } from '../../resources/pod-template/shapes.ts';
import type { Deployment } from '../../resources/deployment/shapes.ts';
import { scaled } from '../pods.ts';

export type { Deployment, DeploymentStatus } from '../../resources/deployment/shapes.ts';

export interface ReplicaSet extends Workload {
  readonly spec: Workload['spec'] & { readonly minReadySeconds?: number };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly terminatingReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

export const DEPLOYMENTS = 'deployments.apps';
export const REPLICA_SETS = 'replicasets.apps';

export const HASH = 'pod-template-hash';
export const REVISION = 'deployment.kubernetes.io/revision';
export const HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED = 'deployment.kubernetes.io/desired-replicas';
export const MOST = 'deployment.kubernetes.io/max-replicas';

export const isRolling = ({ spec }: Deployment) => spec.strategy?.type !== 'Recreate';
export const totalOf = ({ spec }: Deployment) => spec.replicas ?? 0;
export const sizeOf = (set: ReplicaSet) => set.spec.replicas ?? 0;
export const actualOf = (set: ReplicaSet) => set.status?.replicas ?? 0;
export const availableOf = (set: ReplicaSet) => set.status?.availableReplicas ?? 0;
export const active = (sets: readonly ReplicaSet[]) => sets.filter((set) => sizeOf(set) > 0);

/** A sum over ReplicaSets. */
export function sum(sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number): number {
  return sets.reduce((total, set) => total + of(set), 0);
}

/** Both bounds of a rolling update; they are never both none (`ResolveFenceposts`). */
function fenceposts({ spec }: Deployment): readonly [surge: number, unavailable: number] {
  const { maxSurge, maxUnavailable } = spec.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, spec.replicas ?? 0, true);
  const unavailable = scaled(maxUnavailable, spec.replicas ?? 0, false);
  return [surge, surge === 0 && unavailable === 0 ? 1 : unavailable];
}

/** Pods that a rollout may have beyond what is wanted. */
export const surgeOf = (deployment: Deployment) =>
  isRolling(deployment) ? fenceposts(deployment)[0] : 0;

/** Pods that may be missing during a rollout. */
export function unavailableOf(deployment: Deployment): number {
  if (!isRolling(deployment) || totalOf(deployment) === 0) return 0;
  return Math.min(fenceposts(deployment)[1], totalOf(deployment));
}

/** Oldest first; of one second by name. */
export function byAge(sets: readonly ReplicaSet[]): ReplicaSet[] {
  const key = ({ metadata }: ReplicaSet) => `${metadata.creationTimestamp} ${metadata.name}`;
  return sets.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
