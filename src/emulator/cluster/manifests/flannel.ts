import { flannelObjects } from '../../manifests/flannel/objects.ts';
import type { Topology } from '../topology.ts';
import type { Manifest } from './manifest.ts';

/** kube-flannel.yml with the host-gw backend: all machines are on one segment. */
export function flannel({ podCidr, podCidr6 }: Topology): Manifest[] {
  const second = podCidr6 === undefined ? {} : { network6: podCidr6 };
  return flannelObjects({ network: podCidr, ...second, backend: { Type: 'host-gw' } });
}
