import { pluginBinary } from '../../cni/binary.ts';
import type { Image } from '../../host/runtime-api.ts';
import { coreutils, rules, shells, text } from '../programs.ts';

const install = `#!/bin/bash
set -e
cp -f /opt/cni/bin/cilium-cni /host/opt/cni/bin/cilium-cni
`;

const images: readonly Image[] = [
  {
    names: ['quay.io/cilium/cilium', 'docker.io/cilium/cilium'],
    programs: [
      ...shells,
      ...coreutils,
      ...text,
      ...rules,
      'ip',
      'cilium-agent',
      'cilium-dbg',
      'hubble',
    ],
    entrypoint: ['/usr/bin/cilium-agent'],
    files: {
      '/opt/cni/bin/cilium-cni': pluginBinary('cilium-cni'),
      '/install-plugin.sh': install,
    },
    size: 251_000_000,
  },
  {
    names: ['quay.io/cilium/cilium-envoy'],
    programs: ['cilium-envoy-starter'],
    entrypoint: ['/usr/bin/cilium-envoy-starter'],
    size: 63_000_000,
  },
  {
    names: ['quay.io/cilium/operator-generic', 'docker.io/cilium/operator-generic'],
    programs: ['cilium-operator-generic'],
    entrypoint: ['/usr/bin/cilium-operator-generic'],
    size: 38_000_000,
  },
];

export default images;
