import type { LateProgram } from '../../host/syscalls.ts';

/** nslookup of BIND 9.18. */
const program: LateProgram = {
  name: 'nslookup',
  paths: ['/usr/bin/nslookup'],
  late: true,
};

export default program;
