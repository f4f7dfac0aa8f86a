import type { LogLine } from '../../host/kernel/log.ts';
import { rfc3339Micro } from '../../world/time.ts';
import type { PodRecord } from './records.ts';

/** What `logs` may ask for. */
export interface LogOptions {
  readonly tailLines?: number;
  readonly timestamps?: boolean;
  readonly sinceMicros?: number;
  /** A point in time. */
  readonly since?: number;
  readonly limitBytes?: number;
  readonly stream?: LogLine['stream'];
  /** Lines to leave out from the beginning: how a follower goes on. */
  readonly sinceLine?: number;
}

/** Lines of a log as the kubelet serves them. */
export function logText(lines: readonly LogLine[], options: LogOptions, now: number): string {
  const from = Math.max(
    options.since ?? 0,
    options.sinceMicros === undefined ? 0 : now - options.sinceMicros,
  );
  const { stream } = options;
  let shown = lines.filter((line) => line.at >= from && (!stream || line.stream === stream));
  if (options.sinceLine !== undefined) shown = shown.slice(options.sinceLine);
  if (options.tailLines !== undefined)
    shown = shown.slice(Math.max(0, shown.length - options.tailLines));
  const text = shown.map((line) => shownLine(line, options.timestamps ?? false)).join('');
  const { limitBytes } = options;
  if (limitBytes === undefined) return text;
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= limitBytes ? text : new TextDecoder().decode(bytes.slice(0, limitBytes));
}

/** A line as it is sent; with its time where that is asked for. */
export function shownLine({ at, text }: LogLine, timestamps: boolean): string {
  const time = timestamps ? `${rfc3339Micro(at).replace('Z', '000Z')} ` : '';
  return time + (text.endsWith('\n') ? text : `${text}\n`);
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
