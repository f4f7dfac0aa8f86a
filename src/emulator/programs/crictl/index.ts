import type { LateProgram } from '../../host/syscalls.ts';

/** crictl v1.34: a client of the container runtime. */
const program: LateProgram = {
  name: 'crictl',
  paths: ['/usr/bin/crictl'],
  late: true,
};

export default program;
