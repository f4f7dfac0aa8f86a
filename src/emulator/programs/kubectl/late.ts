import type { Process, ProgramCode } from '../../host/syscalls.ts';
import { commands } from './catalog.ts';
import { complete } from './complete.ts';
import { completeCommand } from './complete-command.ts';
import { runKubectl } from './root.ts';

/**
 * What the real client needs to come up, in microseconds. Without it two commands of a script would
 * be nearer together than the controllers between them can work.
 */
const START_UP = 40_000;

/** kubectl v1.35.2. */
const kubectl: ProgramCode = {
  *run(argv, sys): Process {
    yield* sys.sleep(START_UP);
    if (argv[1] === '__complete') {
      yield* completeCommand(sys, commands, argv.slice(2));
      return 0;
    }
    return yield* runKubectl(sys, commands, argv.slice(1));
  },
  complete: (words, sys) => complete(commands, words, sys),
};

export default kubectl;
