import { formatSelector } from '../../apimachinery/selector.ts';
import {
  annotationLines,
  createWriter,
  eventLines,
  mapLines,
  rfc1123z,
} from '../describe/writer.ts';
import type { CronJob } from '../job-shapes.ts';
import type { Related } from '../kind.ts';
import { templateLines } from '../workload.ts';

/** `CronJobDescriber`. */
export function describe(cron: CronJob, related: Related): string {
  const { metadata, spec, status } = cron;
  const writer = createWriter();
  const line = (title: string, value: unknown, unit = '') =>
    writer.line(0, `${title}:\t${value === undefined ? '<unset>' : `${String(value)}${unit}`}`);
  writer.line(0, `Name:\t${metadata.name}`);
  writer.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  line('Schedule', spec.schedule ?? '');
  line('Concurrency Policy', spec.concurrencyPolicy ?? '');
  line('Suspend', spec.suspend === undefined ? undefined : spec.suspend ? 'True' : 'False');
  if (related.minor >= 36 && spec.timeZone !== undefined) line('Time Zone', spec.timeZone);
  line('Successful Job History Limit', spec.successfulJobsHistoryLimit);
  line('Failed Job History Limit', spec.failedJobsHistoryLimit);
  line('Starting Deadline Seconds', spec.startingDeadlineSeconds, 's');
  const job = spec.jobTemplate.spec;
  line('Selector', job.selector && selectorText(job.selector));
  line('Parallelism', job.parallelism);
  line('Completions', job.completions);
  if (job.activeDeadlineSeconds !== undefined) {
    line('Active Deadline Seconds', job.activeDeadlineSeconds, 's');
  }
  templateLines(writer, spec.jobTemplate as never);
  line('Last Schedule Time', status?.lastScheduleTime && rfc1123z(status.lastScheduleTime));
  const active = status?.active?.map(({ name }) => name).join(', ');
  writer.line(0, `Active Jobs:\t${active || '<none>'}`);
  eventLines(writer, cron, related);
  return writer.text();
}

/** An empty selector is printed as nothing. */
function selectorText(selector: NonNullable<Parameters<typeof formatSelector>[0]>): string {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const empty = Object.keys(matchLabels).length + matchExpressions.length === 0;
  return empty ? '' : formatSelector(selector);
}
