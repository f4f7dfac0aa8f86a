import type { Call } from '../../syscalls.ts';
import type { Shell } from '../shell.ts';
import { readFlags, type Builtin } from './builtin.ts';

const USAGE = 'complete [-o option] [-F function] [-W wordlist] [name ...]';

/**
 * `complete`: programs complete their own words here, so that the function of a completion script
 * (`__start_NAME`) makes a name stand for NAME at Tab. Nothing else is modelled of it.
 */
function* complete(shell: Shell, words: readonly string[]): Call<number> {
  const flags = yield* readFlags(shell, words, 'o:F:W:', USAGE);
  if (!flags) return 2;
  const program = /^__start_(\w+)$/.exec(flags.values.get('F') ?? '')?.[1];
  if (program === undefined || flags.values.has('W')) {
    yield* shell.complain('complete: only the function of a completion script is modelled here');
    return 2;
  }
  const { aliases } = shell.state;
  for (const name of flags.rest) {
    if (name === program || aliases.get(name)?.split(' ')[0] === program) continue;
    yield* shell.complain(`complete: ${name}: only aliases of ${program} are modelled here`);
    return 2;
  }
  return 0;
}

/** Bash's way to say how words of a command are completed. */
export const completion: Readonly<Record<string, Builtin>> = { complete };
