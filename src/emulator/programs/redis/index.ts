import type { Executable } from '../../host/syscalls.ts';
import { cli } from './cli.ts';
import { server } from './server.ts';

/** Redis 7.4: the server and its client. */
const programs: readonly Executable[] = [server, cli];

export default programs;
