import type { Topology } from '../topology.ts';
import { COREDNS_IMAGE, coredns } from './coredns.ts';
import { FLANNEL_IMAGE, FLANNEL_PLUGIN_IMAGE } from '../../manifests/flannel/objects.ts';
import { flannel } from './flannel.ts';
import { kubeadmConfig } from './kubeadm-config.ts';
import { kubeProxy, kubeProxyImage } from './kube-proxy.ts';
import type { Manifest } from './manifest.ts';
import { standardClass } from './storage.ts';

/** What kubeadm, flannel's manifest and kind's storage put into a new cluster, in their order. */
export function addons(topology: Topology): readonly Manifest[] {
  const network = topology.network === 'flannel' ? flannel(topology) : [];
  const kubeadm = [kubeadmConfig(topology), ...coredns(topology), ...kubeProxy(topology)];
  return [...kubeadm, ...network, standardClass()];
}

/** Images that the add-ons run. */
export function addonImages(topology: Topology): string[] {
  const network = topology.network === 'flannel' ? [FLANNEL_IMAGE, FLANNEL_PLUGIN_IMAGE] : [];
  const pause = 'registry.k8s.io/pause:3.10.1';
  return [COREDNS_IMAGE, kubeProxyImage(topology), ...network, pause];
}
