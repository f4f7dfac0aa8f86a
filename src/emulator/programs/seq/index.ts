import { printfText } from '../../host/shell/printf.ts';
import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';

/** Characters that are written at once. */
const AT_ONCE = 4_096;

/** seq: numbers one after another. */
const program: Program = gnuTool(
  {
    name: 'seq',
    usage: ['[OPTION]... LAST', '[OPTION]... FIRST LAST', '[OPTION]... FIRST INCREMENT LAST'],
    about: 'Print numbers from FIRST to LAST, in steps of INCREMENT.',
    short: 'f:s:w',
    long: { format: 'f', separator: 's', 'equal-width': 'w' },
    inOrder: true,
    // A negative number is no option.
    rewrite: (words) => {
      const at = words.findIndex((word) => /^-[\d.]/.test(word));
      const leads = words.slice(0, Math.max(0, at)).every((word) => word.startsWith('-'));
      return at < 0 || !leads ? words : [...words.slice(0, at), '--', ...words.slice(at)];
    },
  },
  function* (tool) {
    const { has, value, operands, misused, quote, sys } = tool;
    if (operands.length === 0) return yield* misused('missing operand');
    if (operands[3] !== undefined) return yield* misused(`extra operand ${quote(operands[3])}`);
    for (const word of operands) {
      if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(word)) {
        return yield* misused(`invalid floating point argument: ${quote(word)}`);
      }
    }
    const words =
      operands.length === 1
        ? ['1', '1', operands[0]]
        : operands.length === 2
          ? [operands[0], '1', operands[1]]
          : operands;
    const [first, step, last] = words as [string, string, string];
    if (Number(step) === 0) {
      return yield* misused(`invalid Zero increment value: ${quote(step)}`);
    }
    const digits = (word: string) => /\.(\d+)/.exec(word)?.[1]?.length ?? 0;
    const places = Math.max(digits(first), digits(step));
    const width = Math.max(...[first, last].map((word) => Number(word).toFixed(places).length));
    const shown = (n: number) => {
      const format = value('f');
      if (format !== undefined) return printfText(format, [String(n)]).text;
      const text = n.toFixed(places);
      if (!has('w')) return text;
      return text.startsWith('-')
        ? `-${text.slice(1).padStart(width - 1, '0')}`
        : text.padStart(width, '0');
    };
    const between = value('s') ?? '\n';
    const [from, by, to] = [first, step, last].map(Number) as [number, number, number];
    const count = Math.floor((to - from) / by + 1e-10);
    let text = '';
    for (let at = 0; at <= count; at++) {
      text += `${at > 0 ? between : ''}${shown(from + at * by)}`;
      if (text.length < AT_ONCE) continue;
      if (yield* sys.write(1, text)) return 1;
      text = '';
    }
    yield* tool.out(count < 0 ? '' : `${text}\n`);
    return 0;
  },
);

export default program;
