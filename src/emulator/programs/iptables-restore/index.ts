import type { Program } from '../../host/syscalls.ts';
import { runRestoreTool } from '../xtables.ts';

/** iptables-restore 1.8.9 (nf_tables): from a file, or from standard input. */
const iptablesRestore: Program = {
  name: 'iptables-restore',
  paths: ['/usr/sbin/iptables-restore', '/usr/sbin/iptables-nft-restore'],
  *run(argv, sys) {
    return yield* runRestoreTool(sys, 'iptables-restore', argv.slice(1));
  },
};

export default iptablesRestore;
