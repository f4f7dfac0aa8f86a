import type { LateProgram } from '../../host/syscalls.ts';

/** traceroute 2.1.2 of Linux. */
const program: LateProgram = {
  name: 'traceroute',
  paths: ['/usr/sbin/traceroute', '/usr/bin/traceroute', '/usr/bin/traceroute6'],
  late: true,
};

export default program;
