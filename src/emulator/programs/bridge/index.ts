import type { LateProgram } from '../../host/syscalls.ts';

/** iproute2 6.1.0 `bridge`. */
const bridge: LateProgram = {
  name: 'bridge',
  paths: ['/usr/sbin/bridge', '/sbin/bridge'],
  late: true,
};

export default bridge;
