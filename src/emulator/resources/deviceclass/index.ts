import { ageColumn, ageOf, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

/** DeviceClass: a sort of devices that claims may ask for; the nodes here have none. */
export default storedKind({
  names: kindNames('DeviceClass', 'deviceclasses', {
    group: 'resource.k8s.io',
    namespaced: false,
  }),
  definition: 'V1DeviceClass',
  generation: true,
  columns: [nameColumn, ageColumn],
  cells: (object, now) => [object.metadata.name, ageOf(object, now)],
});
