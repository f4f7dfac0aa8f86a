import { isErrno } from '../errno.ts';
import type { Call, Errno, Pid } from '../syscalls.ts';
import { waitForeground } from './jobs.ts';
import { Flow, type Shell } from './shell.ts';
import { environment, valueOf } from './variables.ts';

/** Seconds that bash waits before it tries a failed fork again. */
const RETRIES = [1, 2, 4, 8];

/** Runs an external command to its end and gives its status. */
export function* runExternal(
  shell: Shell,
  words: readonly string[],
  extra: Readonly<Record<string, string>>,
  text: () => string,
): Call<number> {
  const { sys, interactive } = shell;
  const options = {
    env: { ...environment(shell), _: pathOf(shell, words[0] as string), ...extra },
    fds: Object.fromEntries(shell.fds),
    ...(interactive && { group: 'new' as const }),
  };
  const pid = yield* retried(shell, () => sys.spawn(words, options));
  if (isErrno(pid)) return yield* notFound(shell, words[0] as string, pid);
  return (yield* waitForeground(shell, [pid], text)).at(-1) as number;
}

/** Becomes an external command; comes back only where that fails. */
export function* becomeExternal(
  shell: Shell,
  words: readonly string[],
  extra: Readonly<Record<string, string>>,
): Call<number> {
  const env = { ...environment(shell), _: pathOf(shell, words[0] as string), ...extra };
  const errno = yield* shell.sys.exec(words, { env, fds: Object.fromEntries(shell.fds) });
  return yield* notFound(shell, words[0] as string, errno);
}

function pathOf({ sys }: Shell, name: string): string {
  return sys.files.which(name) ?? name;
}

/** Tries again while the host has no room for another process. */
export function* retried(shell: Shell, start: () => Pid | Errno): Call<Pid | Errno> {
  let made = start();
  for (const seconds of RETRIES) {
    if (made !== 'EAGAIN') return made;
    yield* shell.complain('fork: retry: Resource temporarily unavailable');
    for (let tenths = seconds * 10; tenths > 0; tenths--) {
      if (shell.interrupted) throw new Flow('discard', 130);
      yield* shell.sys.sleep(100_000);
    }
    made = start();
  }
  return made === 'EAGAIN' ? yield* forkFailed(shell) : made;
}

/** The host has no room for another process: the command line is given up. */
export function* forkFailed(shell: Shell): Call<never> {
  yield* shell.complain('fork: Resource temporarily unavailable');
  throw new Flow('discard', 254);
}

/** Says why a command cannot be run, in the shell's own words; gives its status. */
export function* notFound(shell: Shell, name: string, errno: Errno): Call<number> {
  const { sys, look } = shell;
  const denied = errno === 'EACCES';
  if (!name.includes('/') && (look.bash ? valueOf(shell, 'PATH') !== '' : true)) {
    const what = look.bash ? 'command not found' : denied ? 'Permission denied' : 'not found';
    if (look.bash && denied) yield* shell.complain(`${name}: Permission denied`);
    else yield* shell.complain(`${name}: ${what}`);
    return denied ? 126 : 127;
  }
  const stat = sys.files.stat(name);
  if (!isErrno(stat) && stat.type === 'directory') {
    yield* shell.complain(look.bash ? `${name}: Is a directory` : `${name}: Permission denied`);
    return 126;
  }
  if (denied) {
    yield* shell.complain(`${name}: Permission denied`);
    return 126;
  }
  if (!isErrno(stat)) {
    yield* shell.complain(`${name}: cannot execute: required file not found`);
    return 127;
  }
  const why = stat === 'ENOTDIR' ? 'Not a directory' : 'No such file or directory';
  yield* shell.complain(`${name}: ${look.bash ? why : 'not found'}`);
  return stat === 'ENOTDIR' && look.bash ? 126 : 127;
}
