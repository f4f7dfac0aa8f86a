import { errorBody, errorText, type FieldError, type FieldErrorType } from './field-error.ts';

/** metav1.Status of a failure, as the API server sends it. */
export interface ApiStatus {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string };
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: StatusReason;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly uid?: string;
    readonly causes?: readonly {
      readonly reason?: string;
      readonly message?: string;
      readonly field?: string;
    }[];
    readonly retryAfterSeconds?: number;
  };
  readonly code?: number;
}

export type StatusReason =
  | 'Unknown'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable';

/** A value, or what the real system would say instead. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly status: ApiStatus };

interface Resource {
  readonly group: string;
  readonly plural: string;
  readonly kind?: string;
}

type Details = NonNullable<ApiStatus['details']>;

function failure(
  code: number,
  reason: StatusReason,
  message: string,
  details?: Details,
): ApiStatus {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  };
}

/** `services`, `deployments.apps`: how messages name a resource. */
function qualified({ group, plural }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: Resource, name: string): Details {
  return { ...(name && { name }), ...(group && { group }), kind: plural };
}

export function notFoundStatus(resource: Resource, name: string): ApiStatus {
  const message = `${qualified(resource)} "${name}" not found`;
  return failure(404, 'NotFound', message, detailsOf(resource, name));
}

/** What is answered for a path that nobody serves. */
export function noSuchPathStatus(): ApiStatus {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExistsStatus(resource: Resource, name: string): ApiStatus {
  const message = `${qualified(resource)} "${name}" already exists`;
  return failure(409, 'AlreadyExists', message, detailsOf(resource, name));
}

export function conflictStatus(resource: Resource, name: string, why: string): ApiStatus {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`;
  return failure(409, 'Conflict', message, detailsOf(resource, name));
}

/** What a stale resourceVersion meets. */
export const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export function forbiddenStatus(resource: Resource, name: string, why: string): ApiStatus {
  const what = name === '' ? qualified(resource) : `${qualified(resource)} "${name}"`;
  return failure(403, 'Forbidden', `${what} is forbidden: ${why}`, detailsOf(resource, name));
}

export function badRequestStatus(message: string): ApiStatus {
  return failure(400, 'BadRequest', message);
}

/** What a verb meets that a path does not know. */
export function methodNotAllowedStatus(): ApiStatus {
  const message = 'the server does not allow this method on the requested resource';
  return failure(405, 'MethodNotAllowed', message, {});
}

/** An Accept header that names nothing which the server can send. */
export function notAcceptableStatus(available: readonly string[]): ApiStatus {
  const message = `406: Not Acceptable\n\nAvailable representations: ${available.join(', ')}`;
  return failure(406, 'NotAcceptable', message, {});
}

/** A form of an answer that there is not of what was asked for. */
export function formNotAcceptableStatus(message: string): ApiStatus {
  return failure(406, 'NotAcceptable', message);
}

/** A body in a form that the server cannot read. */
export function unsupportedMediaTypeStatus(accepted: readonly string[]): ApiStatus {
  const message =
    'the body of the request was in an unknown format - accepted media types include: ' +
    accepted.join(', ');
  return failure(415, 'UnsupportedMediaType', message);
}

/** A patch in a form that there is not. */
export function unsupportedPatchStatus(): ApiStatus {
  return failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

export function tooLargeStatus(message: string): ApiStatus {
  return failure(413, 'RequestEntityTooLarge', message);
}

export function expiredStatus(message: string): ApiStatus {
  return failure(410, 'Expired', message);
}

/** A wait that came to nothing; the client may ask again after a second. */
export function timeoutStatus(
  message: string,
  cause: { readonly reason: string; readonly message: string },
): ApiStatus {
  const details = { causes: [cause], retryAfterSeconds: 1 };
  return failure(504, 'Timeout', `Timeout: ${message}`, details);
}

/** A refusal for now; the client may ask again, after a while if one is told. */
export function tooManyRequestsStatus(
  message: string,
  seconds: number,
  cause: { readonly reason: string; readonly message: string },
): ApiStatus {
  const details = { causes: [cause], ...(seconds > 0 && { retryAfterSeconds: seconds }) };
  return failure(429, 'TooManyRequests', message, details);
}

export function internalStatus(message: string): ApiStatus {
  return failure(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });
}

export function unauthorizedStatus(): ApiStatus {
  return failure(401, 'Unauthorized', 'Unauthorized');
}

/** Success of a deletion, with the uid of what was deleted. */
export function successStatus(resource: Resource, name: string, uid: string): ApiStatus {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(resource.group && { group: resource.group }), kind: resource.plural, uid },
  };
}

const causes: Readonly<Record<FieldErrorType, string>> = {
  Required: 'FieldValueRequired',
  Invalid: 'FieldValueInvalid',
  Forbidden: 'FieldValueForbidden',
  NotSupported: 'FieldValueNotSupported',
  Duplicate: 'FieldValueDuplicate',
  NotFound: 'FieldValueNotFound',
  TooLong: 'FieldValueTooLong',
  TooMany: 'FieldValueTooMany',
  TooFew: 'FieldValueTooFew',
  TypeInvalid: 'FieldValueTypeInvalid',
  Internal: 'InternalError',
};

/** 422: one error in the line, several in brackets, as `errors.NewInvalid` joins them. */
export function invalidStatus(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): ApiStatus {
  const texts = [...new Set(errors.map(errorText))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const full = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  return failure(422, 'Invalid', `${full} "${name}" is invalid: ${list}`, {
    ...(name && { name }),
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    causes: errors.map((error) => ({
      reason: causes[error.type],
      message: errorBody(error),
      field: error.path,
    })),
  });
}
