import type { LateProgram } from '../../host/syscalls.ts';

/** ncat: connects, and copies standard input and output. */
const program: LateProgram = {
  name: 'ncat',
  paths: ['/usr/bin/ncat'],
  late: true,
};

export default program;
