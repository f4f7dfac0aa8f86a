import { isErrno } from '../host/errno.ts';
import type { Call, Errno, Pid, Sys } from '../host/syscalls.ts';

/**
 * Runs a program of this machine in another network namespace, as setns(CLONE_NEWNET) and execvp
 * do: files and names stay the machine's own. Gives its exit code, or the errno that execvp met.
 */
export function* runInNetns(
  sys: Sys,
  netns: string,
  argv: readonly string[],
): Call<number | Errno> {
  if (sys.files.which(argv[0] ?? '') === undefined) return 'ENOENT';
  const pid = sys.spawn(argv, netns === 'host' ? {} : { netns });
  return isErrno(pid) ? pid : yield* ended(sys, pid);
}

/** Runs a program in a sandbox and waits for it. */
export function* runIn(sys: Sys, sandbox: string, argv: readonly string[]): Call<number | Errno> {
  const pid = sys.spawn(argv, { sandbox, cwd: '/' });
  return isErrno(pid) ? pid : yield* ended(sys, pid);
}

const numbers: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, TERM: 15 };

/** The exit code of a child, as a shell would tell it. */
function* ended(sys: Sys, pid: Pid): Call<number> {
  const status = yield* sys.wait(pid);
  return 'exited' in status ? status.exited : 128 + (numbers[status.signalled] ?? 0);
}
