import type { LogLine } from '../../host/kernel/log.ts';
import { rfc3339Micro } from '../../world/time.ts';
import type { PodRecord } from './records.ts';

/** What `logs` may ask for. */
export interface LogOptions {
  readonly tailLines?: number;
  readonly timestamps?: boolean;
  readonly sinceMicros?: number;
  /** Lines to leave out from the beginning: how a follower goes on. */
  readonly sinceLine?: number;
}

/** Lines of a log as the kubelet serves them. */
export function logText(lines: readonly LogLine[], options: LogOptions, now: number): string {
  let shown = lines.filter(
    ({ at }) => options.sinceMicros === undefined || now - at <= options.sinceMicros,
  );
  if (options.sinceLine !== undefined) shown = shown.slice(options.sinceLine);
  if (options.tailLines !== undefined)
    shown = shown.slice(Math.max(0, shown.length - options.tailLines));
  return shown
    .map(
      ({ at, text }) =>
        (options.timestamps ? `${rfc3339Micro(at).replace('Z', '000Z')} ` : '') +
        (text.endsWith('\n') ? text : `${text}\n`),
    )
    .join('');
}

/** The runtime's id of a container of a pod: the running one, or the one that ended last. */
export function containerId(
  record: PodRecord,
  container: string,
  previous: boolean,
): string | undefined {
  const state = record.containers[container];
  if (!state) return undefined;
  return previous ? state.last?.id : state.id || undefined;
}
