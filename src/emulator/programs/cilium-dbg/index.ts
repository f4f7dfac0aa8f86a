import type { LateProgram } from '../../host/syscalls.ts';

/** The agent's tool; its code comes late. */
const program: LateProgram = { name: 'cilium-dbg', paths: ['/usr/bin/cilium-dbg'], late: true };

export default program;
