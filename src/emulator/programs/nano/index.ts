import type { LateProgram } from '../../host/syscalls.ts';

/** GNU nano 7.2. */
const program: LateProgram = { name: 'nano', paths: ['/usr/bin/nano', '/bin/nano'], late: true };

export default program;
