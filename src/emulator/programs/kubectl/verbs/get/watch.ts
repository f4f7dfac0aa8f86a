import { isErrno } from '../../../../host/errno.ts';
import type { Call } from '../../../../host/syscalls.ts';
import { alignTabs, tableTabs } from '../../../../apimachinery/tabwriter.ts';
import { visit, type Info, type Selection } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { failed, refused, throwAll } from '../../failure.ts';
import { asJson, isList, itemsOf, type Obj } from '../../object.ts';
import { printerFor, type Printer } from '../../printers/printer.ts';
import { tableLines, type Table } from '../../printers/table.ts';
import { pathOf } from '../../rest-mapper.ts';
import { formOf } from './tables.ts';

/** `get -w`: what is there, then every change until the server or the user ends it. */
export function* watchResources(context: Context, selection: Selection): Call<void> {
  const { flags } = context;
  if (flags.text('sort-by') !== '') {
    yield* context.err(
      'warning: --watch requested, --sort-by will be ignored for watch events received\n',
    );
  }
  const { infos, problems } = yield* visit(context, {
    ...selection,
    flatten: false,
    query: {},
    limit: context.flags.number('chunk-size'),
  });
  throwAll(problems);
  if (infos.length > 1)
    throw failed(
      'watch is only supported on individual resources and resource ' +
        'collections - more than 1 resource was found',
    );
  const [info] = infos as [Info | undefined];
  if (!info) return;
  context.sys.setPace('stream');
  const printer =
    flags.text('output') === 'wide'
      ? undefined
      : printerFor(context, ['custom-columns', 'custom-columns-file', 'wide']);
  const show = createShow(context, info, printer);
  if (!flags.on('watch-only')) yield* show('ADDED', info.object as Obj);
  const metadata = (info.object as Obj).metadata;
  const single = info.name !== '';
  const namespace = selection.allNamespaces
    ? undefined
    : info.namespace || context.namespace().name;
  const fd = yield* context.client().watch({
    path: pathOf(info.mapping, namespace),
    query: {
      fieldSelector: single ? `metadata.name=${info.name}` : selection.fieldSelector,
      labelSelector: selection.labelSelector,
      resourceVersion: metadata?.resourceVersion ?? rowVersion(info.object),
    },
    ...(selection.accept && { accept: selection.accept }),
  });
  const limit = context.config().options.timeout;
  const until = limit === undefined ? undefined : context.sys.now + limit;
  for (;;) {
    const left = until === undefined ? undefined : Math.max(0, until - context.sys.now);
    const event = yield* context.sys.nextEvent(fd, left);
    // The server, or the time that --request-timeout gives, has ended the stream: nothing is said.
    if (event === null || isErrno(event)) return;
    if (event.type === 'ERROR') throw refused(event.object as never);
    if (event.type !== 'BOOKMARK') yield* show(event.type, event.object as unknown as Obj);
  }
}

function rowVersion(table: unknown): string | undefined {
  const row = (table as Table).rows?.[0]?.object as Obj | undefined;
  return row?.metadata?.resourceVersion;
}

/** Prints one event after another; columns keep the width that they had. */
function createShow(context: Context, info: Info, printer: Printer | undefined) {
  const events = context.flags.on('output-watch-events');
  let columns: Table['columnDefinitions'] | undefined;
  let widths: number[] = [];
  const form = formOf(context, info.mapping, context.flags.on('show-kind'));
  return function* (type: string, object: Obj): Call<void> {
    if (printer) {
      for (const each of isList(object) ? itemsOf(object) : [object]) {
        const shown = events ? { type, object: asJson(each) } : each;
        yield* printer.print(shown as Obj);
      }
      return;
    }
    const table = object as unknown as Table;
    const first = columns === undefined;
    columns ??= table.columnDefinitions;
    if ((table.rows?.length ?? 0) === 0) {
      if (first) columns = undefined;
      return;
    }
    const whole = { ...table, columnDefinitions: columns };
    const lines = tableLines(whole, { ...form, headers: form.headers && first });
    const shown = lines.map((line, at) =>
      events ? `${at === 0 && first && form.headers ? 'EVENT' : type}\t${line}` : line,
    );
    const aligned = alignRemembered(shown, widths);
    widths = aligned.widths;
    yield* context.out(aligned.text);
  };
}

/** Aligns lines with columns at least as wide as those of the lines before. */
function alignRemembered(
  lines: readonly string[],
  before: readonly number[],
): { readonly text: string; readonly widths: number[] } {
  const cells = lines.map((line) => line.split('\t'));
  const count = Math.max(...cells.map((line) => line.length)) - 1;
  const widths = Array.from({ length: Math.max(0, count) }, (_none, column) => {
    const own = cells.map((line) => [...(line[column] ?? '')].length + tableTabs.padding);
    return Math.max(before[column] ?? tableTabs.minWidth, ...own);
  });
  if (before.length === 0) return { text: alignTabs(`${lines.join('\n')}\n`, tableTabs), widths };
  const text = cells.map((line) =>
    line
      .map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join(''),
  );
  return { text: `${text.join('\n')}\n`, widths };
}
