import type { Call } from '../syscalls.ts';
import type { Shell } from './shell.ts';
import { valueOf } from './variables.ts';

/** What `set -x` shows of a command: PS4, whose first letter is repeated for texts in texts. */
export function* trace(shell: Shell, text: string): Call<void> {
  if (!shell.state.options.xtrace) return;
  const ps4 = valueOf(shell, 'PS4') ?? '+ ';
  yield* shell.write(2, `${ps4.slice(0, 1).repeat(shell.indirection)}${ps4}${text}\n`);
}
