import { ageColumn, ageOf, column, nameColumn, wide } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';
import { accessText, classOf } from '../volume.ts';
import { describe } from './describe.ts';
import type { PersistentVolumeClaim } from './shapes.ts';
import { validate } from './validate.ts';

/** PersistentVolumeClaim: storage that a pod asks for by size and class. */
export default storedKind<PersistentVolumeClaim>({
  names: kindNames('PersistentVolumeClaim', 'persistentvolumeclaims', { shortNames: ['pvc'] }),
  definition: 'V1PersistentVolumeClaim',
  status: true,
  defaults: (object) => ({
    ...object,
    spec: { ...object.spec, volumeMode: object.spec?.volumeMode ?? 'Filesystem' },
    status: { ...object.status, phase: object.status?.phase ?? 'Pending' },
  }),
  prepare: (object, old) => (old ? object : { ...object, status: { phase: 'Pending' } }),
  validate,
  columns: [
    nameColumn,
    column('Status'),
    column('Volume'),
    column('Capacity'),
    column('Access Modes'),
    column('StorageClass'),
    column('VolumeAttributesClass'),
    ageColumn,
    wide('VolumeMode'),
  ],
  cells(object, now) {
    const { metadata, spec = {}, status } = object;
    const bound = Boolean(spec.volumeName);
    return [
      metadata.name,
      metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
      spec.volumeName ?? '',
      bound ? (status?.capacity?.['storage'] ?? '0') : '',
      bound ? accessText(status?.accessModes) : '',
      classOf(object),
      spec.volumeAttributesClassName ?? '<unset>',
      ageOf(object, now),
      spec.volumeMode ?? '<unset>',
    ];
  },
  describe,
});
