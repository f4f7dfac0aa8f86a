import type { LateProgram } from '../../host/syscalls.ts';

/** iproute2 6.1.0 `ss`. */
const ss: LateProgram = {
  name: 'ss',
  paths: ['/usr/bin/ss', '/bin/ss'],
  late: true,
};

export default ss;
