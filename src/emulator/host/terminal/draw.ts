import { cellWidth } from './width.ts';

/** Where a text ends that begins at the left edge: rows below the first, and the column. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Follows a text over a screen's columns: wide letters do not break, lines wrap. */
export function place(text: string, columns: number): Place {
  let row = 0;
  let column = 0;
  // oxlint-disable-next-line no-control-regex -- colours in a prompt take no cells
  for (const letter of text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, '')) {
    if (letter === '\n') {
      row += 1;
      column = 0;
      continue;
    }
    const width = cellWidth(letter);
    if (column + width > columns) {
      row += 1;
      column = 0;
    }
    column += width;
  }
  // A line that fills its row exactly leaves the cursor at the beginning of the next.
  return column >= columns ? { row: row + 1, column: 0 } : { row, column };
}

/** What is on the screen of a line being edited. */
export interface Drawing {
  readonly prompt: string;
  readonly text: string;
  readonly cursor: number;
  /** Row of the cursor below the one where the prompt's last line begins. */
  readonly row: number;
}

/** Draws prompt and line anew from the row where they begin; gives the cursor's row as well. */
export function draw(
  { prompt, text, cursor, row }: Drawing,
  columns: number,
): { readonly output: string; readonly row: number } {
  const up = row > 0 ? `\x1b[${row}A` : '';
  const end = place(prompt + text, columns);
  const at = place(prompt + text.slice(0, cursor), columns);
  const wraps = end.column === 0 && end.row > 0 && !text.endsWith('\n');
  const shown = `${prompt}${text}`.replaceAll('\n', '\r\n');
  const back = end.row > at.row ? `\x1b[${end.row - at.row}A` : '';
  const right = at.column > 0 ? `\x1b[${at.column}C` : '';
  const move = end.row === at.row && end.column === at.column ? '' : `${back}\r${right}`;
  return { output: `\r${up}\x1b[J${shown}${wraps ? ' \r' : ''}${move}`, row: at.row };
}
