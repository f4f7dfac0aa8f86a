import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn, since } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface TaintRule extends ApiObject {
  readonly spec?: {
    readonly taint?: {
      readonly key?: string;
      readonly value?: string;
      readonly effect?: string;
      readonly timeAdded?: string;
    };
  };
}

/** DeviceTaintRule: a taint for all devices that fit. */
export default storedKind<TaintRule>({
  names: kindNames('DeviceTaintRule', 'devicetaintrules', {
    group: 'resource.k8s.io',
    version: 'v1beta2',
    namespaced: false,
  }),
  definition: 'V1beta2DeviceTaintRule',
  gate: 'DRADeviceTaintRules',
  status: true,
  columns: [
    nameColumn,
    column('Key'),
    column('Value'),
    column('Effect'),
    column('TimeAdded'),
    ageColumn,
  ],
  cells(object, now) {
    const { key = '', value = '', effect = '', timeAdded } = object.spec?.taint ?? {};
    const added = since(timeAdded, now);
    return [object.metadata.name, key, value, effect, added, ageOf(object, now)];
  },
});
