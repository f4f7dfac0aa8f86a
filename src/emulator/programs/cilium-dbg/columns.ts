/** Rows as Go's tabwriter sets them: columns at least `least` wide, two spaces or more between. */
export function columns(rows: readonly (readonly string[])[], gap = 3, least = 0): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(
      least,
      ...rows.map((row) => (row[column + 1] === undefined ? 0 : (row[column] ?? '').length + gap)),
    ),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0),
        )
        .join(''),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Entries of a map in the order of their keys. */
export function byKey<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
