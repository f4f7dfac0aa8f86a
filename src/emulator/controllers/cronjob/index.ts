import {
  lastTime,
  MISSED_MAX,
  nextTime,
  parseCron,
  type Schedule,
} from '../../apimachinery/cron.ts';
import { isTimeZone } from '../../apimachinery/time-zone.ts';
import type { Call } from '../../host/syscalls.ts';
import type { CronJob, Job } from '../../resources/job-shapes.ts';
import { equal, type Micros } from '../../world/json.ts';
import { MILLISECOND, parseRfc3339, rfc3339, SECOND } from '../../world/time.ts';
import { ownedBy, ownerOf, splitKey, type Api, type Controller } from '../controller.ts';
import { endOf, sweep } from './history.ts';
import { start } from './start.ts';

type Active = NonNullable<NonNullable<CronJob['status']>['active']>;

/** So long after its time a Job is made, so that clocks agree (`nextScheduleDelta`). */
const DELTA = 100 * MILLISECOND;
/** More missed times than this are worth a word. */
const MANY = 100;

/** Makes Jobs by the clock (`pkg/controller/cronjob`). */
const controller: Controller = {
  name: 'cronjob-controller',
  watches: ['cronjobs.batch', 'jobs.batch'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(resource, changed) {
    const { namespace, name } = changed.metadata;
    if (resource === 'cronjobs.batch') return [`${namespace}/${name}`];
    const owner = ownerOf(changed, 'CronJob');
    return owner ? [`${namespace}/${owner.name}`] : [];
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const cron = yield* api.get<CronJob>('cronjobs.batch', namespace, name);
    if (!cron) return;
    const jobs = ownedBy(
      yield* api.list<Job>('jobs.batch', namespace),
      'CronJob',
      cron.metadata.uid,
    );
    const followed = yield* follow(api, cron, jobs);
    const again = yield* sync(api, followed, jobs);
    yield* sweep(api, cron, jobs);
    return again;
  },
};

export default controller;

/** Takes finished and lost Jobs off the list of those that run. */
function* follow(api: Api, cron: CronJob, jobs: readonly Job[]): Call<CronJob> {
  const before = cron.status?.active ?? [];
  let active: Active = before;
  let lastSuccessfulTime = cron.status?.lastSuccessfulTime;
  for (const job of jobs) {
    const end = endOf(job);
    const listed = active.some(({ uid }) => uid === job.metadata.uid);
    if (!end && !listed && !before.some(({ name }) => name === job.metadata.name)) {
      const text = `Saw a job that the controller did not create or forgot: ${job.metadata.name}`;
      if (isFresh(job, api.now)) continue;
      yield* api.event(cron, 'Warning', 'UnexpectedJob', text);
    } else if (end && listed) {
      active = active.filter(({ uid }) => uid !== job.metadata.uid);
      const text = `Saw completed job: ${job.metadata.name}, condition: ${end}`;
      yield* api.event(cron, 'Normal', 'SawCompletedJob', text);
    }
    const done = job.status?.completionTime;
    if (end === 'Complete' && done && done > (lastSuccessfulTime ?? '')) lastSuccessfulTime = done;
  }
  for (const { name, uid } of active) {
    if (jobs.some(({ metadata }) => metadata.uid === uid)) continue;
    active = active.filter((each) => each.uid !== uid);
    yield* api.event(cron, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
  }
  const { active: _active, ...rest } = cron.status ?? {};
  const status = {
    ...rest,
    ...(active.length > 0 && { active }),
    ...(lastSuccessfulTime && { lastSuccessfulTime }),
  };
  return equal(status, cron.status ?? {}) ? cron : yield* write(api, cron, status);
}

/** A Job that was made a moment ago may not be on the list yet. */
const isFresh = ({ metadata }: Job, now: Micros) =>
  now - (parseRfc3339(metadata.creationTimestamp) ?? 0) < 2 * SECOND;

function* write(api: Api, cron: CronJob, status: NonNullable<CronJob['status']>): Call<CronJob> {
  const done = yield* api.updateStatus('cronjobs.batch', { ...cron, status });
  return done.status < 300 ? (done.body as unknown as CronJob) : { ...cron, status };
}

/** Starts what is due; gives the time until it is to be looked at again. */
function* sync(api: Api, cron: CronJob, jobs: readonly Job[]): Call<Micros | void> {
  const { metadata, spec, status } = cron;
  if (metadata.deletionTimestamp) return;
  const zone = spec.timeZone ?? 'UTC';
  if (!isTimeZone(zone)) {
    const text = `invalid timeZone: ${JSON.stringify(zone)}: unknown time zone ${zone}`;
    return yield* api.event(cron, 'Warning', 'UnknownTimeZone', text);
  }
  if (spec.suspend) return;
  const schedule = parseCron(spec.schedule ?? '');
  if ('error' in schedule) {
    const text = `unparseable schedule: ${JSON.stringify(spec.schedule)} : ${schedule.error}`;
    return yield* api.event(cron, 'Warning', 'UnparseableSchedule', text);
  }
  const due = yield* dueTime(api, cron, schedule, zone);
  const again = wait(schedule, api.now, zone);
  if (due === undefined) return again;
  const deadline = spec.startingDeadlineSeconds;
  if (deadline !== undefined && due + deadline * SECOND < api.now) {
    const text = `Missed scheduled time to start a job: ${rfc3339(due)}`;
    yield* api.event(cron, 'Warning', 'MissSchedule', text);
    return again;
  }
  const running = status?.active ?? [];
  if (spec.concurrencyPolicy === 'Forbid' && running.length > 0) {
    const why =
      'Not starting job because prior execution is running and concurrency policy is Forbid';
    yield* api.event(cron, 'Normal', 'JobAlreadyActive', why);
    return again;
  }
  let active: Active = running;
  if (spec.concurrencyPolicy === 'Replace') {
    for (const { name } of running) {
      const options = { propagationPolicy: 'Background' };
      const gone = yield* api.delete('jobs.batch', metadata.namespace, name, options);
      if (gone.status >= 400) continue;
      yield* api.event(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
    }
    active = [];
  }
  const made = yield* start(api, cron, due, zone, jobs);
  if (made) {
    const lastScheduleTime = rfc3339(due);
    yield* write(api, cron, { ...status, active: [...active, made], lastScheduleTime });
  }
  return again;
}

function wait(schedule: Schedule, now: Micros, zone: string): Micros | undefined {
  const next = nextTime(schedule, now, zone);
  return next === undefined ? undefined : next - now + DELTA;
}

/** The latest time that has come since the last one that was kept. */
function* dueTime(
  api: Api,
  cron: CronJob,
  schedule: Schedule,
  zone: string,
): Call<Micros | undefined> {
  const { metadata, spec, status } = cron;
  const made = parseRfc3339(metadata.creationTimestamp) ?? api.now;
  const kept = parseRfc3339(status?.lastScheduleTime ?? '') ?? made;
  const deadline = spec.startingDeadlineSeconds;
  const since = deadline === undefined ? kept : Math.max(kept, api.now - deadline * SECOND);
  const { at, missed } = lastTime(schedule, since, api.now, zone);
  if (missed > MANY || missed >= MISSED_MAX) {
    const hint = 'Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    const text = `too many missed start times. ${hint}`;
    yield* api.event(cron, 'Warning', 'TooManyMissedTimes', text);
  }
  return at;
}
