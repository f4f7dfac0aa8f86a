import {
  at,
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { decodeBase64 } from '../../world/base64.ts';
import { equal } from '../../world/json.ts';
import type { Condition } from '../pod-template/shapes.ts';
import { validateSignerName } from '../signer-name.ts';
import { readRequest } from './request.ts';
import type { SigningRequest } from './shapes.ts';

const EXPIRATION_MIN = 600;
const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

/** `validateCertificateSigningRequest` (`pkg/apis/certificates/validation`). */
function validateRequest({ spec = {}, status = {} }: SigningRequest): FieldError[] {
  const { request, signerName = '', usages: given = [], expirationSeconds: seconds } = spec;
  const errors: FieldError[] = [];
  if (!readRequest(request ?? '')) {
    const why = 'PEM block type must be CERTIFICATE REQUEST';
    errors.push(invalid('spec.request', request ?? '', why));
  }
  const path = 'spec.usages';
  if (given.length === 0) errors.push(required(path, 'usages must be provided'));
  given.forEach((usage, index) => {
    if (!usages.includes(usage)) errors.push(notSupported(at(path, index), usage, usages));
  });
  given.forEach((usage, index) => {
    if (given.indexOf(usage) < index) errors.push(duplicate(at(path, index), usage));
  });
  const signer = 'spec.signerName';
  if (signerName === 'kubernetes.io/legacy-unknown') {
    const why = 'the legacy signerName is not allowed via this API version';
    errors.push(invalid(signer, signerName, why));
  } else errors.push(...validateSignerName(signerName, signer, 'signerName must be provided'));
  if (seconds !== undefined && seconds < EXPIRATION_MIN) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', seconds, why));
  }
  errors.push(...validateConditions(status.conditions ?? [], 'status.conditions'));
  const wrong = certificateError(status.certificate);
  return wrong === undefined
    ? errors
    : [...errors, invalid('status.certificate', '<certificate data>', wrong)];
}

function validateConditions(conditions: readonly Condition[], path: string): FieldError[] {
  const exclusive = 'Approved and Denied conditions are mutually exclusive';
  return conditions.flatMap(({ type = '', status = '' }, index) => {
    const own = at(path, index);
    const errors: FieldError[] = [];
    if (!type) errors.push(required(at(own, 'type'), ''));
    const only = ['Approved', 'Denied', 'Failed'].includes(type);
    const known = only ? ['True'] : ['False', 'True', 'Unknown'];
    if (!status) errors.push(required(at(own, 'status'), ''));
    else if (!known.includes(status)) errors.push(notSupported(at(own, 'status'), status, known));
    const earlier = conditions.slice(0, index).map((each) => each.type);
    const other = { Approved: 'Denied', Denied: 'Approved' }[type];
    if (other && earlier.includes(other)) errors.push(invalid(at(own, 'type'), type, exclusive));
    if (earlier.includes(type)) errors.push(duplicate(at(own, 'type'), type));
    return errors;
  });
}

/** `validateCertificate`, as far as PEM goes. */
function certificateError(certificate: string | undefined): string | undefined {
  if (!certificate) return undefined;
  const labels = [...decodeBase64(certificate).matchAll(/-----BEGIN ([^-]+)-----/g)].map(
    ([, label]) => label as string,
  );
  const odd = labels.find((label) => label !== 'CERTIFICATE');
  if (odd) return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(odd)}`;
  return labels.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined;
}

/** What may become of a request depends on where it is written to. */
function validateUpdate(
  now: SigningRequest,
  old: SigningRequest,
  may: { readonly approve?: boolean; readonly sign?: boolean },
): FieldError[] {
  const path = 'status.conditions';
  const all = ({ status }: SigningRequest, type: string) =>
    (status?.conditions ?? []).filter((each) => each.type === type);
  const errors = validateRequest(now);
  for (const type of ['Approved', 'Denied', 'Failed']) {
    if (all(now, type).length < all(old, type).length) {
      errors.push(forbidden(path, `updates may not remove a condition of type "${type}"`));
    }
  }
  for (const type of may.approve ? [] : ['Approved', 'Denied']) {
    const [given, had] = [all(now, type), all(old, type)];
    if (given.length > had.length) {
      errors.push(forbidden(path, `updates may not add a condition of type "${type}"`));
    } else if (given.length === had.length && !equal(given, had)) {
      errors.push(forbidden(path, `updates may not modify a condition of type "${type}"`));
    }
  }
  const [given, had] = [now.status?.certificate ?? '', old.status?.certificate ?? ''];
  if (given === had) return errors;
  const place = 'status.certificate';
  if (!may.sign) return [...errors, forbidden(place, 'updates may not set certificate content')];
  const why = 'updates may not modify existing certificate content';
  return had ? [...errors, forbidden(place, why)] : errors;
}

export function validate(now: SigningRequest, old: SigningRequest | undefined): FieldError[] {
  return old ? validateUpdate(now, old, { approve: true }) : validateRequest(now);
}

/** A write to `/status`: the signer's. */
export function validateStatus(now: SigningRequest, old: SigningRequest): FieldError[] {
  return validateUpdate(now, old, { sign: true });
}
