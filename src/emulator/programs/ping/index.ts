import type { LateProgram } from '../../host/syscalls.ts';

/** ping of iputils 20221126; called ping6 it asks over IPv6. */
const program: LateProgram = {
  name: 'ping',
  paths: ['/usr/bin/ping', '/bin/ping', '/usr/bin/ping4', '/usr/bin/ping6', '/bin/ping6'],
  late: true,
};

export default program;
