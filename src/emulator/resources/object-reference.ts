import { at, invalid, required, type FieldError } from '../apimachinery/field-error.ts';
import { isDns1123Subdomain } from '../apimachinery/names.ts';
import { isValidPathSegmentName } from './path-segment.ts';

/** An object of any kind, by its group, kind and name. */
export interface TypedReference {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
}

/**
 * `validateIngressTypedLocalObjectReference`: group, kind and name are well formed. `why` says
 * what is told where one is missing.
 */
export function validateTypedReference(
  { apiGroup, kind = '', name = '' }: TypedReference,
  path: string,
  why = (field: string) => `${field} is required`,
): FieldError[] {
  const errors: FieldError[] = [];
  if (apiGroup !== undefined) {
    const texts = isDns1123Subdomain(apiGroup);
    errors.push(...texts.map((each) => invalid(at(path, 'apiGroup'), apiGroup, each)));
  }
  for (const [field, value] of [
    ['kind', kind],
    ['name', name],
  ] as const) {
    const place = at(path, field);
    if (value === '') errors.push(required(place, why(field)));
    else errors.push(...isValidPathSegmentName(value).map((each) => invalid(place, value, each)));
  }
  return errors;
}
