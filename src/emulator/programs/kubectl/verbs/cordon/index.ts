import type { Call } from '../../../../host/syscalls.ts';
import { defineCommand, usageText, type Command, type Context } from '../../command.ts';
import { failed, Failure, problemOf, throwAll, type Problem } from '../../failure.ts';
import { nodesOf, setSchedulable } from '../../nodes.ts';

/** `cordon` and `uncordon`. */
function command(name: string, schedulable: boolean): Command {
  return defineCommand({
    name,
    use: `${name} NODE`,
    short: `Mark node as ${schedulable ? 'schedulable' : 'unschedulable'}`,
    flags: "dry-run='none' -l|selector=''",
    *run(context: Context): Call<void> {
      const { args, flags } = context;
      if (args.length === 0 && flags.text('selector') === '') {
        throw failed(usageText(context, `USAGE: ${name} NODE [flags]`));
      }
      if (args.length > 0 && flags.text('selector') !== '') {
        throw failed(
          usageText(context, 'error: cannot specify both a node name and a --selector option'),
        );
      }
      const nodes = yield* nodesOf(context);
      const problems: Problem[] = [];
      for (const node of nodes) {
        try {
          yield* setSchedulable(context, node, schedulable);
        } catch (caught) {
          if (!(caught instanceof Failure)) throw caught;
          problems.push(problemOf(caught));
        }
      }
      throwAll(problems);
    },
    complete: (_words, { names }) => names('nodes'),
  });
}

export default [command('cordon', false), command('uncordon', true)];
