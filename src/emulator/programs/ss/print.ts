/** Cells of one socket, in the order of the columns. */
export type Row = readonly string[];

interface Column {
  readonly name: string;
  /** What stands before it, unless it is the first one shown. */
  readonly before: string;
  readonly right?: boolean;
}

const columns: readonly Column[] = [
  { name: 'Netid', before: '' },
  { name: 'State', before: ' ' },
  { name: 'Recv-Q', before: ' ' },
  { name: 'Send-Q', before: ' ' },
  { name: 'Local Address:', before: ' ', right: true },
  { name: 'Port', before: '' },
  { name: 'Peer Address:', before: ' ', right: true },
  { name: 'Port', before: '' },
  { name: 'Process', before: '' },
];

/**
 * The table of ss 6.1.0 away from a terminal. The last cell of all does not count for the width
 * of its column, because ss measures a cell when the next one begins.
 */
export function printTable(
  rows: readonly Row[],
  withNetid: boolean,
  withState: boolean,
  header: boolean,
): string {
  const shown = columns.map((_column, index) =>
    index === 0 ? withNetid : index === 1 ? withState : true,
  );
  const widths = columns.map((column, index) => {
    const measured = index === columns.length - 1 ? rows.slice(0, -1) : rows;
    return Math.max(
      header ? column.name.length : 0,
      ...measured.map((row) => (row[index] as string).length),
    );
  });
  const line = (cells: Row) => {
    let text = '';
    columns.forEach(({ before, right }, index) => {
      if (!shown[index]) return;
      const cell = cells[index] as string;
      const width = widths[index] as number;
      text += (text === '' ? '' : before) + (right ? cell.padStart(width) : cell.padEnd(width));
    });
    return `${text}\n`;
  };
  const head = header ? line(columns.map(({ name }) => name)) : '';
  // The header was the last line if there are no rows: then nothing pads it.
  return (
    (rows.length === 0 ? head.trimEnd() + (header ? '\n' : '') : head) + rows.map(line).join('')
  );
}
