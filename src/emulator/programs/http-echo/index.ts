import type { LateProgram } from '../../host/syscalls.ts';

/** http-echo of HashiCorp 1.0.0: answers every request with one text. */
const program: LateProgram = { name: 'http-echo', paths: ['/http-echo'], late: 'daemon' };

export default program;
