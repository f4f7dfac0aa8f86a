import { textDate } from '../../host/http/date.ts';
import type { Program } from '../../host/syscalls.ts';
import { runSave } from '../../network/netfilter/iptables/tool.ts';
import { finish, refusal, toolHost } from '../xtables.ts';

/** ip6tables-save 1.8.9 (nf_tables). */
const ip6tablesSave: Program = {
  name: 'ip6tables-save',
  paths: ['/usr/sbin/ip6tables-save', '/usr/sbin/ip6tables-nft-save'],
  *run(argv, sys) {
    const host = toolHost(sys, 'IPv6');
    const refused = refusal(sys, 'ip6tables-save');
    const result = refused ?? runSave('ip6tables-save', argv.slice(1), host, textDate(sys.now));
    return yield* finish(sys, result);
  },
};

export default ip6tablesSave;
