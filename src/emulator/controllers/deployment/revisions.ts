import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { PodTemplate } from '../../resources/pod-template/shapes.ts';
import { equal } from '../../world/json.ts';
import { claim } from '../claim.ts';
import { controlledBy, type Api } from '../controller.ts';
import { templateHash } from '../pods.ts';
import { conditionOf, progressing, withCondition } from './conditions.ts';
import {
  byAge,
  DEPLOYMENTS,
  DESIRED,
  HASH,
  HISTORY,
  isRolling,
  MOST,
  REPLICA_SETS,
  REVISION,
  sizeOf,
  sum,
  surgeOf,
  totalOf,
  type Deployment,
  type ReplicaSet,
} from './shapes.ts';

/** What a deployment has: its ReplicaSets, that of its template apart. */
export interface Sets {
  /** As it is after what was noted on it. */
  readonly deployment: Deployment;
  readonly now: ReplicaSet | undefined;
  readonly older: readonly ReplicaSet[];
}

export const all = ({ now, older }: Sets) => (now ? [...older, now] : [...older]);

/** Reads the ReplicaSets of a deployment; of equal ones the oldest counts. */
export function* findSets(api: Api, deployment: Deployment): Call<Sets> {
  const own = byAge(yield* claim<ReplicaSet>(api, REPLICA_SETS, deployment));
  const wanted = bare(deployment.spec.template);
  const now = own.find((set) => equal(bare(set.spec.template), wanted));
  return { deployment, now, older: own.filter((set) => set !== now) };
}

/** A template without the label that its ReplicaSet has beyond it. */
function bare(template: PodTemplate): unknown {
  const { [HASH]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

const revisionOf = ({ metadata }: ApiObject) => Number(metadata.annotations?.[REVISION] ?? 0);

/** How many pods the ReplicaSet of the template may have (`NewRSNewReplicas`). */
export function newSize(deployment: Deployment, sets: readonly ReplicaSet[], size: number): number {
  const total = totalOf(deployment);
  if (!isRolling(deployment)) return total;
  const room = total + surgeOf(deployment) - sum(sets, sizeOf);
  return room <= 0 ? size : size + Math.min(room, total - size);
}

/**
 * The ReplicaSets with the revision noted where it belongs (`getAllReplicaSetsAndSyncRevision`);
 * makes the one of the template where there is none and `create` says so.
 */
export function* syncRevision(api: Api, sets: Sets, create: boolean): Call<Sets> {
  const revision = Math.max(0, ...sets.older.map(revisionOf)) + 1;
  if (!sets.now) return create ? yield* makeSet(api, sets, revision) : sets;
  const { deployment, now } = sets;
  const annotations = annotationsFor(deployment, now, revision);
  const { minReadySeconds = 0 } = deployment.spec;
  const ready = (now.spec.minReadySeconds ?? 0) === minReadySeconds;
  if (!equal(annotations, now.metadata.annotations ?? {}) || !ready) {
    const metadata = { ...now.metadata, annotations };
    const changed = { ...now, metadata, spec: { ...now.spec, minReadySeconds } };
    const done = yield* api.update(REPLICA_SETS, changed);
    return done.status < 400 ? { ...sets, now: done.body as unknown as ReplicaSet } : sets;
  }
  const text = `Found new replica set "${now.metadata.name}"`;
  const found = conditionOf(deployment.status?.conditions, 'Progressing')
    ? undefined
    : progressing('True', 'FoundNewReplicaSet', text, api.now);
  return { ...sets, deployment: yield* note(api, deployment, revisionOf(now), found) };
}

/** Notes a revision and a condition on a deployment, where they are news. */
function* note(
  api: Api,
  deployment: Deployment,
  revision: number,
  found: ReturnType<typeof progressing> | undefined,
): Call<Deployment> {
  const news = deployment.spec.progressDeadlineSeconds === undefined ? undefined : found;
  if (revisionOf(deployment) === revision && !news) return deployment;
  // More of a deployment than its status its controller may not write.
  const annotations = { ...deployment.metadata.annotations, [REVISION]: String(revision) };
  const conditions = deployment.status?.conditions ?? [];
  const done = yield* api.updateStatus(DEPLOYMENTS, {
    ...deployment,
    metadata: { ...deployment.metadata, annotations },
    ...(news && {
      status: { ...deployment.status, conditions: withCondition(conditions, news) },
    }),
  });
  return done.status < 400 ? (done.body as unknown as Deployment) : deployment;
}

const own = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  HISTORY,
  DESIRED,
  MOST,
  'deprecated.deployment.rollback.to',
]);

