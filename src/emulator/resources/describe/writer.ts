import { goSort } from '../../apimachinery/go-sort.ts';
import { humanDuration } from '../../apimachinery/duration.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { alignTabs, describeTabs } from '../../apimachinery/tabwriter.ts';
import { civil, dayNames, monthNames, parseRfc3339 } from '../../world/time.ts';
import type { Micros } from '../../world/json.ts';
import type { Related } from '../kind.ts';

/** Collects tab-separated lines with two blanks a level, as kubectl's PrefixWriter. */
export interface Writer {
  /** A line at a level; tabs separate cells. */
  line(level: number, text: string): void;
  /** Text as it is, without a line's end. */
  raw(text: string): void;
  text(): string;
  /** The text before its cells are put in columns: some of kubectl's verbs print that. */
  unaligned(): string;
}

export function createWriter(): Writer {
  let buffer = '';
  return {
    line: (level, text) => void (buffer += `${'  '.repeat(level)}${text}\n`),
    raw: (text) => void (buffer += text),
    text: () => alignTabs(buffer, describeTabs),
    unaligned: () => buffer,
  };
}

/** `Labels:` and the like: one entry a line, the following ones under the first. */
export function mapLines(
  writer: Writer,
  level: number,
  title: string,
  map: Readonly<Record<string, string>> | undefined,
  skip: ReadonlySet<string> = new Set(),
): void {
  const entries = Object.entries(map ?? {})
    .filter(([key]) => !skip.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) {
    writer.line(level, `${title}:\t<none>`);
    return;
  }
  entries.forEach(([key, value], index) => {
    if (index === 0) writer.line(level, `${title}:\t${key}=${value}`);
    else writer.line(0, `\t${key}=${value}`);
  });
}

/** Longer annotations go below their key, and are cut. */
const MAX_ANNOTATION = 140;

/** Annotations: long or multi-line values go below their key; the last-applied one is left out. */
export function annotationLines(
  writer: Writer,
  map: Readonly<Record<string, string>> | undefined,
  level = 0,
): void {
  const entries = Object.entries(map ?? {})
    .filter(([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) {
    writer.line(level, 'Annotations:\t<none>');
    return;
  }
  entries.forEach(([key, value], index) => {
    const show = (text: string) =>
      index === 0 ? writer.line(level, `Annotations:\t${text}`) : writer.line(0, `\t${text}`);
    const trimmed = value.replace(/\n$/, '');
    if (trimmed.length + key.length + 2 <= MAX_ANNOTATION && !trimmed.includes('\n')) {
      show(`${key}: ${trimmed}`);
      return;
    }
    show(`${key}:`);
    const limit = MAX_ANNOTATION - 2;
    for (const line of trimmed.split('\n'))
      writer.line(0, `\t  ${line.length > limit ? `${line.slice(0, limit)}...` : line}`);
  });
}

/** `Mon, 23 Nov 2026 00:32:27 +0000` (RFC 1123, in the time's own zone); Go's zero for none. */
export function rfc1123z(time: string | null | undefined): string {
  const at = parseRfc3339(time ?? '');
  if (at === undefined) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const zone = /[+-]\d\d:\d\d$/.exec(time ?? '')?.[0] ?? '+00:00';
  const c = civil(parseRfc3339((time ?? '').replace(zone, 'Z')) ?? at);
  const two = (n: number) => String(n).padStart(2, '0');
  return (
    `${dayNames[c.weekday]}, ${two(c.day)} ${monthNames[c.month - 1]} ${c.year} ` +
    `${two(c.hour)}:${two(c.minute)}:${two(c.second)} ${zone.replace(':', '')}`
  );
}

interface EventObject extends ApiObject {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly source?: { readonly component?: string };
  readonly reportingComponent?: string;
  readonly involvedObject?: { readonly fieldPath?: string };
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
}

/** The events of an object, oldest first; `<none>` where there are none. */
export function eventLines(
  writer: Writer,
  object: ApiObject,
  related: Related,
  find: (about: ApiObject) => readonly ApiObject[] = related.events,
): void {
  if (!related.showEvents) return;
  const events = find(object) as readonly EventObject[];
  if (events.length === 0) {
    writer.line(0, 'Events:\t<none>');
    return;
  }
  const sorted = goSort(events, (a, b) => moment(a) < moment(b));
  writer.line(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage');
  writer.line(1, '----\t------\t----\t----\t-------');
  for (const event of sorted) {
    const from = event.source?.component || event.reportingComponent || '';
    const path = event.involvedObject?.fieldPath;
    const message = (event.message ?? '').trim();
    const text = path ? `${path}: ${message}` : message;
    const { type = '', reason = '' } = event;
    writer.line(1, [type, reason, interval(event, related.now), from, text].join('\t'));
  }
}

/** Events are in order of when they were last seen; those of the newer API have no such time. */
function moment(event: EventObject): number {
  return parseRfc3339(event.lastTimestamp ?? '') ?? Number.MIN_SAFE_INTEGER;
}

function interval(event: EventObject, now: Micros): string {
  const age = (time: string | null | undefined) =>
    time ? humanDuration(now - (parseRfc3339(time) ?? now)) : '<unknown>';
  const first = event.eventTime ?? event.firstTimestamp;
  if (event.series) {
    return `${age(event.series.lastObservedTime)} (x${event.series.count} over ${age(first)})`;
  }
  if ((event.count ?? 1) > 1)
    return `${age(event.lastTimestamp)} (x${event.count} over ${age(first)})`;
  return age(first);
}
