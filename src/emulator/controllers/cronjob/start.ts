import { zoneOffset } from '../../apimachinery/time-zone.ts';
import type { Call } from '../../host/syscalls.ts';
import type { CronJob, Job } from '../../resources/job-shapes.ts';
import type { Micros } from '../../world/json.ts';
import { HOUR, MINUTE, rfc3339 } from '../../world/time.ts';
import { controlledBy, type Api } from '../controller.ts';

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

type Reference = NonNullable<NonNullable<CronJob['status']>['active']>[number];

/** Makes the Job of a scheduled time; its name tells the minute, so that none is made twice. */
export function* start(
  api: Api,
  cron: CronJob,
  due: Micros,
  zone: string,
  jobs: readonly Job[],
): Call<Reference | undefined> {
  const { metadata, spec } = cron;
  const name = `${metadata.name}-${Math.floor(due / MINUTE)}`;
  if (jobs.some((job) => job.metadata.name === name)) return undefined;
  const { metadata: given = {}, spec: template } = spec.jobTemplate;
  const made = yield* api.create(
    'jobs.batch',
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        ...(given.labels && { labels: given.labels }),
        annotations: { ...given.annotations, [SCHEDULED]: localTime(due, zone) },
        ownerReferences: [controlledBy(cron)],
      },
      spec: template,
    },
    metadata.namespace,
  );
  const body = made.body as unknown as Job & { readonly message?: string };
  if (made.status === 409) return undefined;
  if (made.status >= 400) {
    yield* api.event(cron, 'Warning', 'FailedCreate', `Error creating job: ${body.message}`);
    return undefined;
  }
  yield* api.event(cron, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
  const { uid, resourceVersion, namespace = '' } = body.metadata;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name,
    namespace,
    ...(resourceVersion && { resourceVersion }),
    uid,
  };
}

/** RFC 3339 with the zone's distance from UTC. */
function localTime(at: Micros, zone: string): string {
  const offset = zoneOffset(zone, at);
  if (offset === 0) return rfc3339(at);
  const size = Math.abs(offset);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const distance = `${offset < 0 ? '-' : '+'}${two(size / HOUR)}:${two((size % HOUR) / MINUTE)}`;
  return rfc3339(at + offset).replace('Z', distance);
}
