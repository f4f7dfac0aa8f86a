import { invalid, type FieldError } from '../apimachinery/field-error.ts';
import { isValidPercent } from '../apimachinery/names.ts';
import { invalids, nonNegative } from './checks.ts';

type IntOrPercent = number | string;

/** `ValidatePositiveIntOrPercent`. */
export function positiveIntOrPercent(value: IntOrPercent, path: string): FieldError[] {
  if (typeof value === 'number') return nonNegative(value, path);
  return invalids(path, value, isValidPercent(value));
}

/** `IsNotMoreThan100Percent`. */
export function notMoreThanAll(value: IntOrPercent, path: string): FieldError[] {
  const isPercent = typeof value === 'string' && isValidPercent(value).length === 0;
  if (!isPercent || Number(value.slice(0, -1)) <= 100) return [];
  return [invalid(path, value, 'must not be greater than 100%')];
}

/** Both: a number, or a share of at most all. */
export function validateIntOrPercent(value: IntOrPercent, path: string): FieldError[] {
  return [...positiveIntOrPercent(value, path), ...notMoreThanAll(value, path)];
}

/** `getIntOrPercentValue`: the number, or that before the percent sign; 0 for other texts. */
export function numberOf(value: IntOrPercent): number {
  if (typeof value === 'number') return value;
  return isValidPercent(value).length === 0
    ? Number(value.slice(0, -1))
    : Number.parseInt(/^[+-]?\d+$/.test(value) ? value : '0', 10);
}
