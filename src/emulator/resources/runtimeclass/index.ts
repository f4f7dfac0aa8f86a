import { invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import { isDns1123Label } from '../../apimachinery/names.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { immutable } from '../metadata.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface RuntimeClass extends ApiObject {
  readonly handler?: string;
}

/** RuntimeClass: which runtime starts a pod's containers; there is one alone here. */
export default storedKind<RuntimeClass>({
  names: kindNames('RuntimeClass', 'runtimeclasses', { group: 'node.k8s.io', namespaced: false }),
  definition: 'V1RuntimeClass',
  validate({ handler = '' }, old): FieldError[] {
    const errors = old ? immutable('handler', handler, old.handler ?? '') : [];
    if (handler === '') return [...errors, required('handler', '')];
    return [...errors, ...isDns1123Label(handler).map((each) => invalid('handler', handler, each))];
  },
  columns: [nameColumn, column('Handler'), ageColumn],
  cells: (object, now) => [object.metadata.name, object.handler ?? '', ageOf(object, now)],
});
