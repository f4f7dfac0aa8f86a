import type { LateProgram } from '../../host/syscalls.ts';

/** conntrack-tools 1.4.7. */
const conntrack: LateProgram = {
  name: 'conntrack',
  paths: ['/usr/sbin/conntrack'],
  late: true,
};

export default conntrack;
