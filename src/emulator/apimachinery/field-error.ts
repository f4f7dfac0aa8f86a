import type { Json } from '../world/json.ts';

/** Kinds of field error, as in apimachinery `field.ErrorType`. */
export type FieldErrorType =
  | 'Required'
  | 'Invalid'
  | 'Forbidden'
  | 'NotSupported'
  | 'Duplicate'
  | 'NotFound'
  | 'TooLong'
  | 'TooMany'
  | 'TooFew'
  | 'TypeInvalid'
  | 'Internal';

/**
 * One complaint about a field (apimachinery `field.Error`). `value` is shown in the message the
 * way Go's validation prints it; `detail` is the text after it.
 */
export interface FieldError {
  readonly path: string;
  readonly type: FieldErrorType;
  readonly value?: Json;
  readonly detail: string;
  /** The value is not shown at all (`field.OmitValueType`). */
  readonly omit?: true;
}

const titles: Readonly<Record<FieldErrorType, string>> = {
  Required: 'Required value',
  Invalid: 'Invalid value',
  Forbidden: 'Forbidden',
  NotSupported: 'Unsupported value',
  Duplicate: 'Duplicate value',
  NotFound: 'Not found',
  TooLong: 'Too long',
  TooMany: 'Too many',
  TooFew: 'Too few',
  TypeInvalid: 'Invalid value',
  Internal: 'Internal error',
};

const make =
  (type: FieldErrorType) =>
  (path: string, value: Json | undefined, detail: string): FieldError =>
    value === undefined ? { path, type, detail } : { path, type, value, detail };

export const invalid = make('Invalid');
export const duplicate = (path: string, value: Json): FieldError =>
  make('Duplicate')(path, value, '');
export const notFound = (path: string, value: Json): FieldError =>
  make('NotFound')(path, value, '');
export const required = (path: string, detail: string): FieldError =>
  make('Required')(path, undefined, detail);
export const forbidden = (path: string, detail: string): FieldError =>
  make('Forbidden')(path, undefined, detail);
export const internal = (path: string, detail: string): FieldError =>
  make('Internal')(path, undefined, detail);
export const typeInvalid = make('TypeInvalid');

/** A value that is none of a list; the list is printed sorted and quoted. */
export function notSupported(path: string, value: Json, supported: readonly string[]): FieldError {
  const list = supported.map((each) => `"${each}"`).join(', ');
  return make('NotSupported')(
    path,
    value,
    supported.length === 0 ? '' : `supported values: ${list}`,
  );
}

export function tooLong(path: string, max: number): FieldError {
  return make('TooLong')(path, undefined, `may not be more than ${max} bytes`);
}

export function tooMany(path: string, actual: number, max: number): FieldError {
  return make('TooMany')(path, actual, `must have at most ${max} items`);
}

/** An error that does not show its value. */
export const omitted = (error: FieldError): FieldError => ({ ...error, omit: true });

/** `Invalid value: "x": must be …`: the message without the path (field.Error.ErrorBody). */
export function errorBody(error: FieldError): string {
  const { type, value, detail } = error;
  const silent =
    type === 'Required' || type === 'Forbidden' || type === 'TooLong' || type === 'Internal';
  if (error.omit) return `${titles[type]}: ${detail}`;
  const shown = silent ? titles[type] : `${titles[type]}: ${printValue(value)}`;
  return detail === '' ? shown : `${shown}: ${detail}`;
}

/** `spec.ports[0].port: Invalid value: 0: must be …`. */
export function errorText(error: FieldError): string {
  return `${error.path}: ${errorBody(error)}`;
}

/** How Go's `field.Error` prints a bad value: text quoted, numbers bare, the rest as JSON. */
function printValue(value: Json | undefined): string {
  if (value === undefined) return 'null';
  return typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value);
}

/** Joins path segments: `at('spec', 'ports', 0)` is `spec.ports[0]`. */
export function at(path: string, ...rest: readonly (string | number)[]): string {
  return rest.reduce<string>(
    (sum, each) =>
      typeof each === 'number' ? `${sum}[${each}]` : sum === '' ? each : `${sum}.${each}`,
    path,
  );
}

/** `path[key]`, for maps. */
export function keyed(path: string, key: string): string {
  return `${path}[${key}]`;
}
