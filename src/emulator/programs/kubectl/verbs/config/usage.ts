import type { Call } from '../../../../host/syscalls.ts';
import type { Command, Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { commandHelp } from '../../help.ts';

/** What `kubectl config` does with the wrong number of arguments: its help, and then the error. */
export function* wrongArguments(
  context: Context,
  command: Command,
  word = 'Unexpected',
): Call<never> {
  yield* context.out(commandHelp(command, context.path));
  throw failed(`${word} args: [${context.args.join(' ')}]`);
}
