import type { Statement } from 'unbash';
import type { Call } from '../syscalls.ts';
import { lineOf, readScript, type Source } from './parse.ts';
import { runList } from './run.ts';
import { complainSyntax, Flow, type Shell } from './shell.ts';

/**
 * Reads and runs text, line by line as bash does: an error in a later line shows when it is
 * reached. Gives the status of the last command; 2 where the text cannot be read.
 */
export function* runText(shell: Shell, source: Source): Call<number> {
  const before = shell.source;
  const { indirection } = shell;
  if (before.text !== source.text && before.text !== '') shell.indirection += 1;
  shell.source = source;
  try {
    const { commands, error } = readScript(source);
    for (const unit of byLine(source, commands)) yield* runUnit(shell, unit);
    if (error) {
      yield* complainSyntax(shell, error);
      shell.state.status = 2;
    }
    return shell.state.status;
  } finally {
    shell.source = before;
    shell.indirection = indirection;
  }
}

/** Commands that begin on one line are one unit: an error in them gives up the rest of it. */
function byLine(source: Source, commands: readonly Statement[]): Statement[][] {
  const units: Statement[][] = [];
  let last = -1;
  for (const command of commands) {
    const line = lineOf(source, command.pos);
    if (line === last) units.at(-1)?.push(command);
    else units.push([command]);
    last = lineOf(source, command.end);
  }
  return units;
}

/** A failed expansion gives up the line in a script, and all of the text in `bash -c`. */
function* runUnit(shell: Shell, unit: readonly Statement[]): Call<void> {
  try {
    yield* runList(shell, unit);
  } catch (error) {
    if (!(error instanceof Flow) || error.kind !== 'discard') throw error;
    if (shell.source.kind !== 'file' || shell.interactive || error.value === 254) throw error;
    shell.state.status = error.value;
  }
}
