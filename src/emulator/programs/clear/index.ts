import type { Program } from '../../host/syscalls.ts';

/** clear: an empty screen, and what scrolled away is gone too. */
const program: Program = {
  name: 'clear',
  paths: ['/usr/bin/clear', '/bin/clear'],
  *run(argv, sys) {
    const [, option] = argv;
    if (option !== undefined && option !== '-x') {
      const wrong = option.startsWith('-')
        ? `invalid option -- '${option.slice(1, 2)}'`
        : undefined;
      const usage = 'Usage: clear [options]\n\nOptions:\n  -x              keep scrollback\n';
      yield* sys.write(2, `${wrong === undefined ? '' : `clear: ${wrong}\n`}${usage}`);
      return 1;
    }
    yield* sys.write(1, `\x1b[H\x1b[2J${option === '-x' ? '' : '\x1b[3J'}`);
    return 0;
  },
};

export default program;
