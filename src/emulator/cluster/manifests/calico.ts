import { calicoObjects } from '../../manifests/calico/objects.ts';
import type { Manifest } from './manifest.ts';

const VERSION = 'v3.26.4';

/** calico.yaml as it is published; the pods' range is taken from kubeadm's configuration. */
export function calico(): readonly Manifest[] {
  return calicoObjects(VERSION) as readonly Manifest[];
}

/** Images of calico.yaml. */
export function calicoImages(): readonly string[] {
  const text = JSON.stringify(calico());
  return [...new Set([...text.matchAll(/"image":"([^"]+)"/g)].map(([, image]) => image as string))];
}
