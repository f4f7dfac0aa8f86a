import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Autoscaler, ScaleTarget } from '../../resources/autoscaler/shapes.ts';
import type { Condition } from '../../resources/pod-template/shapes.ts';
import { equal, type Json, type Micros } from '../../world/json.ts';
import { rfc3339, SECOND } from '../../world/time.ts';
import { splitKey, type Api, type Controller } from '../controller.ts';
import { failureOf } from './metrics.ts';

const RESOURCE = 'horizontalpodautoscalers.v2.autoscaling';
/** `--horizontal-pod-autoscaler-sync-period`. */
const SYNC = 15 * SECOND;

interface Scale extends ApiObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}

type Status = NonNullable<Autoscaler['status']>;

/** Keeps replicas in their bounds; there is nothing to measure (`pkg/controller/podautoscaler`). */
const controller: Controller = {
  name: 'horizontal-pod-autoscaler-controller',
  account: 'horizontal-pod-autoscaler',
  watches: [RESOURCE],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(_resource, { metadata }) {
    return [`${metadata.namespace}/${metadata.name}`];
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const found = yield* api.get<Autoscaler>(RESOURCE, namespace, name);
    if (!found || found.metadata.deletionTimestamp) return;
    // A change of its own status is no reason to sync before the time.
    if (isQuiet(found, api.now)) return SYNC;
    return yield* sync(api, found);
  },
};

export default controller;

/** Whether the last sync was a moment ago: what is seen then is its own write. */
function isQuiet({ status }: Autoscaler, now: Micros): boolean {
  const times = (status?.conditions ?? []).map(({ lastTransitionTime }) => lastTransitionTime);
  return times.length > 0 && times.every((each) => each === rfc3339(now));
}

const plurals: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  ReplicaSet: 'replicasets',
  StatefulSet: 'statefulsets',
  ReplicationController: 'replicationcontrollers',
};

/** Where a target's scale is; undefined where its kind has none that is known. */
function scaleUrl({ kind = '', name = '', apiVersion = 'v1' }: ScaleTarget, namespace: string) {
  const plural = plurals[kind];
  if (!plural) return undefined;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}/namespaces/${namespace}/${plural}/${name}/scale`;
}

function* sync(api: Api, found: Autoscaler): Call<Micros> {
  const { spec, metadata, status = {} } = found;
  const target = spec.scaleTargetRef ?? {};
  const url = scaleUrl(target, metadata.namespace ?? '');
  const answer = url ? yield* api.request({ method: 'GET', url }) : undefined;
  if (!answer || answer.status >= 400) {
    const why = answer
      ? ((answer.body as { readonly message?: string } | null)?.message ?? '')
      : `no matches for kind "${target.kind}" in version "${target.apiVersion ?? ''}"`;
    yield* api.event(found, 'Warning', 'FailedGetScale', why);
    const text = `the HPA controller was unable to get the target's current scale: ${why}`;
    yield* write(api, found, {
      ...status,
      conditions: withCondition(api, status, 'AbleToScale', 'False', 'FailedGetScale', text),
    });
    return SYNC;
  }
  const scale = answer.body as unknown as Scale;
  const able = withCondition(
    api,
    status,
    'AbleToScale',
    'True',
    'SucceededGetScale',
    "the HPA controller was able to get the target's current scale",
  );
  const seen: Status = {
    ...status,
    currentReplicas: scale.status?.replicas ?? 0,
    conditions: able,
  };
  yield* decide(api, found, seen, scale, url as string);
  return SYNC;
}

/** Brings replicas into their bounds; between them only metrics could tell. */
function* decide(api: Api, found: Autoscaler, seen: Status, scale: Scale, url: string): Call<void> {
  const { minReplicas: low = 1, maxReplicas: high = 0, metrics = [] } = found.spec;
  const current = scale.spec?.replicas ?? 0;
  if (current === 0 && low !== 0) {
    const text = 'scaling is disabled since the replica count of the target is zero';
    const conditions = withCondition(api, seen, 'ScalingActive', 'False', 'ScalingDisabled', text);
    return yield* write(api, found, { ...seen, desiredReplicas: 0, conditions });
  }
  if (current > high) {
    const why = 'Current number of replicas above Spec.MaxReplicas';
    return yield* rescale(api, found, seen, { scale, url, size: high, why });
  }
  if (current < low) {
    const why = 'Current number of replicas below Spec.MinReplicas';
    return yield* rescale(api, found, seen, { scale, url, size: low, why });
  }
  const failures = metrics.map((metric) => failureOf(metric, found));
  for (const { reason, message } of failures) {
    yield* api.event(found, 'Warning', reason, message);
  }
  const [first] = failures;
  if (!first) return yield* write(api, found, seen);
  const sum = `invalid metrics (${failures.length} invalid out of ${metrics.length})`;
  const all = `${sum}, first error is: ${first.long}`;
  yield* api.event(found, 'Warning', 'FailedComputeMetricsReplicas', all);
  const text = `the HPA was unable to compute the replica count: ${first.message}`;
  const conditions = withCondition(api, seen, 'ScalingActive', 'False', first.reason, text);
  yield* write(api, found, { ...seen, conditions });
}

interface Step {
  readonly scale: Scale;
  readonly url: string;
  readonly size: number;
  readonly why: string;
}

function* rescale(
  api: Api,
  found: Autoscaler,
  seen: Status,
  { scale, url, size, why }: Step,
): Call<void> {
  const body = { ...scale, spec: { replicas: size } } as unknown as Json;
  const done = yield* api.request({ method: 'PUT', url, body });
  if (done.status >= 400) {
    const { message = '' } = done.body as { readonly message?: string };
    const text = `New size: ${size}; reason: ${why}; error: ${message}`;
    yield* api.event(found, 'Warning', 'FailedRescale', text);
    const state = `the HPA controller was unable to update the target scale: ${message}`;
    const conditions = withCondition(api, seen, 'AbleToScale', 'False', 'FailedUpdateScale', state);
    return yield* write(api, found, { ...seen, conditions });
  }
  yield* api.event(found, 'Normal', 'SuccessfulRescale', `New size: ${size}; reason: ${why}`);
  const text = `the HPA controller was able to update the target scale to ${size}`;
  yield* write(api, found, {
    ...seen,
    desiredReplicas: size,
    lastScaleTime: rfc3339(api.now),
    conditions: withCondition(api, seen, 'AbleToScale', 'True', 'SucceededRescale', text),
  });
}

function withCondition(
  { now }: Api,
  { conditions = [] }: Status,
  type: string,
  status: string,
  reason: string,
  message: string,
): readonly Condition[] {
  const before = conditions.find((each) => each.type === type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : rfc3339(now);
  const made = { type, status, lastTransitionTime: lastTransitionTime ?? null, reason, message };
  return before ? conditions.map((each) => (each === before ? made : each)) : [...conditions, made];
}

function* write(api: Api, found: Autoscaler, status: Status): Call<void> {
  const next = { ...status, desiredReplicas: status.desiredReplicas ?? 0 };
  if (!equal(next, found.status ?? {}))
    yield* api.updateStatus(RESOURCE, { ...found, status: next });
}
