import { humanDuration } from '../../apimachinery/duration.ts';
import { SECOND } from '../../world/time.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';
import { describe } from './describe.ts';
import type { SigningRequest } from './shapes.ts';
import { validate, validateStatus } from './validate.ts';

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
  // Whom it is for is not the same as who asks for it.
  signedBy: (object, { name, uid, groups, extra }) => ({
    ...object,
    spec: {
      ...object.spec,
      username: name,
      ...(uid && { uid }),
      groups: [...groups],
      ...(extra && { extra }),
    },
  }),
  validate,
  validateStatus,
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
