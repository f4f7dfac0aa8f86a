import type { Job } from '../../resources/job-shapes.ts';
import type { Micros } from '../../world/json.ts';
import { parseRfc3339, SECOND } from '../../world/time.ts';
import { restartsOf, type Count } from './count.ts';
import { parseIndexes } from './indexes.ts';

/** How a Job ends. */
export interface End {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
  readonly message: string;
}

const fail = (reason: string, message: string): End => ({ type: 'Failed', reason, message });

/** Whether a Job is at its end, and why (`syncJob`); undefined while it goes on. */
export function endOf(job: Job, counted: Count, now: Micros): End | undefined {
  const { spec, status } = job;
  if (counted.fatal) return fail('PodFailurePolicy', counted.fatal.message ?? '');
  if (exceedsBackoff(job, counted)) {
    return fail('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  const left = deadlineLeft(job, now);
  if (left !== undefined && left <= 0 && !spec.suspend) {
    return fail('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  const most = spec.maxFailedIndexes;
  if (most !== undefined && counted.failedIndexes.size > most) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return fail('MaxFailedIndexesExceeded', message);
  }
  const policy = successPolicy(job, counted);
  if (policy) return policy;
  const { completions } = spec;
  const done =
    completions === undefined
      ? counted.succeeded > 0 && counted.active.length === 0
      : counted.succeeded >= completions;
  if (done && !(spec.suspend && status?.startTime === undefined && completions !== 0)) {
    const message = 'Reached expected number of succeeded pods';
    return { type: 'Complete', reason: 'CompletionsReached', message };
  }
  const ended = counted.succeeded + counted.failedIndexes.size;
  if (counted.failedIndexes.size > 0 && completions !== undefined && ended >= completions) {
    return fail('FailedIndexes', 'Job has failed indexes');
  }
  return undefined;
}

function exceedsBackoff({ spec, status }: Job, counted: Count): boolean {
  const limit = spec.backoffLimit ?? 0;
  if (spec.backoffLimitPerIndex !== undefined && spec.backoffLimit === undefined) return false;
  if (counted.failed > limit && counted.failed !== (status?.failed ?? 0)) return true;
  if (counted.failed > limit) return true;
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const restarts = restartsOf(counted);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Micros until a Job's deadline; undefined where there is none, or it has not begun. */
export function deadlineLeft({ spec, status }: Job, now: Micros): Micros | undefined {
  const start = parseRfc3339(status?.startTime ?? '');
  if (spec.activeDeadlineSeconds === undefined || start === undefined) return undefined;
  return start + spec.activeDeadlineSeconds * SECOND - now;
}

/** `matchSuccessPolicy`: some indexes can be enough. */
function successPolicy({ spec }: Job, { completed }: Count): End | undefined {
  for (const [index, rule] of (spec.successPolicy?.rules ?? []).entries()) {
    const { succeededIndexes, succeededCount } = rule;
    const wanted = succeededIndexes === undefined ? undefined : parseIndexes(succeededIndexes);
    const have = [...completed].filter((each) => !wanted || wanted.has(each)).length;
    const enough = succeededCount ?? wanted?.size ?? Infinity;
    if (have >= enough) {
      const message = `Matched rules at index ${index}`;
      return { type: 'Complete', reason: 'SuccessPolicy', message };
    }
  }
  return undefined;
}
