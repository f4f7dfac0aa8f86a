import type { Program } from '../../host/syscalls.ts';

/** true: ends with 0, whatever its words are. */
const program: Program = {
  name: 'true',
  paths: ['/usr/bin/true', '/bin/true'],
  // oxlint-disable-next-line require-yield -- a program is a generator
  *run() {
    return 0;
  },
};

export default program;
