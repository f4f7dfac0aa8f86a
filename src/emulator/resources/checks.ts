import {
  at,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../apimachinery/field-error.ts';
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../apimachinery/names.ts';
import type { Json } from '../world/json.ts';

/** A part of an object that is only looked at: its members by name. */
export type Fields = { readonly [name: string]: Json | undefined };

export const NOT_NEGATIVE = 'must be greater than or equal to 0';

/** One error for each text that says what is wrong with a value. */
export function invalids(path: string, value: Json, texts: readonly string[]): FieldError[] {
  return texts.map((each) => invalid(path, value, each));
}

/** `ValidateDNS1123Label`. */
export const dnsLabel = (value: string, path: string): FieldError[] =>
  invalids(path, value, isDns1123Label(value));

/** `ValidateDNS1123Subdomain`, also of the names of most objects. */
export const dnsSubdomain = (value: string, path: string): FieldError[] =>
  invalids(path, value, isDns1123Subdomain(value));

/** `ValidateQualifiedName`. */
export const qualifiedName = (value: string, path: string): FieldError[] =>
  invalids(path, value, isQualifiedName(value));

/** `ValidateNonnegativeField`. */
export function nonNegative(value: number | undefined, path: string): FieldError[] {
  return (value ?? 0) < 0 ? [invalid(path, value, NOT_NEGATIVE)] : [];
}

/** A value of a list; what is not there is `required`, unless it may be left out. */
export function oneOf(
  value: string | undefined,
  supported: readonly string[],
  path: string,
  must = false,
): FieldError[] {
  if (value === undefined || (must && value === '')) return must ? [required(path, '')] : [];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
}

/** A text of a part, empty where there is none. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** `Required value` for each named text that is missing or empty. */
export function needed(fields: Fields, path: string, ...names: readonly string[]): FieldError[] {
  return names.filter((name) => !textOf(fields, name)).map((name) => required(at(path, name), ''));
}

/** `Forbidden` for each name under which anything stands. */
export function unwanted(
  fields: Fields,
  path: string,
  names: readonly string[],
  why: string,
): FieldError[] {
  return names.filter((name) => isSet(fields[name])).map((name) => forbidden(at(path, name), why));
}

/** Whether a member is set to more than Go's zero value. */
export function isSet(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === 0) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
