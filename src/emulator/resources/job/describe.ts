import { humanDuration } from '../../apimachinery/duration.ts';
import { formatSelector } from '../../apimachinery/selector.ts';
import { parseRfc3339 } from '../../world/time.ts';
import {
  annotationLines,
  createWriter,
  eventLines,
  mapLines,
  rfc1123z,
  type Writer,
} from '../describe/writer.ts';
import type { Job } from '../job-shapes.ts';
import type { Related } from '../kind.ts';
import { templateLines } from '../workload.ts';

/** Completed indexes beyond this length are cut at the next comma. */
const INDEXES = 50;

/** `JobDescriber`. */
export function describe(job: Job, related: Related): string {
  const { metadata, spec, status } = job;
  const writer = createWriter();
  writer.line(0, `Name:\t${metadata.name}`);
  writer.line(0, `Namespace:\t${metadata.namespace ?? ''}`);
  writer.line(0, `Selector:\t${spec.selector ? formatSelector(spec.selector) : ''}`);
  mapLines(writer, 0, 'Labels', metadata.labels);
  annotationLines(writer, metadata.annotations);
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner) writer.line(0, `Controlled By:\t${owner.kind}/${owner.name}`);
  const optional = (title: string, value: unknown, unit = '') => {
    if (value !== undefined) writer.line(0, `${title}:\t${String(value)}${unit}`);
  };
  optional('Parallelism', spec.parallelism);
  writer.line(0, `Completions:\t${spec.completions ?? '<unset>'}`);
  optional('Completion Mode', spec.completionMode);
  optional('Suspend', spec.suspend);
  optional('Backoff Limit', spec.backoffLimit);
  optional('TTL Seconds After Finished', spec.ttlSecondsAfterFinished);
  timeLines(writer, job);
  optional('Active Deadline Seconds', spec.activeDeadlineSeconds, 's');
  const ready = status?.ready === undefined ? '' : ` (${status.ready} Ready)`;
  writer.line(
    0,
    `Pods Statuses:\t${status?.active ?? 0} Active${ready} / ` +
      `${status?.succeeded ?? 0} Succeeded / ${status?.failed ?? 0} Failed`,
  );
  if (spec.completionMode === 'Indexed') {
    writer.line(0, `Completed Indexes:\t${indexText(status?.completedIndexes ?? '')}`);
  }
  templateLines(writer, job as never);
  eventLines(writer, job, related);
  return writer.text();
}

function timeLines(writer: Writer, { status }: Job): void {
  const start = parseRfc3339(status?.startTime ?? '');
  const end = parseRfc3339(status?.completionTime ?? '');
  if (start !== undefined) writer.line(0, `Start Time:\t${rfc1123z(status?.startTime)}`);
  if (end !== undefined) writer.line(0, `Completed At:\t${rfc1123z(status?.completionTime)}`);
  if (start !== undefined && end !== undefined) {
    writer.line(0, `Duration:\t${humanDuration(end - start)}`);
  }
}

function indexText(indexes: string): string {
  if (indexes === '') return '<none>';
  const comma = indexes.indexOf(',', INDEXES);
  return comma < 0 ? indexes : `${indexes.slice(0, comma + 1)}...`;
}
