import type { Program } from '../../host/syscalls.ts';
import { readAll } from '../gnu/input.ts';
import { compileRegular } from '../gnu/regular.ts';
import { gnuTool } from '../gnu/tool.ts';

/** nl: numbers lines. */
const program: Program = gnuTool(
  {
    name: 'nl',
    usage: ['[OPTION]... [FILE]...'],
    about: 'Write each FILE to standard output, with line numbers added.',
    short: 'b:i:n:s:v:w:',
    long: {
      'body-numbering': 'b',
      'line-increment': 'i',
      'number-format': 'n',
      'number-separator': 's',
      'starting-line-number': 'v',
      'number-width': 'w',
    },
    unmodelled: ['-d', '-f', '-h', '-l', '-p'],
  },
  function* (tool) {
    const { value, complain, quote } = tool;
    const style = value('b') ?? 't';
    if (!/^(?:[atn]|p.*)$/s.test(style)) {
      return yield* tool.misused(`invalid body numbering style: ${quote(style)}`);
    }
    const format = value('n') ?? 'rn';
    if (!/^(?:ln|rn|rz)$/.test(format)) {
      return yield* tool.misused(`invalid line numbering format: ${quote(format)}`);
    }
    const width = Number(value('w') ?? 6);
    if (!(width > 0)) {
      yield* complain(`invalid line number field width: ${quote(value('w') as string)}`);
      return 1;
    }
    const pattern = style.startsWith('p') ? compileRegular(style.slice(1), 'basic') : undefined;
    const counts = (line: string) =>
      pattern ? pattern.test(line) : style === 'a' || (style === 't' && line !== '');
    let number = Number(value('v') ?? 1);
    const { texts, failed } = yield* readAll(tool);
    const separator = value('s') ?? '\t';
    for (const { text } of texts) {
      const lines = text.replace(/\n$/, '').split('\n');
      const made = (text === '' ? [] : lines).map((line) => {
        if (!counts(line)) return `${' '.repeat(width + separator.length)}${line}\n`;
        const digits = String(number);
        number += Number(value('i') ?? 1);
        const shown =
          format === 'ln'
            ? digits.padEnd(width)
            : digits.padStart(width, format === 'rz' ? '0' : ' ');
        return `${shown}${separator}${line}\n`;
      });
      yield* tool.out(made.join(''));
    }
    return failed ? 1 : 0;
  },
);

export default program;
