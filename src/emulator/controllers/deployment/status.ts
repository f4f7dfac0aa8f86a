import type { Call } from '../../host/syscalls.ts';
import type { Condition } from '../../resources/pod-template/shapes.ts';
import { equal, type Micros } from '../../world/json.ts';
import { parseRfc3339, SECOND } from '../../world/time.ts';
import type { Api } from '../controller.ts';
import { condition, conditionOf, progressing, withCondition, without } from './conditions.ts';
import { all, type Sets } from './revisions.ts';
import {
  actualOf,
  availableOf,
  DEPLOYMENTS,
  sizeOf,
  sum,
  totalOf,
  unavailableOf,
  type Deployment,
  type DeploymentStatus,
} from './shapes.ts';

/** Whether all wanted pods are of the newest template and available. */
export function isComplete(deployment: Deployment, status: DeploymentStatus = {}): boolean {
  const total = totalOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === total &&
    (status.replicas ?? 0) === total &&
    (status.availableReplicas ?? 0) === total &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 1)
  );
}

/** What the ReplicaSets amount to, with the condition `Available` (`calculateStatus`). */
function countsOf(sets: Sets, now: Micros): DeploymentStatus {
  const { deployment } = sets;
  const each = all(sets);
  const replicas = sum(each, actualOf);
  const ready = sum(each, ({ status }) => status?.readyReplicas ?? 0);
  const able = sum(each, availableOf);
  const missing = Math.max(0, sum(each, sizeOf) - able);
  const updated = sets.now ? actualOf(sets.now) : 0;
  const enough = able >= totalOf(deployment) - unavailableOf(deployment);
  const available = enough
    ? condition(
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
        now,
      )
    : condition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        now,
      );
  const { collisionCount, conditions = [] } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...(replicas && { replicas }),
    ...(updated && { updatedReplicas: updated }),
    ...(ready && { readyReplicas: ready }),
    ...(able && { availableReplicas: able }),
    ...(missing && { unavailableReplicas: missing }),
    terminatingReplicas: sum(each, ({ status }) => status?.terminatingReplicas ?? 0),
    ...(collisionCount && { collisionCount }),
    conditions: withCondition(conditions, available),
  };
}

/** Writes the counts alone, while nothing is rolled out (`syncDeploymentStatus`). */
export function* writeCounts(api: Api, sets: Sets): Call<undefined> {
  return yield* write(api, sets.deployment, countsOf(sets, api.now));
}

/** Writes how far a rollout is; asks to be called when its time is up (`syncRolloutStatus`). */
export function* writeProgress(api: Api, sets: Sets): Call<Micros | undefined> {
  const { deployment } = sets;
  const counts = countsOf(sets, api.now);
  const limit = deployment.spec.progressDeadlineSeconds;
  const timed = limit !== undefined && limit !== 2_147_483_647;
  const before = conditionOf(deployment.status?.conditions, 'Progressing');
  const done =
    (counts.replicas ?? 0) === (counts.updatedReplicas ?? 0) &&
    before?.reason === 'NewReplicaSetAvailable';
  let conditions = counts.conditions ?? [];
  if (!timed) conditions = without(conditions, 'Progressing');
  else if (!done) conditions = withProgress(sets, counts, conditions, api.now);
  const failure = failureOf(sets);
  conditions = failure ? withCondition(conditions, failure) : without(conditions, 'ReplicaFailure');
  const status = { ...counts, conditions };
  yield* write(api, deployment, status);
  return timed ? whenLate(deployment, status, api.now) : undefined;
}

function withProgress(
  sets: Sets,
  counts: DeploymentStatus,
  conditions: readonly Condition[],
  now: Micros,
): readonly Condition[] {
  const { deployment } = sets;
  const before = conditionOf(deployment.status?.conditions, 'Progressing');
  const subject = sets.now
    ? `ReplicaSet "${sets.now.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, counts)) {
    const text = `${subject} has successfully progressed.`;
    return withCondition(conditions, progressing('True', 'NewReplicaSetAvailable', text, now));
  }
  if (hasProgressed(deployment.status ?? {}, counts)) {
    const made = progressing('True', 'ReplicaSetUpdated', `${subject} is progressing.`, now);
    const since = before?.status === 'True' ? before.lastTransitionTime : undefined;
    const kept = since ? { ...made, lastTransitionTime: since } : made;
    return [...without(conditions, 'Progressing'), kept];
  }
  if (!isLate(deployment, before, now)) return conditions;
  const text = `${subject} has timed out progressing.`;
  return withCondition(conditions, progressing('False', 'ProgressDeadlineExceeded', text, now));
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) =>
    replicas - updatedReplicas;
  const grown = (of: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') =>
    (after[of] ?? 0) > (before[of] ?? 0);
  return (
    grown('updatedReplicas') ||
    old(after) < old(before) ||
    grown('readyReplicas') ||
    grown('availableReplicas')
  );
}

const deadlineOf = ({ spec }: Deployment, { lastUpdateTime }: Condition) =>
  (parseRfc3339(lastUpdateTime ?? '') ?? 0) + (spec.progressDeadlineSeconds ?? 0) * SECOND;

function isLate(deployment: Deployment, before: Condition | undefined, now: Micros): boolean {
  if (!before || before.reason === 'NewReplicaSetAvailable') return false;
  return before.reason === 'ProgressDeadlineExceeded' || deadlineOf(deployment, before) < now;
}

/** Time until a rollout that makes no progress is late (`requeueStuckDeployment`). */
function whenLate(deployment: Deployment, status: DeploymentStatus, now: Micros) {
  const current = conditionOf(status.conditions, 'Progressing');
  if (!current || isComplete(deployment, status)) return undefined;
  if (current.reason === 'ProgressDeadlineExceeded') return undefined;
  return Math.max(0, deadlineOf(deployment, current) - now) + SECOND;
}

/** What keeps a ReplicaSet from making pods, first that of the newest. */
function failureOf({ now, older }: Sets): Condition | undefined {
  for (const set of [...(now ? [now] : []), ...older]) {
    const found = conditionOf(set.status?.conditions, 'ReplicaFailure');
    if (found) return { ...found, lastUpdateTime: found.lastTransitionTime ?? null };
  }
  return undefined;
}

function* write(api: Api, deployment: Deployment, status: DeploymentStatus): Call<undefined> {
  if (equal(deployment.status ?? {}, status)) return undefined;
  yield* api.updateStatus(DEPLOYMENTS, { ...deployment, status } as Deployment);
  return undefined;
}
