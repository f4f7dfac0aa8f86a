import { required, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface ResourceSlice extends ApiObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly driver?: string;
    readonly pool?: { readonly name?: string };
  };
}

/** ResourceSlice: devices that a driver offers. */
export default storedKind<ResourceSlice>({
  names: kindNames('ResourceSlice', 'resourceslices', {
    group: 'resource.k8s.io',
    namespaced: false,
  }),
  definition: 'V1ResourceSlice',
  generation: true,
  validate: ({ spec }): FieldError[] => (spec?.driver ? [] : [required('spec.driver', '')]),
  selectableFields: ({ spec }) => ({
    'spec.nodeName': spec?.nodeName ?? '',
    'spec.driver': spec?.driver ?? '',
  }),
  columns: [nameColumn, column('Node'), column('Driver'), column('Pool'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    object.spec?.nodeName ?? '',
    object.spec?.driver ?? '',
    object.spec?.pool?.name ?? '',
    ageOf(object, now),
  ],
});
