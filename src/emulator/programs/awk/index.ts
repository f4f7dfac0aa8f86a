import type { LateProgram } from '../../host/syscalls.ts';

/** awk: mawk, as Debian has it. */
const program: LateProgram = {
  name: 'awk',
  paths: ['/usr/bin/awk', '/bin/awk', '/usr/bin/mawk'],
  late: true,
};

export default program;
