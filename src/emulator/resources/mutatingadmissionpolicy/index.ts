import type { ApiObject } from '../../apimachinery/object.ts';
import { required, type FieldError } from '../../apimachinery/field-error.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Policy extends ApiObject {
  readonly spec?: {
    readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string };
    readonly mutations?: readonly unknown[];
    readonly failurePolicy?: string;
    readonly matchConstraints?: object;
    readonly reinvocationPolicy?: string;
  };
}

/** MutatingAdmissionPolicy: rules in CEL; kept, and asked of nothing. */
export default storedKind<Policy>({
  names: kindNames('MutatingAdmissionPolicy', 'mutatingadmissionpolicies', {
    group: 'admissionregistration.k8s.io',
    namespaced: false,
    categories: ['api-extensions'],
  }),
  definition: 'V1MutatingAdmissionPolicy',
  generation: true,

  defaults: (object) => ({
    ...object,
    spec: {
      ...object.spec,
      failurePolicy: object.spec?.failurePolicy ?? 'Fail',
      ...(object.spec?.matchConstraints && {
        matchConstraints: {
          matchPolicy: 'Equivalent',
          namespaceSelector: {},
          objectSelector: {},
          ...object.spec.matchConstraints,
        },
      }),
    },
  }),
  validate: ({ spec }): FieldError[] => [
    ...(spec?.matchConstraints ? [] : [required('spec.matchConstraints', '')]),
    ...((spec?.mutations ?? []).length > 0
      ? []
      : [required('spec.mutations', 'mutations must contain at least one item')]),
  ],
  columns: [
    nameColumn,
    column(
      'Mutations',
      'integer',
      'Mutation indicates the number of mutations rules defined in this configuration',
    ),
    column(
      'ParamKind',
      'string',
      'ParamKind specifies the kind of resources used to parameterize this policy',
    ),
    ageColumn,
  ],
  cells: (object, now) => [
    object.metadata.name,
    object.spec?.mutations?.length ?? 0,
    object.spec?.paramKind
      ? `${object.spec.paramKind.apiVersion ?? ''}/${object.spec.paramKind.kind ?? ''}`
      : '<unset>',
    ageOf(object, now),
  ],
});
