import type { LateProgram } from '../../host/syscalls.ts';

/** Redis 7.4: the server and its client. */
const programs: readonly LateProgram[] = [
  { name: 'redis-server', paths: ['/usr/local/bin/redis-server'], late: 'daemon' },
  { name: 'redis-cli', paths: ['/usr/local/bin/redis-cli'], late: true },
];

export default programs;
