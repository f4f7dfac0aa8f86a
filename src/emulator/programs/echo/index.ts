import { echoText } from '../../host/shell/printf.ts';
import type { Program } from '../../host/syscalls.ts';

/** echo: the program beside the shell's builtin. */
const program: Program = {
  name: 'echo',
  paths: ['/usr/bin/echo', '/bin/echo'],
  *run(argv, sys) {
    yield* sys.write(1, echoText(argv.slice(1)));
    return 0;
  },
};

export default program;
