import { humanDuration } from '../../apimachinery/duration.ts';
import { invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import { SECOND } from '../../world/time.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { immutable } from '../metadata.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';
import type { Condition } from '../pod-template/shapes.ts';
import { describe } from './describe.ts';
import { readRequest } from './request.ts';

export interface SigningRequest extends ApiObject {
  readonly spec?: {
    readonly request?: string | null;
    readonly signerName?: string;
    readonly expirationSeconds?: number;
    readonly usages?: readonly string[];
    readonly username?: string;
    readonly groups?: readonly string[];
  };
  readonly status?: { readonly conditions?: readonly Condition[]; readonly certificate?: string };
}

const EXPIRATION_MIN = 600;

/** CertificateSigningRequest: a certificate that somebody asks for. */
export default storedKind<SigningRequest>({
  names: kindNames('CertificateSigningRequest', 'certificatesigningrequests', {
    group: 'certificates.k8s.io',
    namespaced: false,
    shortNames: ['csr'],
  }),
  definition: 'V1CertificateSigningRequest',
  status: true,
  subresources: ['approval'],
  prepare: (object, old) => (old ? { ...object, spec: old.spec ?? {} } : { ...object, status: {} }),
  validate,
  selectableFields: ({ spec }) => ({ 'spec.signerName': spec?.signerName ?? '' }),
  columns: [
    nameColumn,
    ageColumn,
    column('SignerName'),
    column('Requestor'),
    column('RequestedDuration'),
    column('Condition'),
  ],
  cells: (object, now) => [
    object.metadata.name,
    ageOf(object, now),
    object.spec?.signerName || '<none>',
    object.spec?.username ?? '',
    object.spec?.expirationSeconds === undefined
      ? '<none>'
      : humanDuration(object.spec.expirationSeconds * SECOND),
    stateOf(object),
  ],
  describe: (object, related) => describe(object, stateOf(object), related),
});

/** `extractCSRStatus`: denied counts more than approved. */
function stateOf({ status }: SigningRequest): string {
  const has = (name: string) => status?.conditions?.some(({ type }) => type === name) ?? false;
  const first = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${first}${has('Failed') ? ',Failed' : ''}${status?.certificate ? ',Issued' : ''}`;
}

/** `validateCertificateSigningRequest`. */
function validate({ spec = {} }: SigningRequest, old: SigningRequest | undefined): FieldError[] {
  const errors: FieldError[] = [];
  const { request, signerName = '', usages = [], expirationSeconds: seconds } = spec;
  if (!readRequest(request ?? '')) {
    const why = 'PEM block type must be CERTIFICATE REQUEST';
    errors.push(invalid('spec.request', (request ?? '') as never, why));
  }
  if (usages.length === 0) {
    errors.push(required('spec.usages', 'usages must not be empty'));
  }
  if (signerName === '') errors.push(required('spec.signerName', ''));
  else if (!/^[a-z0-9.-]+\.[a-z0-9-]+\/[A-Za-z0-9._-]+$/.test(signerName)) {
    const why = 'must be a fully qualified domain and path of the form "example.com/signer-name"';
    errors.push(invalid('spec.signerName', signerName, why));
  }
  if (seconds !== undefined && seconds < EXPIRATION_MIN) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', seconds, why));
  }
  return old ? [...errors, ...immutable('spec', spec, old.spec)] : errors;
}
