import type { Job } from '../../resources/job-shapes.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Micros } from '../../world/json.ts';
import { parseRfc3339, SECOND } from '../../world/time.ts';
import { isActive, isReady } from '../pods.ts';
import { parseIndexes } from './indexes.ts';
import { indexOf, isTracked } from './pods.ts';
import { verdictOf, type Verdict } from './policy.ts';

/** How a Job stands, by its status and its pods. */
export interface Count {
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly completed: ReadonlySet<number>;
  readonly failedIndexes: ReadonlySet<number>;
  /** Pods that ended and are counted now for the first time. */
  readonly fresh: readonly Pod[];
  /** What a rule says of a failed pod that ends the whole Job. */
  readonly fatal: Verdict | undefined;
  /** When the last pod failed. */
  readonly lastFailure: Micros | undefined;
  /** Failures since, for the wait before the next pod. */
  readonly failures: number;
}

const endedWell = ({ status }: Pod) => status?.phase === 'Succeeded';

/** A pod that is deleted before it ended counts as failed, unless only failed ones are replaced. */
function endedBadly({ spec }: Job, { metadata, status }: Pod): boolean {
  if (status?.phase === 'Failed') return true;
  if (!metadata.deletionTimestamp || status?.phase === 'Succeeded') return false;
  return spec.podReplacementPolicy !== 'Failed' || status?.phase === 'Pending';
}

/** Counts a Job's pods on top of what its status has counted before. */
export function count(job: Job, pods: readonly Pod[]): Count {
  const { spec, status } = job;
  const indexed = spec.completionMode === 'Indexed';
  const active = pods.filter(isActive);
  const fresh = pods.filter((pod) => isTracked(pod) && (endedWell(pod) || endedBadly(job, pod)));
  const bad = fresh.filter((pod) => !endedWell(pod));
  const verdicts = bad.map((pod) => verdictOf(job, pod));
  const completed = parseIndexes(status?.completedIndexes);
  const limit = spec.completions ?? Infinity;
  for (const pod of fresh.filter(endedWell)) {
    const index = indexOf(pod);
    if (index !== undefined && index < limit) completed.add(index);
  }
  const counted = (status?.succeeded ?? 0) + fresh.filter(endedWell).length;
  const failed = (status?.failed ?? 0) + verdicts.filter(({ counts }) => counts).length;
  return {
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter(
      ({ metadata, status: own }) =>
        metadata.deletionTimestamp && own?.phase !== 'Succeeded' && own?.phase !== 'Failed',
    ).length,
    succeeded: indexed ? completed.size : counted,
    failed,
    completed,
    failedIndexes: failedIndexes(job, pods, verdicts, bad),
    fresh,
    fatal: verdicts.find(({ action }) => action === 'FailJob'),
    lastFailure: lastFailure(job, pods),
    failures: failuresSince(pods),
  };
}

/** With a limit for each index: those whose pods failed too often, or by a rule. */
function failedIndexes(
  job: Job,
  pods: readonly Pod[],
  verdicts: readonly Verdict[],
  bad: readonly Pod[],
): Set<number> {
  const found = parseIndexes(job.status?.failedIndexes);
  const limit = job.spec.backoffLimitPerIndex;
  if (limit === undefined) return found;
  const times = new Map<number, number>();
  for (const pod of pods.filter((each) => each.status?.phase === 'Failed')) {
    const index = indexOf(pod);
    if (index !== undefined && verdictOf(job, pod).counts) {
      times.set(index, (times.get(index) ?? 0) + 1);
    }
  }
  for (const [index, seen] of times) if (seen > limit) found.add(index);
  bad.forEach((pod, place) => {
    const index = indexOf(pod);
    if (verdicts[place]?.action === 'FailIndex' && index !== undefined) found.add(index);
  });
  return found;
}

/** When a pod's containers ended. */
function endOf({ status, metadata }: Pod): Micros {
  const times = (status?.containerStatuses ?? []).map(({ state }) =>
    parseRfc3339(state?.terminated?.finishedAt ?? ''),
  );
  const known = times.filter((each) => each !== undefined);
  return known.length > 0 ? Math.max(...known) : (parseRfc3339(metadata.creationTimestamp) ?? 0);
}

function lastFailure(job: Job, pods: readonly Pod[]): Micros | undefined {
  const times = pods.filter((pod) => endedBadly(job, pod)).map(endOf);
  return times.length > 0 ? Math.max(...times) : undefined;
}

/** Failures behind the last success: each doubles the wait. */
function failuresSince(pods: readonly Pod[]): number {
  const ends = pods.filter(({ status }) => /^(Succeeded|Failed)$/.test(status?.phase ?? ''));
  const sorted = ends.toSorted((a, b) => endOf(b) - endOf(a));
  const last = sorted.findIndex(endedWell);
  return last < 0 ? sorted.length : last;
}

const FIRST_WAIT = 10 * SECOND;
const LONGEST_WAIT = 360 * SECOND;

/** How long a Job still waits before it makes another pod. */
export function waitOf({ lastFailure: last, failures }: Count, now: Micros): Micros {
  if (last === undefined || failures === 0) return 0;
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
  return Math.max(0, last + wait - now);
}

/** Restarts of containers in pods that are not ended, for `restartPolicy: OnFailure`. */
export function restartsOf({ active }: Count): number {
  return active.reduce((sum, { status }) => {
    const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
    return sum + all.reduce((own, { restartCount = 0 }) => own + restartCount, 0);
  }, 0);
}
