import type { LateProgram } from '../../host/syscalls.ts';

/** iproute2 6.1.0 `tc`. */
const tc: LateProgram = {
  name: 'tc',
  paths: ['/usr/sbin/tc', '/sbin/tc'],
  late: true,
};

export default tc;
