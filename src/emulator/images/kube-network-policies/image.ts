import type { Image } from '../../host/runtime-api.ts';

const NAME = 'registry.k8s.io/networking/kube-network-policies';

/** Distroless images: nothing but the program. */
const distroless = (name: string, program: string): Image => ({
  names: [name],
  programs: [program],
  entrypoint: [],
  cmd: ['/bin/netpol'],
  size: 26_800_000,
});

const images: readonly Image[] = [
  distroless(NAME, 'netpol'),
  distroless(`${NAME}:npa`, 'netpol-npa'),
];

export default images;
