import type { LateProgram } from '../../host/syscalls.ts';

/** The operator of Cilium, as far as a cluster without a cloud needs it. */
const program: LateProgram = {
  name: 'cilium-operator-generic',
  paths: ['/usr/bin/cilium-operator-generic'],
  late: 'daemon',
};

export default program;
