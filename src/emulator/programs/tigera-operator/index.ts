import type { LateProgram } from '../../host/syscalls.ts';

/** The operator of Tigera. */
const program: LateProgram = {
  name: 'tigera-operator',
  paths: ['/usr/local/bin/operator'],
  late: 'daemon',
};

export default program;
