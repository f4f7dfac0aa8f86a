import type { ApiObject } from '../apimachinery/object.ts';
import type { Json, Micros } from '../world/json.ts';
import { column, nameColumn, since, wide } from './columns.ts';

/** An event as core/v1 has it, in which form it is stored. */
export interface CoreEvent extends ApiObject {
  readonly involvedObject?: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    readonly apiVersion?: string;
    readonly resourceVersion?: string;
    readonly fieldPath?: string;
  };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
  readonly series?: { readonly count: number; readonly lastObservedTime?: string };
}

/** Columns of events, whatever API they are asked of. */
export const eventColumns = [
  column('Last Seen'),
  column('Type'),
  column('Reason'),
  column('Object'),
  wide('Subobject'),
  wide('Source'),
  column('Message'),
  wide('First Seen'),
  wide('Count'),
  { ...nameColumn, priority: 1 },
];

/** `printEvent`. */
export function eventCells(event: CoreEvent, now: Micros): Json[] {
  const { involvedObject: about, source } = event;
  const object = about?.name
    ? `${about.kind?.toLowerCase()}/${about.name}`
    : (about?.kind ?? '').toLowerCase();
  const from = [
    source?.component || event.reportingComponent || '',
    source?.host || event.reportingInstance || '',
  ].filter(Boolean);
  const first = since(event.firstTimestamp ?? event.eventTime, now);
  const last = event.series?.lastObservedTime ?? event.lastTimestamp;
  return [
    last ? since(last, now) : first,
    event.type ?? '',
    event.reason ?? '',
    object,
    about?.fieldPath ?? '',
    from.join(', '),
    (event.message ?? '').trim(),
    first,
    (event.series ? event.series.count : event.count) || 1,
    event.metadata.name ?? '',
  ];
}
