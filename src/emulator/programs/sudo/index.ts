import { isErrno } from '../../host/errno.ts';
import type { Call, Program, Sys } from '../../host/syscalls.ts';

/** sudo: a command, or a shell, as root. */
function* sudo(argv: readonly string[], sys: Sys): Call<number> {
  const words = argv.slice(1);
  if (words[0] === '-i' || words[0] === '-s' || words[0] === 'su')
    words.splice(0, words.length, 'bash', '-l');
  if (words.length === 0) {
    yield* sys.write(2, 'usage: sudo -h | -K | -k | -V\nusage: sudo [-i] [-u user] command\n');
    return 1;
  }
  const pid = sys.spawn(words, { user: 'root', env: { ...sys.env, USER: 'root', HOME: '/root' } });
  if (isErrno(pid)) {
    yield* sys.write(2, `sudo: ${words[0]}: command not found\n`);
    return 1;
  }
  const status = yield* sys.wait(pid);
  return 'exited' in status ? status.exited : 130;
}

const program: Program = {
  name: 'sudo',
  paths: ['/usr/bin/sudo', '/bin/sudo'],
  run: sudo,
};

export default program;
