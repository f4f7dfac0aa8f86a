import type { Program } from '../../host/syscalls.ts';
import { runIptables } from '../../network/netfilter/iptables/tool.ts';
import { finish, refusal, toolHost } from '../xtables.ts';

/** iptables 1.8.9 (nf_tables). */
const iptables: Program = {
  name: 'iptables',
  paths: ['/usr/sbin/iptables', '/usr/sbin/iptables-nft'],
  *run(argv, sys) {
    const words = argv.slice(1);
    const asksHost = !words.some((word) => word === '-V' || word === '--version');
    const refused = asksHost ? refusal(sys, 'iptables') : undefined;
    return yield* finish(sys, refused ?? runIptables('iptables', words, toolHost(sys)));
  },
};

export default iptables;
