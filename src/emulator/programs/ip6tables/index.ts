import type { Program } from '../../host/syscalls.ts';
import { noRules } from '../../network/netfilter/iptables/tables.ts';
import { runIptables } from '../../network/netfilter/iptables/tool.ts';
import { finish, refusal, toolHost } from '../xtables.ts';

const LISTS = /^(-[nvx]*[LS]|--list|--list-rules|-V|--version)/;

/** ip6tables 1.8.9 (nf_tables) on a host without IPv6 rules. */
const ip6tables: Program = {
  name: 'ip6tables',
  paths: ['/usr/sbin/ip6tables', '/usr/sbin/ip6tables-nft'],
  *run(argv, sys) {
    const words = argv.slice(1);
    const refused = refusal(sys, 'ip6tables');
    if (refused) return yield* finish(sys, refused);
    if (!words.some((word) => LISTS.test(word))) {
      yield* sys.write(2, 'ip6tables: rules for IPv6 are not modelled here\n');
      return 2;
    }
    const result = runIptables('ip6tables', words, { ...toolHost(sys), rules: noRules });
    return yield* finish(sys, { ...result, stdout: result.stdout.replaceAll('0.0.0.0/0', '::/0') });
  },
};

export default ip6tables;
