import type { PublishedManifest } from '../manifest.ts';
import { definition } from './definition.ts';

const addresses =
  /^https:\/\/raw\.githubusercontent\.com\/kubernetes-sigs\/network-policy-api\/(?:refs\/(?:heads|tags)\/)?[^/]+\/config\/crd\/(standard|experimental)\/policy\.networking\.k8s\.io_clusternetworkpolicies\.yaml$/;

/** The definition of ClusterNetworkPolicy. */
const manifest: PublishedManifest = {
  addresses,
  objects: (address) => [definition(addresses.exec(address)?.[1] === 'experimental')],
};

export default manifest;
