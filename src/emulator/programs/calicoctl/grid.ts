/**
 * A table with lines around it, as olekukonko/tablewriter draws it: headings in the middle, numbers
 * to the right, all else to the left.
 */
export function grid(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const centred = headings.map((heading, column) => {
    const space = (widths[column] ?? 0) - heading.length;
    return ' '.repeat(Math.floor(space / 2)) + heading + ' '.repeat(Math.ceil(space / 2));
  });
  const aligned = rows.map((row) =>
    row.map((cell, column) =>
      /^-?\d+(\.\d+)?$/.test(cell)
        ? cell.padStart(widths[column] ?? 0)
        : cell.padEnd(widths[column] ?? 0),
    ),
  );
  return `${[rule, line(centred), rule, ...aligned.map(line), rule].join('\n')}\n`;
}
