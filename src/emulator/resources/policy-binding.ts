import { required, type FieldError } from '../apimachinery/field-error.ts';
import type { ApiObject, LabelSelector } from '../apimachinery/object.ts';
import { formatSelector } from '../apimachinery/selector.ts';
import { ageColumn, ageOf, column, nameColumn } from './columns.ts';
import type { KindNames, ResourceKind } from './kind.ts';
import { storedKind } from './stored.ts';

interface Binding extends ApiObject {
  readonly spec?: {
    readonly policyName?: string;
    readonly validationActions?: readonly string[];
    readonly paramRef?: {
      readonly name?: string;
      readonly namespace?: string;
      readonly selector?: LabelSelector;
    };
  };
}

/** The two kinds that bind an admission policy to its parameters: alike but for their names. */
export function policyBinding(names: KindNames, definition: string): ResourceKind {
  const validating = definition.includes('Validating');
  return storedKind<Binding>({
    names,
    definition,
    generation: true,
    validate({ spec }): FieldError[] {
      const errors: FieldError[] = [];
      if (!spec?.policyName) errors.push(required('spec.policyName', ''));
      if (validating && (spec?.validationActions ?? []).length === 0) {
        errors.push(
          required('spec.validationActions', 'at least one validation action is required'),
        );
      }
      return errors;
    },
    columns: [
      nameColumn,
      column(
        'PolicyName',
        'string',
        'PolicyName indicates the policy definition which the policy binding binded to',
      ),
      column(
        'ParamRef',
        'string',
        'ParamRef indicates the param resource which sets the configration param',
      ),
      ageColumn,
    ],
    cells: (object, now) => [
      object.metadata.name,
      object.spec?.policyName ?? '',
      paramText(object),
      ageOf(object, now),
    ],
  });
}

function paramText({ spec }: Binding): string {
  const { name, namespace, selector } = spec?.paramRef ?? {};
  if (name) return `${namespace || '*'}/${name}`;
  return selector ? formatSelector(selector) : '<unset>';
}
