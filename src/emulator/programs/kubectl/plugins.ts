import { isErrno } from '../../host/errno.ts';
import type { Call, ExitCode, Sys } from '../../host/syscalls.ts';

/**
 * Runs `kubectl-foo-bar` for `kubectl foo bar`, the longest name that PATH has; the words behind it
 * are its arguments. undefined where there is no such program.
 */
export function* runPlugin(sys: Sys, words: readonly string[]): Call<ExitCode | undefined> {
  const end = words.findIndex((word) => word.startsWith('-'));
  const names = end < 0 ? words : words.slice(0, end);
  for (let count = names.length; count > 0; count--) {
    const name = names.slice(0, count).map((word) => word.replaceAll('-', '_'));
    const path = sys.files.which(`kubectl-${name.join('-')}`);
    if (path === undefined) continue;
    const pid = sys.spawn([path, ...words.slice(count)]);
    if (isErrno(pid)) return 1;
    const status = yield* sys.wait(pid);
    return 'exited' in status ? status.exited : 1;
  }
  return undefined;
}
