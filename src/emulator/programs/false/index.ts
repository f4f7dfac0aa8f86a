import type { Program } from '../../host/syscalls.ts';

/** false: ends with 1, whatever its words are. */
const program: Program = {
  name: 'false',
  paths: ['/usr/bin/false', '/bin/false'],
  // oxlint-disable-next-line require-yield -- a program is a generator
  *run() {
    return 1;
  },
};

export default program;
