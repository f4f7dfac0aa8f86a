import type { LateProgram } from '../../host/syscalls.ts';

/** GNU Wget 1.21.3 for HTTP. */
const program: LateProgram = {
  name: 'wget',
  paths: ['/usr/bin/wget'],
  late: true,
};

export default program;
