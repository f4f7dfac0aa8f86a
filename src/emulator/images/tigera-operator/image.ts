import type { Image } from '../../host/runtime-api.ts';

const calico = (name: string, program: string, path: string, size: number): Image => ({
  names: [`docker.io/calico/${name}`, `calico/${name}`, `quay.io/calico/${name}`],
  programs: [program],
  entrypoint: [path],
  size,
});

const images: readonly Image[] = [
  {
    names: ['quay.io/tigera/operator'],
    programs: ['tigera-operator'],
    entrypoint: ['operator'],
    size: 21_000_000,
  },
  calico('typha', 'calico-typha', '/code/bin/calico-typha', 29_000_000),
  calico('csi', 'csi-driver', '/usr/bin/csi-driver', 9_000_000),
  calico(
    'node-driver-registrar',
    'node-driver-registrar',
    '/usr/bin/node-driver-registrar',
    11_000_000,
  ),
  calico('pod2daemon-flexvol', 'flexvol-driver', '/usr/local/bin/flexvol.sh', 7_000_000),
];

export default images;
