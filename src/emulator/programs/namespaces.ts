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
  if (sys.user !== 'root') return 'EPERM';
  if (sys.files.which(argv[0] ?? '') === undefined) return 'ENOENT';
  return yield* ended(sys, sys.spawn(argv, { netns, cwd: sys.cwd }));
}

/** Runs a program in a sandbox and waits for it. */
export function* runIn(sys: Sys, sandbox: string, argv: readonly string[]): Call<number | Errno> {
  return yield* ended(sys, sys.spawn(argv, { sandbox, cwd: '/' }));
}

function* ended(sys: Sys, pid: Pid | Errno): Call<number | Errno> {
  if (isErrno(pid)) return pid;
  const status = yield* sys.wait(pid);
  if ('exited' in status) return status.exited;
  const numbers: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, TERM: 15 };
  return 128 + (numbers[status.signalled] ?? 0);
}
