import type { LateProgram } from '../../host/syscalls.ts';

/** nslookup of busybox 1.35 (networking/nslookup.c with FEATURE_NSLOOKUP_BIG). */
const program: LateProgram = {
  name: 'busybox-nslookup',
  paths: ['/bin/nslookup'],
  late: true,
};

export default program;
