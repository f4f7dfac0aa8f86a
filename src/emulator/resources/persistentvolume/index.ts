import type { Surroundings } from '../kind.ts';
import { ageColumn, ageOf, column, nameColumn, wide } from '../columns.ts';
import { rfc3339 } from '../../world/time.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';
import { accessText, classOf } from '../volume.ts';
import { describe } from './describe.ts';
import type { PersistentVolume } from './shapes.ts';
import { validate } from './validate.ts';

/** PersistentVolume: a piece of storage that is there without pods. */
export default storedKind<PersistentVolume>({
  names: kindNames('PersistentVolume', 'persistentvolumes', {
    namespaced: false,
    shortNames: ['pv'],
  }),
  definition: 'V1PersistentVolume',
  status: true,
  defaults(object) {
    const { hostPath } = object.spec ?? {};
    return {
      ...object,
      spec: {
        ...object.spec,
        persistentVolumeReclaimPolicy: object.spec?.persistentVolumeReclaimPolicy ?? 'Retain',
        volumeMode: object.spec?.volumeMode ?? 'Filesystem',
        ...(hostPath && { hostPath: { type: '', ...hostPath } }),
      },
      status: { ...object.status, phase: object.status?.phase ?? 'Pending' },
    };
  },
  prepare: (object, old, around: Surroundings) =>
    old
      ? object
      : {
          ...object,
          status: { lastPhaseTransitionTime: rfc3339(around.now), phase: 'Pending' },
        },
  validate,
  columns: [
    nameColumn,
    column('Capacity'),
    column('Access Modes'),
    column('Reclaim Policy'),
    column('Status'),
    column('Claim'),
    column('StorageClass'),
    column('VolumeAttributesClass'),
    column('Reason'),
    ageColumn,
    wide('VolumeMode'),
  ],
  cells(object, now) {
    const { metadata, spec = {}, status } = object;
    const claim = spec.claimRef;
    return [
      metadata.name,
      spec.capacity?.['storage'] ?? '0',
      accessText(spec.accessModes),
      spec.persistentVolumeReclaimPolicy ?? '',
      metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
      claim ? `${claim.namespace ?? ''}/${claim.name ?? ''}` : '',
      classOf(object),
      spec.volumeAttributesClassName ?? '<unset>',
      status?.reason ?? '',
      ageOf(object, now),
      spec.volumeMode ?? '<unset>',
    ];
  },
  describe,
});
