import type { LateProgram } from '../../host/syscalls.ts';

/** curl 7.88.1 for HTTP/1.1. */
const program: LateProgram = {
  name: 'curl',
  paths: ['/usr/bin/curl', '/bin/curl'],
  late: true,
};

export default program;
