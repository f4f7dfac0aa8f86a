import type { LateProgram } from '../../host/syscalls.ts';

/** The cilium CLI; its code comes late. */
const program: LateProgram = { name: 'cilium', paths: ['/usr/local/bin/cilium'], late: true };

export default program;
