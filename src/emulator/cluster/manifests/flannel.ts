import { flannelObjects } from '../../manifests/flannel/objects.ts';
import type { Topology } from '../topology.ts';
import type { Manifest } from './manifest.ts';

/** kube-flannel.yml with the host-gw backend: all machines are on one segment. */
export function flannel({ podCidr }: Topology): Manifest[] {
  return flannelObjects({ network: podCidr, backend: { Type: 'host-gw' } });
}
