import { required, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Capacity extends ApiObject {
  readonly storageClassName?: string;
  readonly capacity?: string;
}

/** CSIStorageCapacity: how much room a driver has left somewhere. */
export default storedKind<Capacity>({
  names: kindNames('CSIStorageCapacity', 'csistoragecapacities', { group: 'storage.k8s.io' }),
  definition: 'V1CSIStorageCapacity',
  validate: ({ storageClassName }): FieldError[] =>
    storageClassName ? [] : [required('storageClassName', '')],
  columns: [nameColumn, column('StorageClassName'), column('Capacity')],
  cells: ({ metadata, storageClassName = '', capacity = '<unset>' }) => [
    metadata.name,
    storageClassName,
    capacity,
  ],
});
