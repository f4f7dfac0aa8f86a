import { isErrno } from '../host/errno.ts';
import type { Call, Errno, Sys } from '../host/syscalls.ts';

/**
 * Runs a program of this machine in another network namespace, as setns(CLONE_NEWNET) and execvp
 * do: files and names stay the machine's own. Gives its exit code, or the errno that execvp met.
 */
export function* runInNetns(
  sys: Sys,
  netns: string,
  argv: readonly string[],
): Call<number | Errno> {
  const { runtime } = sys;
  const own = runtime?.sandbox('host');
  if (!runtime || !own) return 'EPERM';
  if (sys.files.which(argv[0] ?? '') === undefined) return 'ENOENT';
  if (netns === 'host') return yield* runIn(sys, 'host', argv);
  const id = `netns-${netns}`;
  if (!runtime.sandbox(id)) {
    const whole = { path: '', source: '' };
    runtime.addSandbox({ ...own, id, netns, mounts: [whole], cwd: sys.cwd });
  }
  const ended = yield* runIn(sys, id, argv);
  const inUse = sys.processes().some(({ sandbox }) => sandbox === id);
  if (!inUse) runtime.removeSandbox(id);
  return ended;
}

/** Runs a program in a sandbox and waits for it. */
export function* runIn(sys: Sys, sandbox: string, argv: readonly string[]): Call<number | Errno> {
  const pid = sys.spawn(argv, { sandbox, cwd: sandbox.startsWith('netns-') ? sys.cwd : '/' });
  if (isErrno(pid)) return pid;
  const status = yield* sys.wait(pid);
  if ('exited' in status) return status.exited;
  const numbers: Readonly<Record<string, number>> = { HUP: 1, INT: 2, QUIT: 3, KILL: 9, TERM: 15 };
  return 128 + (numbers[status.signalled] ?? 0);
}
