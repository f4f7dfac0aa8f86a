import type { PublishedManifest } from '../manifest.ts';
import { calicoObjects } from './objects.ts';

const repository = 'https://raw\\.githubusercontent\\.com/projectcalico/calico';
const docs =
  'https://(?:docs\\.tigera\\.io|docs\\.projectcalico\\.org|projectcalico\\.docs\\.tigera\\.io)';

/** The version that an address names; the last that is modelled where it names none. */
const versionOf = (address: string) => /\/(v3\.\d+\.\d+)\//.exec(address)?.[1] ?? 'v3.26.4';

/** Calico with IPIP and the datastore of Kubernetes, as it is published. */
const manifest: PublishedManifest = {
  addresses: new RegExp(
    `^(?:${repository}/(?:v3\\.[\\d.]+|release-v3\\.\\d+|master)/manifests/calico\\.yaml` +
      `|${docs}(?:/[\\w./-]+)?/manifests/calico\\.yaml)$`,
  ),
  objects: (address) => calicoObjects(versionOf(address)),
};

export default manifest;
