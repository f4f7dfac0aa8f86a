import type { Image } from '../../host/runtime-api.ts';
import { rules } from '../programs.ts';

const component = (
  names: readonly string[],
  programs: readonly string[],
  entrypoint: readonly string[],
  size: number,
): Image => ({
  names,
  programs,
  entrypoint,
  size,
});

/** Images of kubeadm's control plane and add-ons: hardly more in them than the one program. */
const images: readonly Image[] = [
  component(['registry.k8s.io/pause'], ['pause'], ['/pause'], 320_448),
  component(['registry.k8s.io/etcd'], ['etcd'], ['etcd'], 23_000_000),
  component(['registry.k8s.io/kube-apiserver'], ['kube-apiserver'], ['kube-apiserver'], 27_000_000),
  component(
    ['registry.k8s.io/kube-controller-manager'],
    ['kube-controller-manager'],
    ['kube-controller-manager'],
    23_000_000,
  ),
  component(['registry.k8s.io/kube-scheduler'], ['kube-scheduler'], ['kube-scheduler'], 17_000_000),
  component(
    ['registry.k8s.io/kube-proxy'],
    ['kube-proxy', ...rules, 'sh', 'cat', 'ls'],
    ['/usr/local/bin/kube-proxy'],
    26_000_000,
  ),
  component(
    ['registry.k8s.io/coredns/coredns', 'coredns/coredns'],
    ['coredns'],
    ['/coredns'],
    23_500_000,
  ),
];

export default images;
