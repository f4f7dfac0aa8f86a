import { isErrno } from '../../host/errno.ts';
import { quoteWord } from '../../host/shell/quote.ts';
import type { Program } from '../../host/syscalls.ts';

const bracket = ['[', 'test'];

/** test and [: the programs beside the shell's builtins, which do their work. */
const programs: readonly Program[] = bracket.map((name) => ({
  name,
  paths: [`/usr/bin/${name}`, `/bin/${name}`],
  *run(argv, sys) {
    const words = argv.slice(1).map((word) => quoteWord(word, true));
    const pid = sys.spawn(['sh', '-c', `${name} ${words.join(' ')}`]);
    if (isErrno(pid)) return 2;
    const status = yield* sys.wait(pid);
    return 'exited' in status ? status.exited : 2;
  },
}));

export default programs;
