import type { ApiObject, LabelSelector } from '../../apimachinery/object.ts';
import { matches } from '../../apimachinery/selector.ts';
import {
  badRequestStatus,
  forbiddenStatus,
  notFoundStatus,
  tooManyRequestsStatus,
  type ApiStatus,
} from '../../apimachinery/status.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import { rfc3339 } from '../../world/time.ts';
import type { ApiRequest, ApiResponse } from '../request.ts';
import { answer, refuse } from '../responses.ts';
import type { Target } from '../route.ts';
import type { Server } from '../server.ts';
import { bodyData, isDryRun, managerOf } from './body.ts';
import { removeObject } from './delete.ts';
import { entriesAfter, withEntries } from './finish.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}
interface Pod extends ApiObject {
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}
interface Budget extends ApiObject {
  readonly spec: {
    readonly selector?: LabelSelector;
    readonly unhealthyPodEvictionPolicy?: string;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly disruptedPods?: Readonly<Record<string, string>>;
    readonly conditions?: readonly Condition[];
  };
}
interface Eviction {
  readonly metadata?: { readonly name?: string };
  readonly deleteOptions?: { readonly dryRun?: readonly string[] };
}

/** So many evictions at a time are waited for. */
const MAX_DISRUPTED = 2_000;

/** POST of an Eviction: a deletion, if the pod's disruption budget allows one more. */
export function evict(server: Server, target: Target, request: ApiRequest): ApiResponse {
  const { kind, namespace, name = '' } = target;
  const data = bodyData(request);
  if (!data.ok) return refuse(data.status);
  const eviction = (data.value ?? {}) as Eviction;
  if (eviction.metadata?.name !== undefined && eviction.metadata.name !== name) {
    return refuse(badRequestStatus('name in URL does not match name in Eviction object'));
  }
  const pod = server.storage.get(kind, namespace, name) as Pod | undefined;
  if (!pod) return refuse(notFoundStatus(kind.names, name));
  const { deleteOptions = {} } = eviction;
  const dryRun = isDryRun(target.query) || (deleteOptions.dryRun?.includes('All') ?? false);
  const refused = disrupt(server, pod, dryRun);
  if (refused) return refuse(refused);
  const manager = managerOf(request, target.query);
  const marked = dryRun ? pod : withCondition(server, kind, pod, manager);
  removeObject(server, kind, marked, deleteOptions, manager, dryRun);
  const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
  return answer(201, success);
}

/** Asks the budget of a pod, and takes one disruption from it; a refusal where there is none. */
function disrupt(server: Server, pod: Pod, dryRun: boolean): ApiStatus | undefined {
  const phase = pod.status?.phase ?? 'Pending';
  const ends = phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending';
  if (ends || pod.metadata.deletionTimestamp) return undefined;
  const kind = server.byResource.get('poddisruptionbudgets.policy');
  const all = (kind ? server.storage.list(kind, pod.metadata.namespace) : []) as readonly Budget[];
  const mine = all.filter(({ spec }) => selects(spec.selector, pod));
  if (mine.length > 1) {
    const message =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not ' +
      'support.';
    return { ...badRequestStatus(message), reason: 'InternalError', code: 500 };
  }
  const [budget] = mine;
  if (!kind || !budget) return undefined;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  if (!isReady(pod)) {
    if (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return undefined;
    if (currentHealthy >= desiredHealthy && desiredHealthy > 0) return undefined;
  }
  const refused = refusal(budget);
  if (refused || dryRun) return refused;
  take(server, kind, budget, pod.metadata.name);
  return undefined;
}

const selects = (selector: LabelSelector | undefined, pod: Pod) =>
  selector !== undefined && matches(selector, pod.metadata.labels);

const isReady = ({ status }: Pod) =>
  status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false;

const VIOLATES = "Cannot evict pod as it would violate the pod's disruption budget.";

/** `checkAndDecrement`: why a budget does not allow a disruption. */
function refusal({ metadata, status = {} }: Budget): ApiStatus | undefined {
  const { name, generation = 0 } = metadata;
  const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0 } = status;
  const cause = (message: string, seconds: number) =>
    tooManyRequestsStatus(VIOLATES, seconds, { reason: 'DisruptionBudget', message });
  if ((status.observedGeneration ?? 0) < generation) {
    return cause(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const budget = { group: 'policy', plural: 'poddisruptionbudget' };
  if (disruptionsAllowed < 0) {
    return forbiddenStatus(budget, name, 'pdb disruptions allowed is negative');
  }
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED) {
    const why = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller';
    return forbiddenStatus(budget, name, why);
  }
  if (disruptionsAllowed > 0) return undefined;
  const failed = status.conditions?.find(({ reason }) => reason === 'SyncFailed');
  const why = failed
    ? `does not allow evicting pods currently because it failed sync: ${failed.message ?? ''}`
    : `needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  return cause(`The disruption budget ${name} ${why}`, 0);
}

/** Notes an eviction in the budget, so that its controller does not count the pod any more. */
function take(server: Server, kind: ResourceKind, budget: Budget, pod: string): void {
  const now = rfc3339(server.world.clock.now);
  const left = (budget.status?.disruptionsAllowed ?? 0) - 1;
  const none = { status: 'False', reason: 'InsufficientPods', lastTransitionTime: now };
  const conditions = (budget.status?.conditions ?? []).map((each) =>
    left === 0 && each.type === 'DisruptionAllowed' ? { ...each, ...none } : each,
  );
  const status = {
    ...budget.status,
    disruptionsAllowed: left,
    disruptedPods: { ...budget.status?.disruptedPods, [pod]: now },
    conditions,
  };
  const next = { ...budget, status } as ApiObject;
  const entries = entriesAfter(server, kind, budget, next, 'kube-apiserver', 'status');
  server.storage.put(kind, withEntries(next, entries), 'kube-apiserver');
}

/** A pod that is evicted says so before it goes. */
function withCondition(server: Server, kind: ResourceKind, pod: Pod, manager: string): ApiObject {
  const condition = {
    type: 'DisruptionTarget',
    observedGeneration: pod.metadata.generation ?? 1,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: rfc3339(server.world.clock.now),
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  const next = { ...pod, status: { ...pod.status, conditions: [...others, condition] } };
  const entries = entriesAfter(server, kind, pod, next as ApiObject, manager, 'status');
  return server.storage.put(kind, withEntries(next as ApiObject, entries), manager);
}
