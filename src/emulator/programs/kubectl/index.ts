import type { Process, Program } from '../../host/syscalls.ts';
import { commands } from './catalog.ts';
import { complete } from './complete.ts';
import { runKubectl } from './root.ts';

/** kubectl v1.35.2. */
const kubectl: Program = {
  name: 'kubectl',
  paths: ['/usr/local/bin/kubectl', '/usr/bin/kubectl'],
  *run(argv, sys): Process {
    return yield* runKubectl(sys, commands, argv.slice(1));
  },
  complete: (words, sys) => complete(commands, words, sys),
};

export default kubectl;
