import type { LateProgram } from '../../host/syscalls.ts';

/** ipset 7.17. */
const ipset: LateProgram = { name: 'ipset', paths: ['/usr/sbin/ipset'], late: true };

export default ipset;
