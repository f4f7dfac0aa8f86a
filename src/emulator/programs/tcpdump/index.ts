import type { LateProgram } from '../../host/syscalls.ts';

/** tcpdump 4.99.3: shows the packets at a device. */
const program: LateProgram = {
  name: 'tcpdump',
  paths: ['/usr/bin/tcpdump', '/usr/sbin/tcpdump'],
  late: true,
};

export default program;
