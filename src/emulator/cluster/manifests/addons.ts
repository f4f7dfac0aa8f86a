import type { Topology } from '../topology.ts';
import { COREDNS_IMAGE, coredns } from './coredns.ts';
import { FLANNEL_IMAGE, flannel } from './flannel.ts';
import { kubeProxy, kubeProxyImage } from './kube-proxy.ts';
import type { Manifest } from './manifest.ts';
import { standardClass } from './storage.ts';

/** What kubeadm, flannel's manifest and kind's storage put into a new cluster, in their order. */
export function addons(topology: Topology): readonly Manifest[] {
  return [...coredns(topology), ...kubeProxy(topology), ...flannel(topology), standardClass()];
}

/** Images that the add-ons run. */
export function addonImages(topology: Topology): string[] {
  return [COREDNS_IMAGE, kubeProxyImage(topology), FLANNEL_IMAGE, 'registry.k8s.io/pause:3.10.1'];
}
