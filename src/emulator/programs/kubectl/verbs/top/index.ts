import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, usageText, type Command, type Context } from '../../command.ts';
import { exit, failed } from '../../failure.ts';
import { discover } from '../../rest-mapper.ts';

const POD_SELECTED = 'only one of NAME or selector can be provided';
const NODE_SELECTED = 'only one of NAME or --selector can be provided';

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
      const { args, flags: values } = context;
      if (args.length > 1 || (args.length > 0 && values.text('selector') !== '')) {
        const usage = name === 'pod' ? 'pod [NAME | -l label]' : 'node [NAME | -l label]';
        if (args.length > 1) throw failed(usageText(context, usage));
        throw failed(name === 'pod' ? POD_SELECTED : NODE_SELECTED);
      }
      if (!/^(|cpu|memory)$/.test(values.text('sort-by'))) {
        throw failed('--sort-by accepts only cpu or memory');
      }
      const found = yield* discover(context.client(), '');
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
