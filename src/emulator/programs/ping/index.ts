import type { LateProgram } from '../../host/syscalls.ts';

/** ping of iputils 20221126, IPv4. */
const program: LateProgram = {
  name: 'ping',
  paths: ['/usr/bin/ping', '/bin/ping'],
  late: true,
};

export default program;
