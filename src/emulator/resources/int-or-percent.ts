import { invalid, type FieldError } from '../apimachinery/field-error.ts';
import { isValidPercent } from '../apimachinery/names.ts';

/** `ValidatePositiveIntOrPercent` and `IsNotMoreThan100Percent`. */
export function validateIntOrPercent(value: number | string, path: string): FieldError[] {
  if (typeof value === 'number') {
    return value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
  }
  if (isValidPercent(value).length > 0) {
    return [invalid(path, value, "must be an integer or percentage (e.g '5%%')")];
  }
  return Number(value.slice(0, -1)) > 100
    ? [invalid(path, value, 'must not be greater than 100%')]
    : [];
}
