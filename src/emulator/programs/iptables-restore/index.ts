import { isErrno } from '../../host/errno.ts';
import type { Process, Program } from '../../host/syscalls.ts';
import { restoreFile, runRestore } from '../../network/netfilter/iptables/tool.ts';
import { readText } from '../gnu/input.ts';
import { finish, refusal, toolHost } from '../xtables.ts';

const NAME = 'iptables-restore';

/** iptables-restore 1.8.9 (nf_tables): from a file, or from standard input. */
const iptablesRestore: Program = {
  name: NAME,
  paths: ['/usr/sbin/iptables-restore', '/usr/sbin/iptables-nft-restore'],
  *run(argv, sys): Process {
    const words = argv.slice(1);
    const refused = refusal(sys, NAME);
    if (refused) return yield* finish(sys, refused);
    const path = restoreFile(words);
    let text = '';
    if (path !== undefined) {
      const file = sys.files.read(path);
      if (typeof file === 'string') {
        yield* sys.write(2, `Can't open ${path}: No such file or directory\n`);
        return 1;
      }
      text = file.text;
    } else {
      const read = yield* readText(sys, '-');
      text = isErrno(read) ? '' : read;
    }
    return yield* finish(sys, runRestore(NAME, words, text, toolHost(sys)));
  },
};

export default iptablesRestore;
