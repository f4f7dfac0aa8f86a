import type { LateProgram } from '../../host/syscalls.ts';

/** agnhost: several small servers in one program; the first word says which. */
const program: LateProgram = { name: 'agnhost', paths: ['/agnhost'], late: 'daemon' };

export default program;
