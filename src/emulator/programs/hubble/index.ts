import type { LateProgram } from '../../host/syscalls.ts';

/** What looks at flows; its code comes late. */
const program: LateProgram = { name: 'hubble', paths: ['/usr/bin/hubble'], late: true };

export default program;
