import type { LateProgram } from '../../host/syscalls.ts';

/** Cilium's agent. */
const program: LateProgram = {
  name: 'cilium-agent',
  paths: ['/usr/bin/cilium-agent'],
  late: 'daemon',
};

export default program;
