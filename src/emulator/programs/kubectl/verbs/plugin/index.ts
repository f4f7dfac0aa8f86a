import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Context } from '../../command.ts';
import { failed } from '../../failure.ts';

function* list(context: Context): Call<void> {
  const { sys, flags } = context;
  const found: string[] = [];
  for (const directory of (sys.env['PATH'] ?? '').split(':').filter((path) => path !== '')) {
    const names = sys.files.list(directory);
    for (const name of isErrno(names) ? [] : names) {
      if (name.startsWith('kubectl-'))
        found.push(flags.on('name-only') ? name : `${directory}/${name}`);
    }
  }
  if (found.length === 0) throw failed('unable to find any kubectl plugins in your PATH');
  yield* context.out(`The following compatible plugins are available:\n\n${found.join('\n')}\n`);
}

export default defineCommand({
  name: 'plugin',
  use: 'plugin [flags]',
  short: 'Provides utilities for interacting with plugins',
  commands: [
    {
      name: 'list',
      use: 'plugin list [flags]',
      short: "List all visible plugin executables on a user's PATH",
      flags: 'name-only=false',
      run: list,
    },
  ],
});
