import type { LateProgram } from '../../host/syscalls.ts';

/** telnet: a connection, and lines to and fro. */
const program: LateProgram = {
  name: 'telnet',
  paths: ['/usr/bin/telnet'],
  late: true,
};

export default program;
