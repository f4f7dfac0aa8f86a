import { parseCron } from '../../apimachinery/cron.ts';
import { isTimeZone } from '../../apimachinery/time-zone.ts';
import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import type { CronJob } from '../job-shapes.ts';
import { validateGenerated, validateJobSpec } from '../job-validate.ts';

const NAME_MAX = 52;
const POLICIES = ['Allow', 'Forbid', 'Replace'];

/** `ValidateCronJobCreate` and `ValidateCronJobUpdate` (`pkg/apis/batch/validation`). */
export function validate(cron: CronJob, old: CronJob | undefined): FieldError[] {
  const { metadata, spec } = cron;
  const errors = validateSchedule(cron, old);
  for (const field of ['startingDeadlineSeconds'] as const) {
    const value = spec[field] ?? 0;
    if (value < 0) errors.push(invalid(at('spec', field), value, NEGATIVE));
  }
  if (old?.spec.timeZone !== spec.timeZone || !old) errors.push(...validateZone(spec.timeZone));
  const policy = spec.concurrencyPolicy ?? '';
  const place = 'spec.concurrencyPolicy';
  if (policy === '') errors.push(required(place, ''));
  else if (!POLICIES.includes(policy)) errors.push(notSupported(place, policy, POLICIES));
  const job = 'spec.jobTemplate.spec';
  errors.push(...validateJobSpec(spec.jobTemplate.spec, job));
  errors.push(...validateGenerated(spec.jobTemplate.spec, job));
  for (const field of ['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'] as const) {
    const value = spec[field] ?? 0;
    if (value < 0) errors.push(invalid(at('spec', field), value, NEGATIVE));
  }
  if (!old && metadata.name.length > NAME_MAX) {
    const why = `must be no more than ${NAME_MAX} characters`;
    errors.push(invalid('metadata.name', metadata.name, why));
  }
  return errors;
}

const NEGATIVE = 'must be greater than or equal to 0';

function validateSchedule({ spec }: CronJob, old: CronJob | undefined): FieldError[] {
  const path = 'spec.schedule';
  const { schedule = '', timeZone } = spec;
  if (schedule === '') return [required(path, '')];
  const errors: FieldError[] = [];
  const parsed = parseCron(schedule);
  if ('error' in parsed) errors.push(invalid(path, schedule, parsed.error));
  const zoned = schedule.includes('TZ');
  const allowed = old?.spec.schedule?.includes('TZ') ?? false;
  if (zoned && allowed && timeZone !== undefined) {
    const why = 'cannot use both timeZone field and TZ or CRON_TZ in schedule';
    errors.push(invalid(path, schedule, why));
  } else if (zoned && !allowed) {
    const why = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    errors.push(invalid(path, schedule, why));
  }
  return errors;
}

function validateZone(zone: string | undefined): FieldError[] {
  const path = 'spec.timeZone';
  if (zone === undefined) return [];
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  const unknown = invalid(path, zone, `unknown time zone ${zone}`);
  const parts = zone.split('/');
  const odd = (part: string) =>
    /^(\.{1,2}|-.*)$/.test(part) || !/^[A-Za-z._0-9+-]{1,14}$/.test(part);
  if (parts.some(odd)) return [unknown];
  if (zone.toLowerCase() === 'local') {
    const site = 'https://www.iana.org/time-zones';
    const why = `timeZone must be an explicit time zone as defined in ${site}`;
    // Go itself knows the zone `Local`, but not in other letters.
    return [invalid(path, zone, why), ...(zone === 'Local' ? [] : [unknown])];
  }
  return isTimeZone(zone) ? [] : [unknown];
}
