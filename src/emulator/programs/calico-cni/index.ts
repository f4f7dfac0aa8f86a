import type { LateProgram } from '../../host/syscalls.ts';

/** What Calico's init containers run. */
const programs: readonly LateProgram[] = [
  { name: 'calico-cni-install', paths: ['/opt/cni/bin/install'], late: true },
  { name: 'calico-ipam-upgrade', paths: ['/opt/cni/bin/calico-ipam'], late: true },
];

export default programs;
