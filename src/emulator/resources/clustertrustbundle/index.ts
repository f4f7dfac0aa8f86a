import type { ApiObject } from '../../apimachinery/object.ts';
import { column, nameColumn } from '../columns.ts';
import { kindNames } from '../names.ts';
import { storedKind } from '../stored.ts';

interface Bundle extends ApiObject {
  readonly spec?: { readonly signerName?: string };
}

/** ClusterTrustBundle: certificates to trust. */
export default storedKind<Bundle>({
  names: kindNames('ClusterTrustBundle', 'clustertrustbundles', {
    group: 'certificates.k8s.io',
    version: 'v1beta1',
    namespaced: false,
  }),
  definition: 'V1beta1ClusterTrustBundle',
  gate: 'ClusterTrustBundle',
  columns: [nameColumn, column('SignerName')],
  cells: ({ metadata, spec }) => [metadata.name, spec?.signerName || '<none>'],
});
