import { textDate } from '../../host/http/date.ts';
import type { Program } from '../../host/syscalls.ts';
import { runSave } from '../../network/netfilter/iptables/tool.ts';
import { finish, refusal, toolHost } from '../xtables.ts';

/** iptables-save 1.8.9 (nf_tables). */
const iptablesSave: Program = {
  name: 'iptables-save',
  paths: ['/usr/sbin/iptables-save', '/usr/sbin/iptables-nft-save'],
  *run(argv, sys) {
    const refused = refusal(sys, 'iptables-save');
    const result =
      refused ?? runSave('iptables-save', argv.slice(1), toolHost(sys), textDate(sys.now));
    return yield* finish(sys, result);
  },
};

export default iptablesSave;
