import type { LateProgram } from '../../host/syscalls.ts';

/** iproute2 6.1.0 `ip`. */
const ip: LateProgram = {
  name: 'ip',
  paths: ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'],
  late: true,
};

export default ip;
