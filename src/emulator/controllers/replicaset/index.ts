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
  const { active, labelled, ready, available, terminating, next } = count(set, own, now);
  const conditions = conditionsAfter(set, failure, now);
  const status = {
    replicas: active,
    ...(labelled && { fullyLabeledReplicas: labelled }),
    ...(ready && { readyReplicas: ready }),
    ...(available && { availableReplicas: available }),
    terminatingReplicas: terminating,
    observedGeneration: set.metadata.generation ?? 1,
    ...(conditions.length > 0 && { conditions }),
  };
  return { status, again: next === undefined ? undefined : next - now };
}

interface Counts {
  active: number;
  labelled: number;
  ready: number;
  available: number;
  terminating: number;
  /** When a pod that is ready will be available. */
  next: Micros | undefined;
}

/** Counts a set's pods in one go: there may be hundreds, and each change counts them again. */
function count(set: ReplicaSet, own: readonly Pod[], now: Micros): Counts {
  const labels = Object.entries(set.spec.template.metadata?.labels ?? {});
  const { minReadySeconds } = set.spec;
  const found: Counts = {
    active: 0,
    labelled: 0,
    ready: 0,
    available: 0,
    terminating: 0,
    next: undefined,
  };
  for (const pod of own) {
    const { labels: given, deletionTimestamp } = pod.metadata;
    const ended = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
    if (ended) continue;
    if (deletionTimestamp) {
      found.terminating += 1;
      continue;
    }
    found.active += 1;
    if (labels.every(([key, value]) => given?.[key] === value)) found.labelled += 1;
    const from = availableFrom(pod, minReadySeconds);
    if (from !== undefined && from <= now) found.available += 1;
    else if (from !== undefined) found.next = Math.min(from, found.next ?? from);
    if (isReady(pod)) found.ready += 1;
  }
  return found;
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
