import type { Call } from '../../../../host/syscalls.ts';
import type { Visited } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { Failure, throwAll } from '../../failure.ts';
import type { Obj } from '../../object.ts';
import type { Printer } from '../../printers/printer.ts';
import { orFatal, sortObjects } from './sort.ts';
import { withoutMissing } from './tables.ts';

/** Prints objects in another form than a table: one as it is, several as a List. */
export function* printGeneric(
  context: Context,
  printer: Printer,
  { infos, problems, single }: Visited,
): Call<void> {
  const left = withoutMissing(context, problems);
  if (single && left.length > 0) throw new Failure({ type: 'aggregate', problems: left });
  if (infos.length === 0 && context.flags.on('ignore-not-found')) {
    throwAll(left);
    return;
  }
  const objects = infos.map(({ object }) => object as Obj);
  if (single && objects.length === 1) {
    yield* printer.print(objects[0] as Obj);
    return;
  }
  const field = context.flags.text('sort-by');
  const sort = () => (field === '' ? objects : sortObjects(objects, field));
  const items = yield* orFatal(context, sort);
  yield* printer.print({
    apiVersion: 'v1',
    items,
    kind: 'List',
    metadata: { resourceVersion: '' },
  });
  throwAll(left);
}
