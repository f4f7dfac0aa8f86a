import type { ApiObject, LabelSelector } from '../../apimachinery/object.ts';
import { formatSelector, matches } from '../../apimachinery/selector.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Condition, Pod } from '../../resources/pod-template/shapes.ts';
import { equal } from '../../world/json.ts';
import type { Micros } from '../../world/json.ts';
import { parseRfc3339, rfc3339, SECOND } from '../../world/time.ts';
import type { Api, Controller } from '../controller.ts';
import { isReady } from '../pods.ts';
import { expectedScale } from './scale.ts';

const BUDGETS = 'poddisruptionbudgets.policy';
/** How long an evicted pod may take to be deleted before it is thought to stay. */
const DELETION_TIMEOUT = 120 * SECOND;

interface Budget extends ApiObject {
  readonly spec: {
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly selector?: LabelSelector;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly disruptedPods?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
  };
}

/** Counts how many pods of each budget may be evicted (`pkg/controller/disruption`). */
const controller: Controller = {
  name: 'disruption-controller',
  watches: [BUDGETS, 'pods'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(_resource, changed) {
    return [changed.metadata.namespace ?? ''];
  },
  *reconcile(namespace, api) {
    const budgets = yield* api.list<Budget>(BUDGETS, namespace);
    if (budgets.length === 0) return undefined;
    const pods = yield* api.list<Pod>('pods', namespace);
    const again: Micros[] = [];
    for (const budget of budgets) {
      const { selector } = budget.spec;
      const mine = selector ? pods.filter((pod) => matches(selector, pod.metadata.labels)) : [];
      const recheck = yield* count(api, budget, mine);
      if (recheck !== undefined) again.push(recheck);
    }
    return again.length > 0 ? Math.min(...again) : undefined;
  },
};

export default controller;

/** Counts for one budget; gives how long an eviction still has until it is thought to fail. */
function* count(api: Api, budget: Budget, pods: readonly Pod[]): Call<Micros | undefined> {
  const scale = yield* expectedScale(api, pods);
  const old = budget.status;
  if ('error' in scale && usesScale(budget)) {
    const message = scale.error;
    const text = `Failed to calculate the number of expected pods: ${message}`;
    const status = { ...old, disruptionsAllowed: 0 };
    const written = yield* write(api, budget, status, ['False', 'SyncFailed', message]);
    if (written) {
      yield* api.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', text);
    }
    return undefined;
  }
  const total = 'error' in scale ? pods.length : scale.replicas;
  const { expected, desired } = wanted(budget, pods.length, total);
  const { disrupted, recheck } = disruptedPods(budget, pods, api.now);
  const healthy = pods.filter(
    (pod) => !pod.metadata.deletionTimestamp && !disrupted[pod.metadata.name] && isReady(pod),
  ).length;
  const allowed = expected > 0 ? Math.max(0, healthy - desired) : 0;
  const { disruptedPods: _before, ...rest } = old ?? {};
  const status = {
    ...rest,
    ...(Object.keys(disrupted).length > 0 && { disruptedPods: disrupted }),
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    observedGeneration: budget.metadata.generation ?? 1,
  };
  const condition =
    allowed > 0 ? ['True', 'SufficientPods', ''] : ['False', 'InsufficientPods', ''];
  const written = yield* write(api, budget, status, condition);
  if (!written) return recheck;
  if (pods.length === 0) yield* api.event(budget, 'Normal', 'NoPods', 'No matching pods found');
  if (!('error' in scale) && scale.unmanaged && usesScale(budget)) {
    yield* api.event(budget, 'Warning', 'UnmanagedPods', unmanagedText(budget));
  }
  return recheck;
}

function usesScale({ spec }: Budget): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string';
}

function unmanagedText({ spec }: Budget): string {
  return (
    `Pods selected by this PodDisruptionBudget (selector: ${formatSelector(spec.selector)}) were ` +
    'found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, ' +
    'which may result in undefined behavior. To account for these pods please set ' +
    '".spec.minAvailable" field of the PDB to an integer value.'
  );
}

/** How many pods there should be, and how many of them must be healthy (`getExpectedPodCount`). */
function wanted({ spec }: Budget, pods: number, scale: number) {
  const of = (value: number | string) =>
    typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * scale) / 100);
  if (spec.maxUnavailable !== undefined) {
    return { expected: scale, desired: Math.max(0, scale - of(spec.maxUnavailable)) };
  }
  if (typeof spec.minAvailable === 'string') {
    return { expected: scale, desired: of(spec.minAvailable) };
  }
  return { expected: pods, desired: spec.minAvailable ?? 0 };
}

/** Pods that were evicted and are not marked for deletion yet (`buildDisruptedPodMap`). */
function disruptedPods({ status }: Budget, pods: readonly Pod[], now: Micros) {
  const disrupted: Record<string, string> = {};
  let recheck: Micros | undefined;
  for (const { metadata } of pods) {
    const since = status?.disruptedPods?.[metadata.name];
    if (!since || metadata.deletionTimestamp) continue;
    const left = (parseRfc3339(since) ?? 0) + DELETION_TIMEOUT - now;
    if (left <= 0) continue;
    disrupted[metadata.name] = since;
    recheck = Math.min(recheck ?? left, left);
  }
  return { disrupted, recheck };
}

/** Writes a status with its condition; tells whether anything was new. */
function* write(
  api: Api,
  budget: Budget,
  status: object,
  [state = '', reason = '', message = '']: readonly string[],
): Call<boolean> {
  const conditions = budget.status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === 'DisruptionAllowed');
  const condition: Condition = {
    lastTransitionTime:
      old?.status === state && old.lastTransitionTime ? old.lastTransitionTime : rfc3339(api.now),
    message,
    observedGeneration: budget.metadata.generation ?? 1,
    reason,
    status: state,
    type: 'DisruptionAllowed',
  };
  const others = conditions.filter(({ type }) => type !== 'DisruptionAllowed');
  const next = { ...status, conditions: [...others, condition] };
  if (equal(next, budget.status)) return false;
  yield* api.updateStatus(BUDGETS, { ...budget, status: next } as ApiObject);
  return true;
}
