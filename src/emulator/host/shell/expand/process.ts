import type { ProcessSubstitutionPart, Word } from 'unbash';
import type { Call } from '../../syscalls.ts';
import { collect } from '../substitute.ts';
import type { Shell } from '../shell.ts';

/**
 * `<( )` and `>( )`: a path that stands for the commands. What they print is collected first and
 * lies in that file; what is written to it is given to them when the command has ended.
 */
export function* processSubstitution(shell: Shell, part: ProcessSubstitutionPart): Call<string> {
  const path = `/dev/fd/${63 - shell.substitutions.length}`;
  const commands = part.script?.commands ?? [];
  const text = part.operator === '<' ? yield* collect(shell, commands) : '';
  const feed = part.operator === '>' ? (part as unknown as Word) : undefined;
  shell.sys.files.makeDirectory('/dev/fd', { parents: true });
  shell.sys.files.write(path, text);
  shell.substitutions.push({ path, feed });
  return path;
}
