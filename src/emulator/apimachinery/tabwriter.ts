/** How Go's text/tabwriter aligns: least width of a cell, and blanks behind it. */
export interface TabOptions {
  readonly minWidth: number;
  readonly padding: number;
}

/** As `describe` prints (`tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)`). */
export const describeTabs: TabOptions = { minWidth: 0, padding: 2 };
/** As tables of `get` are printed (`printers.GetNewTabWriter`). */
export const tableTabs: TabOptions = { minWidth: 6, padding: 3 };

/**
 * Aligns tab-terminated cells: cells of one column in lines that follow one another are as wide as
 * the widest. The last cell of a line, which no tab ends, has no column.
 */
export function alignTabs(text: string, { minWidth, padding }: TabOptions): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths: number[][] = lines.map(() => []);
  const format = (from: number, to: number, column: number) => {
    for (let line = from; line < to; line++) {
      if ((lines[line] as string[]).length - 1 <= column) continue;
      let end = line;
      let width = minWidth;
      for (; end < to && (lines[end] as string[]).length - 1 > column; end++) {
        const size = cells((lines[end] as string[])[column] as string);
        width = Math.max(width, size + padding);
      }
      for (let each = line; each < end; each++) (widths[each] as number[])[column] = width;
      format(line, end, column + 1);
      line = end - 1;
    }
  };
  format(0, lines.length, 0);
  return lines
    .map((line, index) =>
      line
        .map((cell, column) => {
          const width = (widths[index] as number[])[column];
          return column === line.length - 1
            ? cell
            : cell + ' '.repeat(Math.max(0, (width ?? 0) - cells(cell)));
        })
        .join(''),
    )
    .join('\n');
}

/** Code points, as tabwriter counts. */
function cells(text: string): number {
  return [...text].length;
}
