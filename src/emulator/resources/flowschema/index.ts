import { invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface FlowSchema extends ApiObject {
  readonly spec?: {
    readonly priorityLevelConfiguration?: { readonly name?: string };
    readonly matchingPrecedence?: number;
    readonly distinguisherMethod?: { readonly type?: string };
  };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

const PRECEDENCE = 1000;
const PRECEDENCE_MAX = 10_000;

/** FlowSchema: which requests belong to which priority level; requests do not wait here. */
export default storedKind<FlowSchema>({
  names: kindNames('FlowSchema', 'flowschemas', {
    group: 'flowcontrol.apiserver.k8s.io',
    namespaced: false,
  }),
  definition: 'V1FlowSchema',
  generation: true,
  status: true,
  defaults: (object) => ({
    ...object,
    spec: { ...object.spec, matchingPrecedence: object.spec?.matchingPrecedence || PRECEDENCE },
  }),
  validate({ spec = {} }): FieldError[] {
    const errors: FieldError[] = [];
    const { matchingPrecedence: order = 0 } = spec;
    if (order <= 0) {
      errors.push(invalid('spec.matchingPrecedence', order, 'must be a positive value'));
    }
    if (order > PRECEDENCE_MAX) {
      const why = `must not be greater than ${PRECEDENCE_MAX}`;
      errors.push(invalid('spec.matchingPrecedence', order, why));
    }
    if (!spec.priorityLevelConfiguration?.name) {
      errors.push(
        required('spec.priorityLevelConfiguration.name', 'must reference a priority level'),
      );
    }
    return errors;
  },
  columns: [
    nameColumn,
    column('PriorityLevel'),
    column('MatchingPrecedence'),
    column('DistinguisherMethod'),
    ageColumn,
    column('MissingPL'),
  ],
  cells: (object, now) => [
    object.metadata.name,
    object.spec?.priorityLevelConfiguration?.name ?? '',
    object.spec?.matchingPrecedence ?? 0,
    object.spec?.distinguisherMethod?.type ?? '<none>',
    ageOf(object, now),
    object.status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
  ],
});
