import type { LateProgram } from '../../host/syscalls.ts';

/** The agent of kube-network-policies, and the one that knows ClusterNetworkPolicy. */
const programs: readonly LateProgram[] = ['netpol', 'netpol-npa'].map((name) => ({
  name,
  paths: ['/bin/netpol'],
  late: 'daemon',
}));

export default programs;
