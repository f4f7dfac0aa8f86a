import type { LateProgram } from '../../host/syscalls.ts';

/** find: walks through directories and tests what it meets. */
const program: LateProgram = {
  name: 'find',
  paths: ['/usr/bin/find', '/bin/find'],
  late: true,
};

export default program;
