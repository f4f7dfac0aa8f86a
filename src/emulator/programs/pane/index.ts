import { isErrno } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { MILLISECOND } from '../../world/time.ts';

/** How often it looks whether the pane has given the file back. */
const LOOK = 200 * MILLISECOND;

/**
 * pane: an editor for `KUBE_EDITOR` that lends a file to the editor of the page, and ends when it
 * is given back. `/tmp/.pane-PID` names the file while it is lent, `….done` gives it back.
 */
const program: Program = {
  name: 'pane',
  paths: ['/usr/bin/pane'],
  *run(argv, sys) {
    const [path] = argv.slice(1);
    if (path === undefined) {
      yield* sys.write(2, 'usage: pane FILE\n');
      return 2;
    }
    const lent = `/tmp/.pane-${sys.pid}`;
    let stopped = false;
    sys.trap('INT', () => void (stopped = true));
    sys.trap('TERM', () => void (stopped = true));
    sys.setPace('stream');
    const wrote = sys.files.write(lent, sys.files.resolve(path));
    if (wrote) {
      yield* sys.write(2, `pane: cannot lend ${path}\n`);
      return 1;
    }
    yield* sys.write(2, `${path} is open in the editor pane. Ctrl-C gives it up.\n`);
    while (!stopped && isErrno(sys.files.read(`${lent}.done`))) yield* sys.sleep(LOOK);
    sys.files.remove(lent);
    sys.files.remove(`${lent}.done`);
    return stopped ? 130 : 0;
  },
};

export default program;
