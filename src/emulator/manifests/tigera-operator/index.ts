import type { PublishedManifest } from '../manifest.ts';
import { customResources, operatorObjects } from './objects.ts';

const addresses =
  /^https:\/\/raw\.githubusercontent\.com\/projectcalico\/calico\/(v3\.[\d.]+|release-v3\.\d+|master)\/manifests\/(tigera-operator|custom-resources)\.yaml$/;

/** The operator, and what it is told. */
const manifest: PublishedManifest = {
  addresses,
  objects: (address) =>
    addresses.exec(address)?.[2] === 'custom-resources' ? customResources() : operatorObjects(),
};

export default manifest;
