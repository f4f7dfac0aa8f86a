import type { CommandExpansionPart, Statement } from 'unbash';
import { isErrno } from '../errno.ts';
import type { Call } from '../syscalls.ts';
import { expandText } from './expand/words.ts';
import { forkFailed } from './external.ts';
import { forkShell } from './fork.ts';
import { runList } from './run.ts';
import type { Shell } from './shell.ts';

/** Output of `$( )` or backquotes, without its last newlines. */
export function* substitute(shell: Shell, part: CommandExpansionPart): Call<string> {
  const commands = part.script?.commands ?? [];
  const file = yield* fileOnly(shell, commands);
  if (file !== undefined) return file.replace(/\n+$/, '');
  const own = part.script?.source;
  const output = yield* collect(shell, commands, own);
  return output.replaceAll('\0', '').replace(/\n+$/, '');
}

/** `$(< file)`: the text of a file, without a process. */
function* fileOnly(shell: Shell, commands: readonly Statement[]): Call<string | undefined> {
  const [only, more] = commands;
  const command = only?.command;
  if (more || command?.type !== 'Command' || command.name || command.prefix.length !== 1) {
    return undefined;
  }
  const [redirect] = command.redirects;
  if (redirect?.type !== 'Redirect' || redirect.operator !== '<') return undefined;
  const path = yield* expandText(shell, redirect.target);
  const found = shell.sys.files.read(path);
  shell.substituted = isErrno(found) ? 1 : 0;
  if (!isErrno(found)) return found.text;
  yield* shell.complain(`${path}: No such file or directory`);
  return '';
}

/** What commands print, run in a copy of the shell; sets the status of the substitution. */
export function* collect(
  shell: Shell,
  commands: readonly Statement[],
  ownText?: string,
): Call<string> {
  const { sys } = shell;
  const pipe = sys.pipe();
  const pid = forkShell(
    shell,
    function* (copy) {
      if (ownText !== undefined) copy.source = { ...copy.source, text: ownText };
      copy.state.options.errexit = false;
      copy.indirection += 1;
      return yield* runList(copy, commands);
    },
    { fds: { 1: pipe.write } },
  );
  sys.close(pipe.write);
  if (isErrno(pid)) return yield* forkFailed(shell);
  let output = '';
  for (;;) {
    const piece = yield* sys.read(pipe.read);
    if (piece === null || isErrno(piece)) break;
    output += piece;
    if (output.length > LONGEST) break;
  }
  sys.close(pipe.read);
  const status = yield* sys.wait(pid);
  shell.substituted = 'exited' in status ? status.exited : 130;
  return output;
}

/** Longest text that a command substitution may give. */
const LONGEST = 8_000_000;
