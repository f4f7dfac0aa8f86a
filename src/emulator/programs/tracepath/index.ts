import type { LateProgram } from '../../host/syscalls.ts';

/** tracepath of iputils 20221126. */
const program: LateProgram = {
  name: 'tracepath',
  paths: ['/usr/bin/tracepath', '/usr/sbin/tracepath'],
  late: true,
};

export default program;
