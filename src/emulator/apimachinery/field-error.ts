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
}
