import type { Program } from '../../host/syscalls.ts';
import { runRestoreTool } from '../xtables.ts';

/** ip6tables-restore 1.8.9 (nf_tables): from a file, or from standard input. */
const ip6tablesRestore: Program = {
  name: 'ip6tables-restore',
  paths: ['/usr/sbin/ip6tables-restore', '/usr/sbin/ip6tables-nft-restore'],
  *run(argv, sys) {
    return yield* runRestoreTool(sys, 'ip6tables-restore', argv.slice(1), 'IPv6');
  },
};

export default ip6tablesRestore;
