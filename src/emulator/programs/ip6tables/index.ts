import type { Program } from '../../host/syscalls.ts';
import { runIptables } from '../../network/netfilter/iptables/tool.ts';
import { finish, refusal, toolHost } from '../xtables.ts';

/** ip6tables 1.8.9 (nf_tables). */
const ip6tables: Program = {
  name: 'ip6tables',
  paths: ['/usr/sbin/ip6tables', '/usr/sbin/ip6tables-nft'],
  *run(argv, sys) {
    const words = argv.slice(1);
    const asksHost = !words.some((word) => word === '-V' || word === '--version');
    const refused = asksHost ? refusal(sys, 'ip6tables') : undefined;
    const host = toolHost(sys, 'IPv6');
    return yield* finish(sys, refused ?? runIptables('ip6tables', words, host), 'IPv6');
  },
};

export default ip6tables;
