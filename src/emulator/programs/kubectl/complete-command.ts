import type { Call, Sys } from '../../host/syscalls.ts';
import type { Command } from './command.ts';
import { complete } from './complete.ts';
import { flagDoc } from './flag-docs.ts';
import { findCommand } from './root.ts';

/** What candidates a shell may do with: 4 says that file names are none. */
const NO_FILES = 4;

/**
 * The hidden command that completion scripts ask: candidates that begin as the last word does, a
 * line each, and the directive at the end.
 */
export function* completeCommand(
  sys: Sys,
  commands: readonly Command[],
  words: readonly string[],
): Call<void> {
  const last = words.at(-1) ?? '';
  const { command } = findCommand(commands, words.slice(0, -1));
  const below = command ? (command.commands ?? []) : commands;
  const candidates = complete(commands, ['kubectl', ...words], sys);
  const lines = [...new Set(candidates)]
    .filter((each) => each.startsWith(last))
    .map((each) => {
      const doc = each.startsWith('--')
        ? flagDoc(each.slice(2))
        : below.find(({ name }) => name === each)?.short;
      return doc === undefined ? `${each}\n` : `${each}\t${doc}\n`;
    });
  const directive = candidates.length > 0 ? NO_FILES : 0;
  yield* sys.write(1, `${lines.join('')}:${directive}\n`);
  const name = directive === 0 ? 'Default' : 'NoFileComp';
  yield* sys.write(2, `Completion ended with directive: ShellCompDirective${name}\n`);
}
