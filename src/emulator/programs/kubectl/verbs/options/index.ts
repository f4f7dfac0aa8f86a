import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { optionsText } from '../../help.ts';

export default defineCommand({
  name: 'options',
  use: 'options',
  short: 'Print the list of flags inherited by all commands',
  *run(context: Context): Call<void> {
    yield* context.out(optionsText(context.sys.env['HOME'] ?? '/root'));
  },
});
