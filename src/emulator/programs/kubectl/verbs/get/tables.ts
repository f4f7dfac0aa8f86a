import type { Call } from '../../../../host/syscalls.ts';
import type { Info, Visited } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { throwAll } from '../../failure.ts';
import type { Obj } from '../../object.ts';
import type { Mapping } from '../../rest-mapper.ts';
import { kindName } from '../../rest-mapper.ts';
import { alignTable, tableLines, type Table, type TableForm } from '../../printers/table.ts';
import { orderBy, orFatal, sortTable } from './sort.ts';

/** Tables of `get`: one for each type, an empty line between them. */
export function* printTables(context: Context, { infos, problems }: Visited): Call<void> {
  const { flags } = context;
  const groups = groupByMapping(yield* sortWithin(context, infos));
  const withKind = new Set(infos.map(({ mapping }) => kindName(mapping))).size > 1;
  let written = '';
  let namespaced = !flags.on('all-namespaces');
  let spaced = false;
  for (const { mapping, tables } of groups) {
    namespaced &&= mapping.namespaced;
    // Once one kind is shown with its namespaces, all that follow have the column.
    spaced ||= flags.on('all-namespaces') && mapping.namespaced;
    const form = {
      ...formOf(context, mapping, withKind || flags.on('show-kind')),
      namespace: spaced,
    };
    const lines = tables.flatMap((table, index) =>
      tableLines(table, { ...form, headers: form.headers && index === 0 }),
    );
    const rows = tables.some(({ rows }) => (rows?.length ?? 0) > 0);
    if (!rows) continue;
    const gap = written !== '' && !flags.on('no-headers') ? '\n' : '';
    const text = gap + alignTable(lines);
    written += text;
    yield* context.out(text);
  }
  if (written === '' && problems.length === 0 && !flags.on('ignore-not-found')) {
    const { name } = context.namespace();
    const where = namespaced ? ` in ${name} namespace.` : '';
    yield* context.err(`No resources found${where}\n`);
  }
  // The builder's aggregate stands in one of get's own: plain texts come bare.
  const left = withoutMissing(context, problems);
  if (left.length > 0) throwAll([{ type: 'aggregate', problems: left }]);
}

/** Drops "not found" where `--ignore-not-found` says so. */
export function withoutMissing(
  context: Context,
  problems: Visited['problems'],
): Visited['problems'] {
  if (!context.flags.on('ignore-not-found')) return problems;
  return problems.filter(
    (problem) => !(problem.type === 'status' && problem.status.reason === 'NotFound'),
  );
}

/** Columns that flags ask for. */
export function formOf(context: Context, mapping: Mapping, withKind: boolean): TableForm {
  const { flags } = context;
  return {
    wide: flags.text('output') === 'wide',
    headers: !flags.on('no-headers'),
    namespace: flags.on('all-namespaces') && mapping.namespaced,
    kind: withKind ? kindName(mapping) : '',
    labels: flags.on('show-labels'),
    columnLabels: flags.list('label-columns'),
  };
}

/** `--sort-by`: a table has its rows sorted; of several, each counts as an object of its own. */
function* sortWithin(context: Context, infos: readonly Info[]): Call<readonly Info[]> {
  const field = context.flags.text('sort-by');
  if (field === '') return infos;
  if (infos.length > 1) {
    const objects = infos.map(({ object }) => object as Obj);
    const order = yield* orFatal(context, () => orderBy(objects, field));
    return order.map((at) => infos[at] as Info);
  }
  const sorted: Info[] = [];
  for (const info of infos) {
    const whole = info.object as unknown as Table;
    const table = yield* orFatal(context, () => sortTable(whole, field));
    // What cannot be sorted is not printed, and nothing is said of it.
    if (table) sorted.push({ ...info, object: table as never });
  }
  return sorted;
}

interface Group {
  readonly mapping: Mapping;
  readonly tables: Table[];
}

/** Neighbours of one type come into one table. */
function groupByMapping(infos: readonly Info[]): Group[] {
  const groups: Group[] = [];
  for (const { mapping, object } of infos) {
    const last = groups.at(-1);
    const table = object as unknown as Table;
    if (last?.mapping === mapping) last.tables.push(table);
    else groups.push({ mapping, tables: [table] });
  }
  return groups;
}
