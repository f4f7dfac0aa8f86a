import { matches } from '../../apimachinery/selector.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Condition, Pod, Workload } from '../../resources/pod-template/shapes.ts';
import { equal, type Micros } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { claim, ownersOf } from '../claim.ts';
import { ownedBy, splitKey, type Api, type Controller } from '../controller.ts';
import { availableFrom, createPod, deletePod, isActive, isReady } from '../pods.ts';
import { byDeletionCost } from '../deletion-order.ts';

interface ReplicaSet extends Workload {
  readonly spec: Workload['spec'] & { readonly minReadySeconds?: number };
  readonly status?: Workload['status'] & { readonly conditions?: readonly Condition[] };
}

const RESOURCE = 'replicasets.apps';
/** Pods that one sync makes or takes at the most (`BurstReplicas`). */
const BURST = 500;

/** As many pods as a ReplicaSet wants (`pkg/controller/replicaset`). */
const controller: Controller = {
  name: 'replicaset-controller',
  watches: [RESOURCE, 'pods'],
  *keys(resource, changed, api) {
    const { namespace, name } = changed.metadata;
    if (resource === RESOURCE) return [`${namespace}/${name}`];
    return yield* ownersOf(api, changed, 'ReplicaSet', RESOURCE);
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const set = yield* api.get<ReplicaSet>(RESOURCE, namespace, name);
    if (!set) return undefined;
    const failure = set.metadata.deletionTimestamp ? undefined : yield* manage(api, set);
    const own = ownedBy(yield* api.list<Pod>('pods', namespace), 'ReplicaSet', set.metadata.uid);
    const { status, again } = statusOf(set, own, failure, api.now);
    const fresh = yield* api.get<ReplicaSet>(RESOURCE, namespace, name);
    if (fresh && !equal(fresh.status, status))
      yield* api.updateStatus(RESOURCE, { ...fresh, status });
    return failure ? 'failed' : again;
  },
};

export default controller;

/** Makes or takes pods; gives what it was refused. */
function* manage(api: Api, set: ReplicaSet): Call<Failure | undefined> {
  const active = (yield* claim<Pod>(api, 'pods', set)).filter(isActive);
  const wanted = set.spec.replicas ?? 0;
  for (let i = active.length; i < wanted && i - active.length < BURST; i++) {
    const refused = yield* createPod(api, set, set.spec.template);
    if (refused !== undefined) return { reason: 'FailedCreate', message: refused };
  }
  const surplus = active.length - wanted;
  if (surplus <= 0) return undefined;
  const pods = yield* api.list<Pod>('pods', set.metadata.namespace);
  const kin = yield* kinOf(api, set, pods);
  for (const pod of byDeletionCost(active, kin, api.now).slice(0, Math.min(surplus, BURST))) {
    yield* deletePod(api, set, pod);
  }
  return undefined;
}

interface Failure {
  readonly reason: string;
  readonly message: string;
}

/** Active pods of all ReplicaSets that have the same controller. */
function* kinOf(api: Api, set: ReplicaSet, pods: readonly Pod[]): Call<readonly Pod[]> {
  const controllerOf = ({ metadata }: Workload) =>
    metadata.ownerReferences?.find((each) => each.controller)?.uid;
  const owner = controllerOf(set);
  const sets = owner
    ? (yield* api.list<ReplicaSet>(RESOURCE, set.metadata.namespace)).filter(
        (each) => controllerOf(each) === owner,
      )
    : [set];
  return sets.flatMap(({ metadata }) => ownedBy(pods, 'ReplicaSet', metadata.uid).filter(isActive));
}

/** What is told of a set, and when a pod will have been ready long enough. */
function statusOf(
  set: ReplicaSet,
  own: readonly Pod[],
  failure: Failure | undefined,
  now: Micros,
): { readonly status: NonNullable<ReplicaSet['status']>; readonly again: Micros | undefined } {
  const active = own.filter(isActive);
  const labels = { matchLabels: set.spec.template.metadata?.labels ?? {} };
  const labelled = active.filter(({ metadata }) => matches(labels, metadata.labels)).length;
  const ready = active.filter(isReady).length;
  const from = active.map((pod) => availableFrom(pod, set.spec.minReadySeconds));
  const available = from.filter((time) => time !== undefined && time <= now).length;
  const later = from.filter((time) => time !== undefined && time > now) as Micros[];
  const terminating = own.filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp && status?.phase !== 'Succeeded' && status?.phase !== 'Failed',
  ).length;
  const conditions = conditionsAfter(set, failure, now);
  const status = {
    replicas: active.length,
    ...(labelled && { fullyLabeledReplicas: labelled }),
    ...(ready && { readyReplicas: ready }),
    ...(available && { availableReplicas: available }),
    terminatingReplicas: terminating,
    observedGeneration: set.metadata.generation ?? 1,
    ...(conditions.length > 0 && { conditions }),
  };
  return { status, again: later.length > 0 ? Math.min(...later) - now : undefined };
}

/** `ReplicaFailure` comes with the first refusal and goes when all went well. */
function conditionsAfter(set: ReplicaSet, failure: Failure | undefined, now: Micros) {
  const before = set.status?.conditions ?? [];
  if (set.metadata.deletionTimestamp) return before;
  const others = before.filter(({ type }) => type !== 'ReplicaFailure');
  if (!failure) return others;
  if (others.length < before.length) return before;
  const lastTransitionTime = rfc3339(now);
  return [...others, { type: 'ReplicaFailure', status: 'True', ...failure, lastTransitionTime }];
}
