import type { Process, Program, Sys } from '../../host/syscalls.ts';
import { restoreFile, runRestore } from '../../network/netfilter/iptables/tool.ts';
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
    } else text = yield* readAll(sys);
    return yield* finish(sys, runRestore(NAME, words, text, toolHost(sys)));
  },
};

function* readAll(sys: Sys) {
  let text = '';
  for (;;) {
    const piece = yield* sys.read(0);
    // Null is the end; an errno cannot be told from text by type, but names are never input lines.
    if (piece === null || piece === 'EBADF' || piece === 'EINTR') return text;
    text += piece;
  }
}

export default iptablesRestore;
