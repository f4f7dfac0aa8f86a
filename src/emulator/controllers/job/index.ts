import type { Call } from '../../host/syscalls.ts';
import type { Job, JobStatus } from '../../resources/job-shapes.ts';
import type { Condition, Pod } from '../../resources/pod-template/shapes.ts';
import type { Micros } from '../../world/json.ts';
import { equal } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { byDeletionCost } from '../deletion-order.ts';
import {} from '../pods.ts';
import { ownedBy, ownerOf, splitKey, type Api, type Controller } from '../controller.ts';
import { count, waitOf, type Count } from './count.ts';
import { deadlineLeft, endOf, type End } from './finish.ts';
import { formatIndexes } from './indexes.ts';
import { indexOf, isTracked, makePod, release, removePod } from './pods.ts';

/** Pods that one sync makes at the most (`MaxPodCreateDeletePerSync`). */
const BURST = 500;

/** Runs pods to their end (`pkg/controller/job`). */
const controller: Controller = {
  name: 'job-controller',
  watches: ['jobs.batch', 'pods'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(resource, changed) {
    const { namespace, name } = changed.metadata;
    if (resource === 'jobs.batch') return [`${namespace}/${name}`];
    const owner = ownerOf(changed, 'Job');
    return owner ? [`${namespace}/${owner.name}`] : [];
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const job = yield* api.get<Job>('jobs.batch', namespace, name);
    const all = yield* api.list<Pod>('pods', namespace);
    if (!job || job.metadata.deletionTimestamp || isFinished(job)) {
      return yield* letGo(api, name, job, all);
    }
    if (job.spec.managedBy && job.spec.managedBy !== 'kubernetes.io/job-controller') return;
    return yield* sync(api, job, ownedBy(all, 'Job', job.metadata.uid));
  },
};

export default controller;

const holds = ({ status }: Job, type: string) =>
  status?.conditions?.some((each) => each.type === type && each.status === 'True') ?? false;

const isFinished = (job: Job) => holds(job, 'Complete') || holds(job, 'Failed');

/** Nobody counts the pods of a Job that is over or gone: nothing need keep them. */
function* letGo(api: Api, name: string, job: Job | undefined, pods: readonly Pod[]): Call<void> {
  for (const pod of pods) {
    const owner = ownerOf(pod, 'Job');
    if (owner?.name !== name || !isTracked(pod)) continue;
    const ended = /^(Succeeded|Failed)$/.test(pod.status?.phase ?? '');
    const current = job && owner.uid === job.metadata.uid;
    if (!current || ended || pod.metadata.deletionTimestamp) yield* release(api, pod);
  }
}

function* sync(api: Api, given: Job, pods: readonly Pod[]): Call<Micros | void> {
  const job = yield* begin(api, given);
  const counted = count(job, pods);
  const end = endOf(job, counted, api.now);
  let active = counted.active.length;
  let wait: Micros = 0;
  if (end) {
    for (const pod of counted.active) yield* removePod(api, job, pod);
    active = 0;
  } else if (job.spec.suspend) {
    for (const pod of counted.active) {
      yield* release(api, pod);
      yield* removePod(api, job, pod);
    }
    active = 0;
  } else {
    wait = waitOf(counted, api.now);
    active = yield* manage(api, job, counted, wait);
  }
  const over = end !== undefined && counted.active.length === 0 && counted.terminating === 0;
  const status = statusAfter(api, job, counted, active, end, over);
  yield* write(api, given, status);
  for (const pod of counted.fresh) yield* release(api, pod);
  if (end && over) yield* tellEnd(api, job, end);
  return next(job, wait, api.now);
}

/** When a Job is to be looked at although nothing changed. */
function next(job: Job, wait: Micros, now: Micros): Micros | undefined {
  const left = deadlineLeft(job, now);
  const times = [wait, left ?? 0].filter((each) => each > 0);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** The start of a Job, and what its suspension changes. */
function* begin(api: Api, job: Job): Call<Job> {
  const { spec, status = {} } = job;
  const now = rfc3339(api.now);
  const suspended = holds(job, 'Suspended');
  if (spec.suspend && !suspended) {
    yield* api.event(job, 'Normal', 'Suspended', 'Job suspended');
    const conditions = withCondition(
      job,
      api,
      'Suspended',
      'True',
      'JobSuspended',
      'Job suspended',
    );
    const { startTime: _time, ...rest } = status;
    return { ...job, status: { ...rest, conditions } };
  }
  if (spec.suspend) return job;
  if (suspended) {
    yield* api.event(job, 'Normal', 'Resumed', 'Job resumed');
    const conditions = withCondition(job, api, 'Suspended', 'False', 'JobResumed', 'Job resumed');
    return { ...job, status: { ...status, conditions, startTime: now } };
  }
  return status.startTime === undefined ? { ...job, status: { ...status, startTime: now } } : job;
}

function withCondition(
  { status }: Job,
  { now }: Api,
  type: string,
  state: string,
  reason: string,
  message: string,
): readonly Condition[] {
  const at = rfc3339(now);
  const made = { type, status: state, lastProbeTime: at, lastTransitionTime: at, reason, message };
  const before = status?.conditions ?? [];
  const known = before.some((each) => each.type === type);
  return known ? before.map((each) => (each.type === type ? made : each)) : [...before, made];
}

/** Makes the pods that are missing and takes those that are too many; how many are active then. */
function* manage(api: Api, job: Job, counted: Count, wait: Micros): Call<number> {
  const { spec } = job;
  const parallel = spec.parallelism ?? 0;
  const { active, succeeded } = counted;
  const left =
    spec.completions === undefined
      ? succeeded > 0
        ? active.length
        : parallel
      : spec.completions - succeeded - counted.failedIndexes.size;
  const wanted = Math.max(0, Math.min(parallel, left));
  const surplus = active.length - wanted;
  if (surplus > 0) {
    for (const pod of byDeletionCost(active, [], api.now).slice(0, surplus)) {
      yield* release(api, pod);
      yield* removePod(api, job, pod);
    }
    return wanted;
  }
  if (wait > 0) return active.length;
  const held = spec.podReplacementPolicy === 'Failed' ? counted.terminating : 0;
  const missing = Math.min(BURST, wanted - active.length - held);
  const indexes = spec.completionMode === 'Indexed' ? freeIndexes(job, counted) : undefined;
  let made = 0;
  for (; made < missing; made++) {
    if (indexes && indexes[made] === undefined) break;
    if (!(yield* makePod(api, job, indexes?.[made]))) break;
  }
  return active.length + made;
}

function freeIndexes({ spec }: Job, { active, completed, failedIndexes }: Count): number[] {
  const running = new Set(active.map(indexOf));
  return [...Array(spec.completions ?? 0).keys()].filter(
    (index) => !running.has(index) && !completed.has(index) && !failedIndexes.has(index),
  );
}

function statusAfter(
  api: Api,
  job: Job,
  counted: Count,
  active: number,
  end: End | undefined,
  over: boolean,
): JobStatus {
  const {
    active: _active,
    succeeded: _succeeded,
    failed: _failed,
    completedIndexes: _indexes,
    failedIndexes: _wrong,
    ...kept
  } = job.status ?? {};
  const indexed = job.spec.completionMode === 'Indexed';
  const lost = end ? counted.active.length : 0;
  const failed = counted.failed;
  return {
    ...kept,
    ...(active > 0 && { active }),
    ...(indexed &&
      counted.completed.size > 0 && {
        completedIndexes: formatIndexes(counted.completed),
      }),
    ...(job.spec.backoffLimitPerIndex !== undefined && {
      failedIndexes: formatIndexes(counted.failedIndexes),
    }),
    ...(counted.succeeded > 0 && { succeeded: counted.succeeded }),
    ...(failed > 0 && { failed }),
    ready: over ? 0 : counted.ready,
    terminating: counted.terminating + lost,
    uncountedTerminatedPods: {},
    ...(end && { conditions: endConditions(api, job, end, over) }),
    ...(end?.type === 'Complete' && over && { completionTime: rfc3339(api.now) }),
  };
}

/** First that the end is decided; once no pod is left, that it is there. */
function endConditions(api: Api, job: Job, end: End, over: boolean): readonly Condition[] {
  const first = end.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const decided = holds(job, first)
    ? (job.status?.conditions ?? [])
    : withCondition(job, api, first, 'True', end.reason, end.message);
  if (!over) return decided;
  const why = decided.find(({ type }) => type === first);
  const [reason, message] = [why?.reason ?? end.reason, why?.message ?? end.message];
  const known = { ...job, status: { ...job.status, conditions: decided } };
  return withCondition(known, api, end.type, 'True', reason, message);
}

function* write(api: Api, { metadata }: Job, status: JobStatus): Call<void> {
  const now = yield* api.get<Job>('jobs.batch', metadata.namespace, metadata.name);
  if (!now || equal(now.status ?? {}, status)) return;
  yield* api.updateStatus('jobs.batch', { ...now, status } as unknown as Job);
}

function* tellEnd(api: Api, job: Job, { type, reason, message }: End): Call<void> {
  if (type === 'Complete') yield* api.event(job, 'Normal', 'Completed', 'Job completed');
  else yield* api.event(job, 'Warning', reason, message);
}
