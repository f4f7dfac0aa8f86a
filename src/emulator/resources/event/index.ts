import { generic } from '../describe/simple.ts';
import { validateEvent } from '../event-validate.ts';
import { eventCells, eventColumns, type CoreEvent } from '../event-table.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';

/** Event: what a component saw or did; core/v1, as recorders write it. */
export default defineKind<CoreEvent>({
  names: kindNames('Event', 'events', { shortNames: ['ev'] }),
  definition: 'CoreV1Event',
  hasGeneration: false,
  subresources: [],
  defaults: (object) => ({ ...object, type: object.type || 'Normal' }),
  prepare: (object) => object,
  validate: (event) => validateEvent(event, 'reportingComponent'),
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
  columns: eventColumns,
  cells: eventCells,
  describe: generic,
});
