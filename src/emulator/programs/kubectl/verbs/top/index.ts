import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, type Command, type Context } from '../../command.ts';
import { exit, failed } from '../../failure.ts';
import { discover } from '../../rest-mapper.ts';

/** Both need the metrics API, which a metrics server brings. */
function command(name: string, aliases: readonly string[], what: string, flags: string): Command {
  return {
    name,
    aliases,
    use: `top ${name} [NAME | -l label]`,
    short: `Display resource (CPU/memory) usage of ${what}`,
    flags:
      "no-headers=false -l|selector='' show-swap=false sort-by='' " +
      `use-protocol-buffers=true ${flags}`,
    *run(context: Context): Call<void> {
      const found = yield* discover(context.client());
      if (!found.some(({ group }) => group === 'metrics.k8s.io'))
        throw failed('Metrics API not available');
      throw exit(1, `error: kubectl top ${name} is not modelled here yet\n`);
    },
  };
}

export default defineCommand({
  name: 'top',
  use: 'top [flags]',
  short: 'Display resource (CPU/memory) usage',
  long: 'Display resource (CPU/memory) usage. A metrics server has to run in the cluster.',
  commands: [
    command('node', ['nodes', 'no'], 'nodes', 'show-capacity=false'),
    command(
      'pod',
      ['pods', 'po'],
      'pods',
      "-A|all-namespaces=false containers=false field-selector='' sum=false",
    ),
  ],
});
