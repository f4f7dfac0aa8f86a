import type { LateProgram } from '../../host/syscalls.ts';

/** brctl; few machines have it. */
const program: LateProgram = { name: 'brctl', paths: ['/usr/sbin/brctl'], late: true };

export default program;
