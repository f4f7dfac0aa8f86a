import type { LateProgram } from '../../host/syscalls.ts';

/** nc of OpenBSD as Debian packs it (netcat-openbsd 1.219). */
const program: LateProgram = {
  name: 'nc',
  paths: ['/usr/bin/nc', '/bin/nc'],
  late: true,
};

export default program;
