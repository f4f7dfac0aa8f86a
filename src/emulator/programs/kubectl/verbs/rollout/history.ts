import { alignTabs, describeTabs } from '../../../../apimachinery/tabwriter.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { createWriter } from '../../../../resources/describe/writer.ts';
import { templateLines } from '../../../../resources/workload.ts';
import type { Command, Context } from '../../command.ts';
import { failed } from '../../failure.ts';
import { fileFlags, printFlags, selectorFlag } from '../../flag-sets.ts';
import type { Obj } from '../../object.ts';
import { namePrinter, printerFor } from '../../printers/printer.ts';
import { revisionsOf, type Revision } from './revisions.ts';
import { targetsOf } from './targets.ts';

/** `kubectl rollout history`. */
export const history: Command = {
  name: 'history',
  use: 'rollout history (TYPE NAME | TYPE/NAME) [flags]',
  short: 'View rollout history',
  flags: `${printFlags} ${fileFlags} revision=0 ${selectorFlag}`,
  *run(context: Context): Call<void> {
    const wanted = context.flags.number('revision');
    if (wanted < 0) throw failed(`revision must be a positive integer: ${wanted}`);
    for (const info of yield* targetsOf(context)) {
      const revisions = yield* revisionsOf(context, info);
      const printer = printerFor(context);
      const chosen = wanted > 0 ? choose(revisions, wanted) : undefined;
      if (printer) {
        for (const each of chosen ? [chosen] : revisions)
          yield* printer.print(each.object, { typed: true });
        continue;
      }
      const lead = chosen ? `with revision #${wanted}` : '';
      const text = chosen ? templateText(chosen.template) : tableText(revisions);
      yield* namePrinter(context, `${lead}\n${text}`).print(info.object as Obj);
    }
  },
};

function choose(revisions: readonly Revision[], wanted: number): Revision {
  const found = revisions.find(({ number }) => number === wanted);
  if (!found) throw failed('unable to find the specified revision');
  return found;
}

function tableText(revisions: readonly Revision[]): string {
  if (revisions.length === 0) return 'No rollout history found.';
  const rows = revisions.map(({ number, cause }) => `${number}\t${cause}\n`);
  return alignTabs(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`, describeTabs);
}

/** A pod template as describe shows it, with the tabs that `rollout` leaves in it. */
export function templateText(template: Obj): string {
  const writer = createWriter();
  templateLines(writer, { spec: { template } } as never);
  return writer.unaligned();
}
