import type { Call } from '../../../../host/syscalls.ts';
import type { Info, Visited } from '../../builder.ts';
import type { Context } from '../../command.ts';
import { throwAll } from '../../failure.ts';
import type { Mapping } from '../../rest-mapper.ts';
import { kindName } from '../../rest-mapper.ts';
import { alignTable, tableLines, type Table, type TableForm } from '../../printers/table.ts';
import { sortTable } from './sort.ts';

/** Tables of `get`: one for each type, an empty line between them. */
export function* printTables(context: Context, { infos, problems }: Visited): Call<void> {
  const { flags } = context;
  const groups = groupByMapping(sortWithin(context, infos));
  const withKind = new Set(infos.map(({ mapping }) => kindName(mapping))).size > 1;
  let written = '';
  let namespaced = !flags.on('all-namespaces');
  for (const { mapping, tables } of groups) {
    namespaced &&= mapping.namespaced;
    const form = formOf(context, mapping, withKind || flags.on('show-kind'));
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
  throwAll(withoutMissing(context, problems));
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

function sortWithin(context: Context, infos: readonly Info[]): readonly Info[] {
  const field = context.flags.text('sort-by');
  if (field === '') return infos;
  return infos.map((info) => ({
    ...info,
    object: sortTable(info.object as unknown as Table, field) as never,
  }));
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
