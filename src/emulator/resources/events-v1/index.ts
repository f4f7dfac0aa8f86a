import type { ApiObject } from '../../apimachinery/object.ts';
import { eventCells, eventColumns, type CoreEvent } from '../event-table.ts';
import { validateEvent, validateNewEvent } from '../event-validate.ts';
import { generic } from '../describe/simple.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

/** Names of fields in the newer API, and in core/v1. */
const renamed = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
  ['reportingController', 'reportingComponent'],
] as const;

function rename(object: ApiObject, apiVersion: string, from: 0 | 1): ApiObject {
  const names = new Map<string, string>(
    renamed.map((pair) => [pair[from], pair[1 - from] as string]),
  );
  const entries = Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]);
  return { ...(Object.fromEntries(entries) as ApiObject), apiVersion };
}

const toCore = (object: ApiObject) => rename(object, 'v1', 0);

/** Event of events.k8s.io. */
export default storedKind({
  names: kindNames('Event', 'events', { group: 'events.k8s.io', shortNames: ['ev'] }),
  definition: 'EventsV1Event',
  view: { of: 'events', read: (stored) => rename(stored, 'events.k8s.io/v1', 1), write: toCore },
  defaults: (object) => ({ ...object, type: (object as { type?: string }).type || 'Normal' }),
  // Events of the older API may be changed through the newer.
  validate: (event, old) => [
    ...validateEvent(toCore(event), 'reportingController'),
    ...(old ? [] : validateNewEvent(event)),
  ],
  columns: eventColumns,
  cells: (object, now) => eventCells(toCore(object) as CoreEvent, now),
  describe: generic,
});
