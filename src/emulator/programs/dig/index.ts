import type { LateProgram } from '../../host/syscalls.ts';

/** dig of BIND 9.18. */
const program: LateProgram = {
  name: 'dig',
  paths: ['/usr/bin/dig', '/bin/dig'],
  late: true,
};

export default program;
