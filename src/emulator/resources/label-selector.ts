import { at, forbidden, invalid, required, type FieldError } from '../apimachinery/field-error.ts';
import * as names from '../apimachinery/names.ts';
import type { LabelSelector } from '../apimachinery/object.ts';
import { validateLabels } from './metadata.ts';

/** `metav1/validation.ValidateLabelSelector`; what is not there is not wrong. */
export function validateLabelSelector(
  selector: LabelSelector | null | undefined,
  path: string,
): FieldError[] {
  if (!selector) return [];
  const expressions = (selector.matchExpressions ?? []).flatMap((each, index) =>
    validateRequirement(each, at(path, 'matchExpressions', index)),
  );
  return [...validateLabels(selector.matchLabels, at(path, 'matchLabels')), ...expressions];
}

function validateRequirement(
  { key, operator, values = [] }: NonNullable<LabelSelector['matchExpressions']>[number],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const list = at(path, 'values');
  if (operator === 'In' || operator === 'NotIn') {
    const why = "must be specified when `operator` is 'In' or 'NotIn'";
    if (values.length === 0) errors.push(required(list, why));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    if (values.length > 0) errors.push(forbidden(list, why));
  } else {
    errors.push(invalid(at(path, 'operator'), operator ?? '', 'not a valid selector operator'));
  }
  const label = key ?? '';
  errors.push(...names.isQualifiedName(label).map((each) => invalid(at(path, 'key'), label, each)));
  values.forEach((value, index) => {
    const texts = names.isValidLabelValue(value);
    errors.push(...texts.map((each) => invalid(at(list, index), value, each)));
  });
  return errors;
}
