import type { Program } from '../../host/syscalls.ts';
import { run } from './run.ts';

/** nft 1.0.6. */
const nft: Program = { name: 'nft', paths: ['/usr/sbin/nft'], run };

export default nft;
