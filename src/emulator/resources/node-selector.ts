import { at, forbidden, invalid, required, type FieldError } from '../apimachinery/field-error.ts';
import { isValidLabelValue } from '../apimachinery/names.ts';
import { dnsSubdomain, invalids, qualifiedName } from './checks.ts';

/** One condition on a node's label or field. */
export interface NodeRequirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

/** Conditions that hold together. */
export interface NodeTerm {
  readonly matchExpressions?: readonly NodeRequirement[];
  readonly matchFields?: readonly NodeRequirement[];
}

const OPERATOR = 'not a valid selector operator';

/** `ValidateNodeSelector`: nodes that pods and volumes may be at. */
export function validateNodeSelector(
  { nodeSelectorTerms: terms = [] }: { readonly nodeSelectorTerms?: readonly NodeTerm[] },
  path: string,
): FieldError[] {
  const place = at(path, 'nodeSelectorTerms');
  if (terms.length === 0) return [required(place, 'must have at least one node selector term')];
  return terms.flatMap((term, index) => validateNodeTerm(term, at(place, index), false));
}

/** `ValidateNodeSelectorTerm`; `lenient` lets values be that labels cannot have. */
export function validateNodeTerm(term: NodeTerm, path: string, lenient: boolean): FieldError[] {
  const { matchExpressions = [], matchFields = [] } = term;
  return [
    ...matchExpressions.flatMap((each, index) =>
      requirementErrors(each, at(path, 'matchExpressions', index), lenient),
    ),
    ...matchFields.flatMap((each, index) => fieldErrors(each, at(path, 'matchFields', index))),
  ];
}

function requirementErrors(
  { key = '', operator = '', values = [] }: NodeRequirement,
  path: string,
  lenient: boolean,
): FieldError[] {
  const list = at(path, 'values');
  const errors: FieldError[] = [];
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        errors.push(required(list, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        errors.push(forbidden(list, why));
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        const why = "must be specified single value when `operator` is 'Lt' or 'Gt'";
        errors.push(required(list, why));
      }
      break;
    default:
      errors.push(invalid(at(path, 'operator'), operator, OPERATOR));
  }
  errors.push(...qualifiedName(key, at(path, 'key')));
  if (lenient) return errors;
  const bad = values.flatMap((value, index) =>
    invalids(at(list, index), value, isValidLabelValue(value)),
  );
  return [...errors, ...bad];
}

/** Fields: the name is the only one, and it takes one value. */
function fieldErrors(
  { key = '', operator = '', values = [] }: NodeRequirement,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(at(path, 'operator'), operator, OPERATOR));
  } else if (values.length !== 1) {
    const why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(at(path, 'values'), why));
  }
  if (key !== 'metadata.name') {
    return [...errors, invalid(at(path, 'key'), key, 'not a valid field selector key')];
  }
  return [
    ...errors,
    ...values.flatMap((value, index) => dnsSubdomain(value, at(path, 'values', index))),
  ];
}
