import type { LateProgram } from '../../host/syscalls.ts';

/** ipvsadm 1.31. */
const ipvsadm: LateProgram = { name: 'ipvsadm', paths: ['/usr/sbin/ipvsadm'], late: true };

export default ipvsadm;
