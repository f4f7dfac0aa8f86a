import type { LateProgram } from '../../host/syscalls.ts';

/** What the container `calico-node` runs, and what its probes call. */
const programs: readonly LateProgram[] = [
  { name: 'start_runit', paths: ['/usr/sbin/start_runit'], late: 'daemon' },
  { name: 'calico-node', paths: ['/bin/calico-node', '/usr/bin/calico-node'], late: true },
];

export default programs;
