import { cellWidth } from './width.ts';

/** Names side by side, going down each column, as completion shows them. */
export function inColumns(names: readonly string[], columns: number): string {
  if (names.length === 0) return '';
  const width = Math.max(...names.map(cellWidth)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(names.length / across);
  let text = '';
  for (let row = 0; row < rows; row++) {
    let line = '';
    for (let column = 0; column < across; column++) {
      const name = names[column * rows + row];
      if (name !== undefined) line += name + ' '.repeat(width - cellWidth(name));
    }
    text += `${line.trimEnd()}\r\n`;
  }
  return text;
}
