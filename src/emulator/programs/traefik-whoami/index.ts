import type { LateProgram } from '../../host/syscalls.ts';

/** whoami: answers every request with the request and with its own addresses. */
const program: LateProgram = { name: 'traefik-whoami', paths: ['/whoami'], late: 'daemon' };

export default program;
