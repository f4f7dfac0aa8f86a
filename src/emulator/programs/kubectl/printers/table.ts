import { alignTabs, tableTabs } from '../../../apimachinery/tabwriter.ts';
import { humanDuration } from '../../../apimachinery/duration.ts';
import type { Json, Micros } from '../../../world/json.ts';
import { parseRfc3339 } from '../../../world/time.ts';
import { goValue } from '../go-format.ts';

/** metav1.Table as far as it is printed. */
export interface Table {
  readonly kind?: string;
  readonly columnDefinitions: readonly TableColumn[];
  readonly rows?: readonly TableRow[] | null;
}

export interface TableColumn {
  readonly name: string;
  readonly type?: string;
  readonly format?: string;
  readonly priority?: number;
}

export interface TableRow {
  readonly cells: readonly Json[];
  readonly object?: unknown;
}

/** What decides which columns there are. */
export interface TableForm {
  readonly wide: boolean;
  readonly headers: boolean;
  readonly namespace: boolean;
  /** `service`, `deployment.apps`: goes in front of names. */
  readonly kind: string;
  readonly labels: boolean;
  readonly columnLabels: readonly string[];
}

/** Rows as tab-separated lines, headings first; `alignTable` makes columns of them. */
export function tableLines(table: Table, form: TableForm): string[] {
  const columns = decorate(table, form);
  const shown = columns.map((column) => form.wide || (column.priority ?? 0) === 0);
  const lines: string[] = [];
  if (form.headers) {
    const names = columns.filter((_column, index) => shown[index]).map(({ name }) => name);
    lines.push(names.map((name) => name.toUpperCase()).join('\t'));
  }
  const nameColumn = form.kind
    ? table.columnDefinitions.findIndex(
        ({ format, type }) => format === 'name' && type === 'string',
      )
    : -1;
  for (const row of table.rows ?? []) lines.push(rowLine(table, row, form, shown, nameColumn));
  return lines;
}

/** Columns as `get` aligns them. */
export function alignTable(lines: readonly string[]): string {
  return lines.length === 0 ? '' : alignTabs(`${lines.join('\n')}\n`, tableTabs);
}

function decorate(table: Table, form: TableForm): readonly TableColumn[] {
  return [
    ...(form.namespace ? [{ name: 'Namespace' }] : []),
    ...table.columnDefinitions,
    ...form.columnLabels.map((label) => ({ name: label.split('/').at(-1) as string })),
    ...(form.labels ? [{ name: 'Labels' }] : []),
  ];
}

function rowLine(
  table: Table,
  row: TableRow,
  form: TableForm,
  shown: readonly boolean[],
  nameColumn: number,
): string {
  const metadata = (row.object as { metadata?: RowMeta } | null | undefined)?.metadata;
  // A row may have more cells than there are columns: those of flags then fall out of sight.
  const own = row.cells.map((cell, index) => {
    const text = cellText(cell);
    return index === nameColumn ? `${form.kind}/${text}` : text;
  });
  const cells = [
    ...(form.namespace ? [metadata?.namespace ?? ''] : []),
    ...own,
    ...form.columnLabels.map((label) => metadata?.labels?.[label] ?? ''),
    ...(form.labels ? [labelText(metadata?.labels)] : []),
  ];
  return cells.filter((_cell, index) => shown[index]).join('\t');
}

interface RowMeta {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A cell's text; what follows a line break is cut off. */
export function cellText(cell: Json | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return goValue(cell);
  const end = cell.search(/[\f\n\r]/);
  return escapeTerminal(end < 0 ? cell : `${cell.slice(0, end)}...`);
}

/** Takes the power over a terminal from text (`printers.EscapeTerminal`). */
export function escapeTerminal(text: string): string {
  return text.replaceAll('\x1b', '^[').replaceAll('\r', '\\r');
}

interface Named {
  readonly metadata?: { readonly name?: string; readonly creationTimestamp?: string | null };
}

/** A table of objects that come without one: names and ages (`get --server-print=false`). */
export function plainTable(objects: readonly unknown[], now: Micros): Table {
  if ((objects[0] as { readonly kind?: string } | undefined)?.kind === 'Status') {
    return statusTable(objects as readonly StatusLike[]);
  }
  return {
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name' },
      { name: 'Age', type: 'string' },
    ],
    rows: objects.map((object) => {
      const { name = '', creationTimestamp } = (object as Named).metadata ?? {};
      const made = parseRfc3339(creationTimestamp ?? '');
      const age = made === undefined ? '<unknown>' : humanDuration(now - made);
      return { cells: [name, age], object };
    }),
  };
}

interface StatusLike {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** A Status has columns of its own (`printStatus`). */
function statusTable(objects: readonly StatusLike[]): Table {
  return {
    columnDefinitions: ['Status', 'Reason', 'Message'].map((name) => ({ name, type: 'string' })),
    rows: objects.map((object) => ({
      cells: [object.status ?? '', object.reason ?? '', object.message ?? ''],
      object,
    })),
  };
}

/** `a=b,c=d`, or `<none>`. */
export function labelText(labels: Readonly<Record<string, string>> | undefined): string {
  const keys = Object.keys(labels ?? {}).sort();
  return keys.length === 0 ? '<none>' : keys.map((key) => `${key}=${labels?.[key]}`).join(',');
}
