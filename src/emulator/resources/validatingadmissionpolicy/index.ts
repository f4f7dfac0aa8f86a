import type { ApiObject } from '../../apimachinery/object.ts';
import { required, type FieldError } from '../../apimachinery/field-error.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Policy extends ApiObject {
  readonly spec?: {
    readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string };
    readonly validations?: readonly unknown[];
    readonly failurePolicy?: string;
    readonly matchConstraints?: object;
    readonly auditAnnotations?: readonly unknown[];
  };
}

/** ValidatingAdmissionPolicy: rules in CEL; kept, and asked of nothing. */
export default storedKind<Policy>({
  names: kindNames('ValidatingAdmissionPolicy', 'validatingadmissionpolicies', {
    group: 'admissionregistration.k8s.io',
    namespaced: false,
    categories: ['api-extensions'],
  }),
  definition: 'V1ValidatingAdmissionPolicy',
  generation: true,
  status: true,
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
    ...((spec?.validations ?? []).length + (spec?.auditAnnotations ?? []).length > 0
      ? []
      : [
          required(
            'spec.validations',
            'validations or auditAnnotations must contain at least one item',
          ),
        ]),
  ],
  columns: [
    nameColumn,
    column(
      'Validations',
      'integer',
      'Validations indicates the number of validation rules defined in this configuration',
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
    object.spec?.validations?.length ?? 0,
    object.spec?.paramKind
      ? `${object.spec.paramKind.apiVersion ?? ''}/${object.spec.paramKind.kind ?? ''}`
      : '<unset>',
    ageOf(object, now),
  ],
});
