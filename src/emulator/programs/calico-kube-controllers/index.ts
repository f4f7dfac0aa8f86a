import type { LateProgram } from '../../host/syscalls.ts';

/** calico/kube-controllers, and what its probes call. */
const programs: readonly LateProgram[] = [
  { name: 'kube-controllers', paths: ['/usr/bin/kube-controllers'], late: 'daemon' },
  { name: 'check-status', paths: ['/usr/bin/check-status'], late: true },
];

export default programs;
