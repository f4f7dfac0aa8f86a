import type { ApiObject } from '../../apimachinery/object.ts';
import { forbidden, required, type FieldError } from '../../apimachinery/field-error.ts';
import { equal, type Json } from '../../world/json.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { generic } from '../describe/simple.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';

interface ControllerRevision extends ApiObject {
  readonly data?: Json;
  readonly revision?: number;
}

/** ControllerRevision: a state that a StatefulSet was in, to go back to. */
export default defineKind<ControllerRevision>({
  names: kindNames('ControllerRevision', 'controllerrevisions', { group: 'apps' }),
  definition: 'V1ControllerRevision',
  hasGeneration: false,
  subresources: [],
  defaults: (object) => object,
  prepare: (object) => object,
  validate(object, old) {
    const errors: FieldError[] = [];
    if (object.data === undefined) errors.push(required('data', 'data is mandatory'));
    if (old && !equal(old.data, object.data)) {
      errors.push(forbidden('data', 'field is immutable'));
    }
    return errors;
  },
  columns: [nameColumn, column('Controller'), column('Revision'), ageColumn],
  cells: (object, now) => [
    object.metadata.name,
    controllerText(object),
    object.revision ?? 0,
    ageOf(object, now),
  ],
  describe: generic,
});

/** `statefulset.apps/web`. */
function controllerText({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return '<none>';
  const [group] = owner.apiVersion.includes('/') ? owner.apiVersion.split('/') : [''];
  const kind = owner.kind.toLowerCase();
  return `${group ? `${kind}.${group}` : kind}/${owner.name}`;
}
