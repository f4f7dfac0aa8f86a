import { required, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { immutable } from '../metadata.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface VolumeAttachment extends ApiObject {
  readonly spec?: {
    readonly attacher?: string;
    readonly nodeName?: string;
    readonly source?: { readonly persistentVolumeName?: string };
  };
  readonly status?: { readonly attached?: boolean };
}

/** VolumeAttachment: a volume that a driver is to attach to a node. */
export default storedKind<VolumeAttachment>({
  names: kindNames('VolumeAttachment', 'volumeattachments', {
    group: 'storage.k8s.io',
    namespaced: false,
  }),
  definition: 'V1VolumeAttachment',
  status: true,
  validate({ spec = {} }, old): FieldError[] {
    const errors: FieldError[] = [];
    if (!spec.attacher) errors.push(required('spec.attacher', ''));
    if (!spec.nodeName) errors.push(required('spec.nodeName', ''));
    return [...errors, ...(old ? immutable('spec', spec, old.spec) : [])];
  },
  columns: [
    nameColumn,
    column('Attacher'),
    column('PV'),
    column('Node'),
    column('Attached', 'boolean'),
    ageColumn,
  ],
  cells: (object, now) => [
    object.metadata.name,
    object.spec?.attacher ?? '',
    object.spec?.source?.persistentVolumeName ?? '',
    object.spec?.nodeName ?? '',
    object.status?.attached ?? false,
    ageOf(object, now),
  ],
});
