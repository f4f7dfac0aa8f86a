import type { Program } from '../../host/syscalls.ts';
import { cellWidth } from '../../host/terminal/width.ts';
import { linesOf, readAll } from '../gnu/input.ts';
import { gnuTool } from '../gnu/tool.ts';

/** column: lines as a table, or side by side. */
const program: Program = gnuTool(
  {
    name: 'column',
    usage: ['[options] [<file>...]'],
    about: 'Columnate lists.',
    short: 'c:N:o:s:tx',
    long: {
      'output-separator': 'o',
      'output-width': 'c',
      separator: 's',
      table: 't',
      'table-columns': 'N',
      fillrows: 'x',
    },
    unmodelled: ['-d', '-E', '-H', '-J', '-l', '-L', '-n', '-O', '-R', '-r', '-T', '-W', '--json'],
    version: 'util-linux 2.38.1',
  },
  function* (tool) {
    const { has, value, sys } = tool;
    const { texts, failed } = yield* readAll(tool);
    const lines = texts.flatMap(({ text }) => linesOf(text)).filter((line) => line.trim() !== '');
    const pad = (text: string, width: number) =>
      text + ' '.repeat(Math.max(0, width - cellWidth(text)));
    if (has('t')) {
      const marks = value('s');
      const cut = (line: string) => {
        if (marks === undefined) return line.trim().split(/[ \t]+/);
        return line.split(new RegExp(`[${marks.replaceAll(/[\\\]^-]/g, '\\$&')}]`));
      };
      const rows = lines.map(cut);
      const names = value('N');
      if (names !== undefined) rows.unshift(names.split(','));
      const count = Math.max(0, ...rows.map((row) => row.length));
      const widths = Array.from({ length: count }, (_, at) =>
        Math.max(0, ...rows.map((row) => cellWidth(row[at] ?? ''))),
      );
      const between = value('o') ?? '  ';
      const made = rows.map((row) =>
        row
          .map((cell, at) => (at === row.length - 1 ? cell : pad(cell, widths[at] as number)))
          .join(between),
      );
      yield* tool.out(made.map((line) => `${line}\n`).join(''));
      return failed ? 1 : 0;
    }
    const width = Number(value('c') ?? sys.windowSize(1)?.columns ?? 80);
    const widest = Math.max(0, ...lines.map(cellWidth));
    const step = (Math.floor(widest / 8) + 1) * 8;
    const columns = Math.max(1, Math.floor(width / step));
    const rows = Math.ceil(lines.length / columns);
    for (let row = 0; row < rows; row++) {
      const cells = Array.from(
        { length: columns },
        (_, at) => lines[has('x') ? row * columns + at : at * rows + row],
      ).filter((cell) => cell !== undefined);
      const made = cells.map((cell, at) => {
        const tabs = Math.ceil((step - cellWidth(cell)) / 8);
        return at === cells.length - 1 ? cell : cell + '\t'.repeat(tabs);
      });
      yield* tool.out(`${made.join('')}\n`);
    }
    return failed ? 1 : 0;
  },
);

export default program;
