import type { ApiObject } from '../../apimachinery/object.ts';
import { column, nameColumn, since, wide } from '../columns.ts';
import { generic } from '../describe/simple.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';

interface Event extends ApiObject {
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

/** Event: what a component saw or did; core/v1, as recorders write it. */
export default defineKind<Event>({
  names: kindNames('Event', 'events', { shortNames: ['ev'] }),
  definition: 'CoreV1Event',
  hasGeneration: false,
  subresources: [],
  defaults: (object) => ({ ...object, type: object.type || 'Normal' }),
  prepare: (object) => object,
  validate: () => [],
  selectableFields: (event) => ({
    'involvedObject.kind': event.involvedObject?.kind ?? '',
    'involvedObject.namespace': event.involvedObject?.namespace ?? '',
    'involvedObject.name': event.involvedObject?.name ?? '',
    'involvedObject.uid': event.involvedObject?.uid ?? '',
    'involvedObject.apiVersion': event.involvedObject?.apiVersion ?? '',
    'involvedObject.resourceVersion': event.involvedObject?.resourceVersion ?? '',
    'involvedObject.fieldPath': event.involvedObject?.fieldPath ?? '',
    reason: event.reason ?? '',
    reportingComponent: event.reportingComponent ?? '',
    source: event.source?.component || event.reportingComponent || '',
    type: event.type ?? '',
  }),
  columns: [
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
  ],
  cells(event, now) {
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
  },
  describe: generic,
});
