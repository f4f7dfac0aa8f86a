import type { LateProgram } from '../../host/syscalls.ts';

/** Weave's network policy controller. */
const program: LateProgram = { name: 'weave-npc', paths: ['/usr/bin/weave-npc'], late: 'daemon' };

export default program;
