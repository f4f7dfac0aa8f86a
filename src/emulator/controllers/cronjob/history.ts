import type { Call } from '../../host/syscalls.ts';
import type { CronJob, Job } from '../../resources/job-shapes.ts';
import type { Api } from '../controller.ts';

/** How a Job ended: `Complete`, `Failed`, or not yet. */
export function endOf({ status }: Job): string | undefined {
  return status?.conditions?.find(
    (each) => /^(Complete|Failed)$/.test(each.type) && each.status === 'True',
  )?.type;
}

/** Deletes the oldest finished Jobs beyond the limits. */
export function* sweep(api: Api, cron: CronJob, jobs: readonly Job[]): Call<void> {
  const { successfulJobsHistoryLimit: good, failedJobsHistoryLimit: bad } = cron.spec;
  for (const [type, limit] of [
    ['Complete', good],
    ['Failed', bad],
  ] as const) {
    if (limit === undefined) continue;
    const ended = jobs
      .filter((job) => endOf(job) === type && !job.metadata.deletionTimestamp)
      .toSorted((a, b) => begin(a).localeCompare(begin(b)));
    for (const { metadata } of ended.slice(0, Math.max(0, ended.length - limit))) {
      const options = { propagationPolicy: 'Background' };
      const gone = yield* api.delete('jobs.batch', metadata.namespace, metadata.name, options);
      if (gone.status >= 400) continue;
      yield* api.event(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${metadata.name}`);
    }
  }
}

const begin = ({ metadata, status }: Job) =>
  `${status?.startTime ?? metadata.creationTimestamp}/${metadata.name}`;
