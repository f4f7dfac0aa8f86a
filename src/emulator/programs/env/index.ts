import { isErrno, strerror } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** env: the environment, or a command in a changed one. */
const program: Program = gnuTool(
  {
    name: 'env',
    usage: ['[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]'],
    about: 'Set each NAME to VALUE in the environment and run COMMAND.',
    short: '0C:iu:v',
    long: { chdir: 'C', 'ignore-environment': 'i', null: '0', unset: 'u' },
    unmodelled: ['-S', '-s', '--split-string', '--block-signal', '--default-signal'],
    inOrder: true,
    badUsage: 125,
  },
  function* (tool) {
    const { has, given, value, sys, operands, quote } = tool;
    const words = operands[0] === '-' ? operands.slice(1) : [...operands];
    const env: Record<string, string> = has('i') || operands[0] === '-' ? {} : { ...sys.env };
    for (const { key, value: name } of given) if (key === 'u') delete env[name as string];
    while (words[0]?.includes('=')) {
      const word = words.shift() as string;
      env[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1);
    }
    const [command] = words;
    if (command === undefined) {
      const end = has('0') ? '\0' : '\n';
      const shown = Object.entries(env).filter(([name]) => !name.startsWith('__'));
      yield* tool.out(shown.map(([name, text]) => `${name}=${text}${end}`).join(''));
      return 0;
    }
    const folder = value('C');
    if (folder !== undefined) {
      const stat = sys.files.stat(folder);
      if (isErrno(stat)) {
        yield* tool.complain(`cannot change directory to ${quote(folder)}: ${strerror(stat)}`);
        return 125;
      }
      sys.cwd = sys.files.resolve(folder);
    }
    const errno = yield* sys.exec(words, { env });
    yield* tool.complain(`${quote(command)}: ${strerror(errno)}`);
    return errno === 'ENOENT' ? 127 : 126;
  },
);

export default program;