/** What a ReplicaSet has of its deployment's annotations, with the newest revision. */
function annotationsFor(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  revision: number,
): Readonly<Record<string, string>> {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([name]) => !own.has(name),
  );
  const result: Record<string, string> = {
    ...set?.metadata.annotations,
    ...Object.fromEntries(copied),
  };
  const before = result[REVISION];
  if (Number(before ?? 0) < revision) {
    result[REVISION] = String(revision);
    if (before) result[HISTORY] = [result[HISTORY], before].filter(Boolean).join(',');
  }
  if (set) return result;
  const total = totalOf(deployment);
  return { ...result, [DESIRED]: String(total), [MOST]: String(total + surgeOf(deployment)) };
}

function* makeSet(api: Api, sets: Sets, revision: number): Call<Sets> {
  const { deployment } = sets;
  const { template, selector, minReadySeconds } = deployment.spec;
  const { namespace, name } = deployment.metadata;
  const hash = templateHash(
    deployment.status?.collisionCount ? [template, deployment.status.collisionCount] : template,
  );
  const hashed = (labels: Readonly<Record<string, string>> | undefined) => ({
    ...labels,
    [HASH]: hash,
  });
  const replicas = newSize(deployment, sets.older, 0);
  const object = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      labels: hashed(template.metadata?.labels),
      annotations: annotationsFor(deployment, undefined, revision),
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas,
      ...(minReadySeconds && { minReadySeconds }),
      selector: { ...selector, matchLabels: hashed(selector?.matchLabels) },
      template: {
        ...template,
        metadata: { ...template.metadata, labels: hashed(template.metadata?.labels) },
      },
    },
  };
  const made = yield* api.create(REPLICA_SETS, object, namespace);
  if (made.status >= 400) return yield* notMade(api, sets, object.metadata.name, made.body);
  const now = made.body as unknown as ReplicaSet;
  if (replicas > 0) yield* tellScaled(api, deployment, now.metadata.name, replicas, 0);
  const text = `Created new replica set "${now.metadata.name}"`;
  const news = progressing('True', 'NewReplicaSetCreated', text, api.now);
  return { ...sets, now, deployment: yield* note(api, deployment, revision, news) };
}

/** A name that is taken is tried with another hash; other refusals are told. */
function* notMade(api: Api, sets: Sets, name: string, body: unknown): Call<Sets> {
  const { deployment } = sets;
  const { message = '', reason } = body as { readonly message?: string; readonly reason?: string };
  const { status } = deployment;
  if (reason === 'AlreadyExists') {
    const collisionCount = (status?.collisionCount ?? 0) + 1;
    yield* api.updateStatus(DEPLOYMENTS, { ...deployment, status: { ...status, collisionCount } });
    return sets;
  }
  if (/because it is being terminated/.test(message)) return sets;
  const text = `Failed to create new replica set "${name}": ${message}`;
  const failed = progressing('False', 'ReplicaSetCreateError', text, api.now);
  yield* api.event(deployment, 'Warning', 'ReplicaSetCreateError', text);
  const before = revisionOf(deployment);
  return { ...sets, deployment: yield* note(api, deployment, before, failed) };
}

/** Gives a ReplicaSet a size, and notes on it what its deployment wants. */
export function* scale(
  api: Api,
  deployment: Deployment,
  set: ReplicaSet,
  to: number,
): Call<ReplicaSet> {
  const total = totalOf(deployment);
  const annotations = {
    ...set.metadata.annotations,
    [DESIRED]: String(total),
    [MOST]: String(total + surgeOf(deployment)),
  };
  const from = sizeOf(set);
  if (from === to && equal(annotations, set.metadata.annotations)) return set;
  const metadata = { ...set.metadata, annotations };
  const done = yield* api.update(REPLICA_SETS, {
    ...set,
    metadata,
    spec: { ...set.spec, replicas: to },
  } as ReplicaSet);
  if (done.status >= 400) return set;
  if (from !== to) yield* tellScaled(api, deployment, set.metadata.name, to, from);
  return done.body as unknown as ReplicaSet;
}

function* tellScaled(
  api: Api,
  deployment: Deployment,
  set: string,
  to: number,
  from: number,
): Call<void> {
  const way = to > from ? 'up' : 'down';
  const text = `Scaled ${way} replica set ${set} from ${from} to ${to}`;
  yield* api.event(deployment, 'Normal', 'ScalingReplicaSet', text);
}

/** Takes away old ReplicaSets beyond the history that is to be kept. */
export function* cleanUp(api: Api, { deployment, older }: Sets): Call<void> {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined || limit === 2_147_483_647) return;
  const alive = older.filter(({ metadata }) => !metadata.deletionTimestamp);
  const surplus = alive
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, alive.length - limit));
  for (const { metadata, spec, status } of surplus) {
    const seen = (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0);
    if (status?.replicas || spec.replicas || !seen) continue;
    yield* api.delete(REPLICA_SETS, metadata.namespace, metadata.name);
  }
}
