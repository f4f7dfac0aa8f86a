import type { Image } from '../../host/runtime-api.ts';
import { network, rules, shells } from '../programs.ts';

const named = (name: string) => [
  `docker.io/calico/${name}`,
  `calico/${name}`,
  `quay.io/calico/${name}`,
];

/** Calico's images. */
const images: readonly Image[] = [
  {
    names: named('cni'),
    programs: ['calico-cni-install', 'calico-ipam-upgrade'],
    entrypoint: ['/opt/cni/bin/install'],
    size: 93_000_000,
  },
  {
    names: named('node'),
    programs: [
      ...shells,
      ...['start_runit', 'calico-node', 'cat', 'ls', 'ps', 'grep'],
      ...network.filter((name) => ['ip', 'sysctl', 'conntrack'].includes(name)),
      ...rules,
      'ipset',
    ],
    entrypoint: [],
    cmd: ['start_runit'],
    size: 87_000_000,
  },
  {
    names: named('kube-controllers'),
    programs: ['kube-controllers', 'check-status'],
    entrypoint: ['/usr/bin/kube-controllers'],
    size: 33_000_000,
  },
  {
    names: named('ctl'),
    programs: ['calicoctl'],
    entrypoint: ['calicoctl'],
    size: 26_000_000,
  },
];

export default images;
