import type { Program, Signal } from '../../host/syscalls.ts';
import { signalNamed, signalNumbers } from '../../host/shell/shell.ts';

/** kill: the program beside the shell's builtin. */
const program: Program = {
  name: 'kill',
  paths: ['/usr/bin/kill', '/bin/kill'],
  *run(argv, sys) {
    const [first = '', second] = argv.slice(1);
    let rest = argv.slice(1);
    let signal: string | undefined = 'TERM';
    if (/^(?:-l|-L|--list)$/.test(first)) {
      const names = Object.keys(signalNumbers);
      const found = second === undefined ? names.join(' ') : signalNamed(second);
      yield* sys.write(1, `${found ?? second}\n`);
      return 0;
    }
    if (/^(?:-s|--signal)$/.test(first) && second !== undefined) {
      signal = second === '0' ? '0' : signalNamed(second);
      rest = rest.slice(2);
    } else if (/^-./.test(first) && first !== '--') {
      signal = first === '-0' ? '0' : signalNamed(first.slice(1));
      rest = rest.slice(1);
    }
    if (rest[0] === '--') rest = rest.slice(1);
    if (signal === undefined) {
      yield* sys.write(2, `kill: unknown signal ${/^-s/.test(first) ? second : first.slice(1)}\n`);
      return 1;
    }
    if (rest.length === 0) {
      const usage = '\nUsage:\n kill [options] <pid> [...]\n\n';
      yield* sys.write(2, `${usage}For more details see kill(1).\n`);
      return 1;
    }
    let code = 0;
    for (const word of rest) {
      if (!/^-?\d+$/.test(word)) {
        yield* sys.write(2, `kill: failed to parse argument: '${word}'\n`);
        return 1;
      }
      const there = sys.processes().some(({ pid }) => pid === Number(word));
      const failed = signal === '0' ? !there && 'ESRCH' : sys.kill(Number(word), signal as Signal);
      if (!failed) continue;
      const why = failed === 'EPERM' ? 'Operation not permitted' : 'No such process';
      yield* sys.write(2, `kill: (${word}): ${why}\n`);
      code = 1;
    }
    return code;
  },
};

export default program;
