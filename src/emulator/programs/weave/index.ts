import type { LateProgram } from '../../host/syscalls.ts';

/** Weave's script; its code comes late. */
const program: LateProgram = { name: 'weave', paths: ['/home/weave/weave'], late: true };

export default program;
