import type { LateProgram } from '../../host/syscalls.ts';

/** Weave Net's router. */
const program: LateProgram = { name: 'weaver', paths: ['/home/weave/weaver'], late: 'daemon' };

export default program;
