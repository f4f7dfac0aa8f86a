import { FLANNEL_IMAGE, FLANNEL_PLUGIN_IMAGE } from '../../manifests/flannel/objects.ts';
import type { Topology } from '../topology.ts';
import { calico, calicoImages } from './calico.ts';
import { COREDNS_IMAGE, coredns } from './coredns.ts';
import { flannel } from './flannel.ts';
import { kubeadmConfig } from './kubeadm-config.ts';
import { kubeProxy, kubeProxyImage } from './kube-proxy.ts';
import type { Manifest } from './manifest.ts';
import { standardClass } from './storage.ts';

/** What a network plugin's manifest puts into a new cluster, and the images that it runs. */
const networks: Readonly<
  Record<
    Topology['network'],
    { objects(topology: Topology): readonly Manifest[]; images(): readonly string[] }
  >
> = {
  none: { objects: () => [], images: () => [] },
  flannel: { objects: flannel, images: () => [FLANNEL_IMAGE, FLANNEL_PLUGIN_IMAGE] },
  calico: { objects: calico, images: calicoImages },
};

/** What kubeadm, the network's manifest and kind's storage put into a new cluster, in order. */
export function addons(topology: Topology): readonly Manifest[] {
  const kubeadm = [kubeadmConfig(topology), ...coredns(topology), ...kubeProxy(topology)];
  return [...kubeadm, ...networks[topology.network].objects(topology), standardClass()];
}

/** Images that the add-ons run. */
export function addonImages(topology: Topology): string[] {
  const pause = 'registry.k8s.io/pause:3.10.1';
  const network = networks[topology.network].images();
  return [COREDNS_IMAGE, kubeProxyImage(topology), ...network, pause];
}
