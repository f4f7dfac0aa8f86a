import { shellMain } from '../../host/shell/main.ts';
import type { Program, Sys } from '../../host/syscalls.ts';

function shortPath(sys: Sys): string {
  const home = sys.env['HOME'] ?? '/';
  if (sys.cwd === home) return '~';
  return sys.cwd.startsWith(`${home}/`) ? `~${sys.cwd.slice(home.length)}` : sys.cwd;
}

const sign = (sys: Sys) => (sys.user === 'root' ? '#' : '$');

/** bash and sh; containers without bash have the plain prompt of ash. */
const programs: readonly Program[] = [
  {
    name: 'bash',
    paths: ['/usr/bin/bash', '/bin/bash'],
    run: (argv, sys) =>
      shellMain(
        {
          name: 'bash',
          bash: true,
          prompt: (of) => `${of.user}@${of.hostname}:${shortPath(of)}${sign(of)} `,
        },
        argv,
        sys,
      ),
  },
  {
    name: 'sh',
    paths: ['/bin/sh', '/usr/bin/sh'],
    run: (argv, sys) =>
      shellMain(
        {
          name: 'sh',
          bash: false,
          prompt: (of) => `${of.cwd === (of.env['HOME'] ?? '') ? '~' : of.cwd} ${sign(of)} `,
        },
        argv,
        sys,
      ),
  },
];

export default programs;
