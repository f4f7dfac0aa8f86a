import type { PublishedManifest } from '../manifest.ts';
import { access } from './access.ts';
import { kinds } from './kinds.ts';
import { workloads } from './workloads.ts';

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
  objects: (address) => {
    const { config, daemonSet, deployment, disruptionBudget } = workloads(versionOf(address));
    const [accounts, ...roles] = access();
    return [
      disruptionBudget,
      ...(accounts ?? []),
      config,
      ...kinds(),
      ...roles.flat(),
      daemonSet,
      deployment,
    ];
  },
};

export default manifest;
