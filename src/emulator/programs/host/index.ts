import type { LateProgram } from '../../host/syscalls.ts';

/** host of BIND 9.18. */
const program: LateProgram = {
  name: 'host',
  paths: ['/usr/bin/host'],
  late: true,
};

export default program;
