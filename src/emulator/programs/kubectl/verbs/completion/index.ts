import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, usageText, type Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { scripts } from './scripts.ts';

export default defineCommand({
  name: 'completion',
  use: 'completion SHELL',
  short: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  run,
  complete: (words) => (words.length === 1 ? Object.keys(scripts) : []),
});

function* run(context: Context): Call<void> {
  const [shell, ...more] = context.args;
  if (shell === undefined) throw failed(usageText(context, 'Shell not specified.'));
  if (more.length > 0) {
    throw failed(usageText(context, 'Too many arguments. Expected only the shell type.'));
  }
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) {
    throw failed(usageText(context, `Unsupported shell type "${shell}".`));
  }
  yield* context.out(script);
}
