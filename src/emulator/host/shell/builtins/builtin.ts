import type { Call } from '../../syscalls.ts';
import type { Shell } from '../shell.ts';

/** A command that the shell does itself; gives its status. */
export type Builtin = (shell: Shell, words: readonly string[]) => Call<number>;

/** Options at the beginning of a builtin's words, as bash's internal getopt reads them. */
export interface Flags {
  /** Letters in the order they came; those with a value have it in `values`. */
  readonly letters: string;
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/**
 * Reads options; `spec` lists the letters, with a colon after those that want a value. What is
 * wrong is told with the usage line, and undefined given: the builtin's status is then 2.
 */
export function* readFlags(
  shell: Shell,
  words: readonly string[],
  spec: string,
  usage: string,
): Call<Flags | undefined> {
  const [name = ''] = words;
  const values = new Map<string, string>();
  let letters = '';
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') {
      at += 1;
      break;
    }
    if (!/^-./.test(word)) break;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      const place = spec.indexOf(letter);
      if (place < 0 || letter === ':') {
        yield* shell.complain(`${name}: -${letter}: invalid option`);
        yield* shell.write(2, `${name}: usage: ${usage}\n`);
        return undefined;
      }
      letters += letter;
      if (spec[place + 1] !== ':') continue;
      const value = word.slice(i + 1) || words[++at];
      if (value === undefined) {
        yield* shell.complain(`${name}: -${letter}: option requires an argument`);
        yield* shell.write(2, `${name}: usage: ${usage}\n`);
        return undefined;
      }
      values.set(letter, value);
      break;
    }
  }
  return { letters, values, rest: words.slice(at) };
}

/** What `Builtin` gives where nothing waits: a status at once. */
export function immediate(work: (shell: Shell, words: readonly string[]) => number): Builtin {
  // oxlint-disable-next-line require-yield -- a builtin is a generator whether it waits or not
  return function* (shell, words) {
    return work(shell, words);
  };
}
