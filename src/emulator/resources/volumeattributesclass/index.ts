import { required, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { clusterScoped } from '../describe/cluster-scoped.ts';
import { immutable } from '../metadata.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface VolumeAttributesClass extends ApiObject {
  readonly driverName?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

const DEFAULT = 'volumeattributesclass.alpha.kubernetes.io/is-default-class';

/** VolumeAttributesClass: properties of volumes that a driver can change. */
export default storedKind<VolumeAttributesClass>({
  names: kindNames('VolumeAttributesClass', 'volumeattributesclasses', {
    group: 'storage.k8s.io',
    namespaced: false,
    shortNames: ['vac'],
  }),
  definition: 'V1VolumeAttributesClass',
  validate({ driverName, parameters = {} }, old): FieldError[] {
    const errors: FieldError[] = [];
    if (!driverName) errors.push(required('driverName', ''));
    if (Object.keys(parameters).length === 0) {
      errors.push(required('parameters', 'must contain at least one key/value pair'));
    }
    if (!old) return errors;
    return [
      ...errors,
      ...immutable('driverName', driverName, old.driverName),
      ...immutable('parameters', parameters, old.parameters ?? {}),
    ];
  },
  columns: [nameColumn, column('DriverName'), ageColumn],
  cells: (object, now) => [
    object.metadata.annotations?.[DEFAULT] === 'true'
      ? `${object.metadata.name} (default)`
      : object.metadata.name,
    object.driverName ?? '',
    ageOf(object, now),
  ],
  describe: (object, related) =>
    clusterScoped(object, related, (writer) => {
      const { driverName = '', parameters = {} } = object;
      writer.line(0, `DriverName:\t${driverName}`);
      const texts = Object.entries(parameters).map(([key, value]) => `${key}=${value}`);
      writer.line(0, `Parameters:\t${texts.sort().join(',') || '<none>'}`);
    }),
});
