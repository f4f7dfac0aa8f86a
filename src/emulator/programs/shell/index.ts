import { ash, bash, dash } from '../../host/shell/looks.ts';
import { shellMain } from '../../host/shell/main.ts';
import type { ShellLook } from '../../host/shell/shell.ts';
import type { Program } from '../../host/syscalls.ts';

const shell = (name: string, paths: readonly string[], look: ShellLook): Program => ({
  name,
  paths,
  run: (argv, sys) => shellMain(look, argv, sys),
});

/** The shells; which of them `/bin/sh` is, an image says by naming it. */
const programs: readonly Program[] = [
  shell('bash', ['/usr/bin/bash', '/bin/bash'], bash),
  shell('dash', ['/usr/bin/dash', '/bin/dash'], dash),
  shell('sh', ['/usr/bin/sh', '/bin/sh'], dash),
  shell('ash', ['/bin/ash', '/bin/sh'], ash),
];

export default programs;
