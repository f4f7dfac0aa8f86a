import { pluginBinary } from '../../cni/binary.ts';
import type { Image } from '../../host/runtime-api.ts';

const images: readonly Image[] = [
  {
    names: ['ghcr.io/flannel-io/flannel', 'docker.io/flannel/flannel'],
    programs: ['flanneld', 'cp', 'sh', 'cat', 'ls', 'ip', 'iptables', 'iptables-save'],
    entrypoint: ['/opt/bin/flanneld'],
    size: 33_000_000,
  },
  {
    names: ['ghcr.io/flannel-io/flannel-cni-plugin', 'docker.io/flannel/flannel-cni-plugin'],
    programs: ['cp', 'sh', 'cat', 'ls'],
    entrypoint: ['sh'],
    files: { '/flannel': pluginBinary('flannel') },
    size: 10_700_000,
  },
];

export default images;
