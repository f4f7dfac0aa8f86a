import type { ApiObject, Labels } from '../../apimachinery/object.ts';
import { column, labelText, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Request extends ApiObject {
  readonly spec?: {
    readonly podName?: string;
    readonly serviceAccountName?: string;
    readonly nodeName?: string;
    readonly signerName?: string;
    readonly unverifiedUserAnnotations?: Labels;
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string }[] };
}

const states = ['Denied', 'Failed', 'Issued'];

/** PodCertificateRequest: a certificate that a kubelet asks for in a pod's name. */
export default storedKind<Request>({
  names: kindNames('PodCertificateRequest', 'podcertificaterequests', {
    group: 'certificates.k8s.io',
    version: 'v1beta1',
  }),
  definition: 'V1beta1PodCertificateRequest',
  gate: 'PodCertificateRequest',
  status: true,
  columns: [
    nameColumn,
    column('PodName'),
    column('ServiceAccountName'),
    column('NodeName'),
    column('SignerName'),
    column('State'),
    { ...column('UnverifiedUserAnnotations'), priority: 0 },
  ],
  cells({ metadata, spec = {}, status }) {
    const state = status?.conditions?.find(({ type }) => states.includes(type))?.type;
    return [
      metadata.name,
      spec.podName ?? '',
      spec.serviceAccountName ?? '',
      spec.nodeName ?? '',
      spec.signerName ?? '',
      state ?? 'Pending',
      labelText(spec.unverifiedUserAnnotations),
    ];
  },
});
