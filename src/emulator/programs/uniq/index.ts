import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Program } from '../../host/syscalls.ts';
import { eachLines } from '../gnu/input.ts';
import { gnuTool } from '../gnu/tool.ts';

/** uniq: adjacent lines that are equal become one. */
const program: Program = gnuTool(
  {
    name: 'uniq',
    usage: ['[OPTION]... [INPUT [OUTPUT]]'],
    about: 'Filter adjacent matching lines from INPUT (or standard input).',
    short: 'cdDf:is:uw:z',
    long: {
      count: 'c',
      repeated: 'd',
      'skip-fields': 'f',
      'ignore-case': 'i',
      'skip-chars': 's',
      unique: 'u',
      'check-chars': 'w',
      'zero-terminated': 'z',
    },
    unmodelled: ['--all-repeated', '--group'],
  },
  function* (tool) {
    const { has, value, operands, complain, misused, quote, sys } = tool;
    if (operands[2] !== undefined) return yield* misused(`extra operand ${quote(operands[2])}`);
    for (const [key, what] of [
      ['f', 'fields to skip'],
      ['s', 'bytes to skip'],
      ['w', 'bytes to compare'],
    ] as const) {
      if (value(key) === undefined || /^\d+$/.test(value(key) as string)) continue;
      yield* complain(`${value(key)}: invalid number of ${what}`);
      return 1;
    }
    const number = (key: string, usual: number) => Number(value(key) ?? usual);
    const keyOf = (line: string) => {
      const fields = number('f', 0);
      const rest = fields > 0 ? line.replace(new RegExp(`^(?:\\s*\\S+){0,${fields}}`), '') : line;
      const from = number('s', 0);
      const key = rest.slice(from, from + number('w', Infinity));
      return has('i') ? key.toLowerCase() : key;
    };
    const end = has('z') ? '\0' : '\n';
    let group: { first: string; key: string; lines: string[] } | undefined;
    const shown = (): string => {
      if (!group) return '';
      const { first, lines } = group;
      if (has('D')) return lines.length > 1 ? lines.map((line) => line + end).join('') : '';
      if ((has('d') && lines.length < 2) || (has('u') && lines.length > 1)) return '';
      return `${has('c') ? `${String(lines.length).padStart(7)} ` : ''}${first}${end}`;
    };
    const [path = '-', to] = operands;
    let made = '';
    const failed = yield* eachLines(
      sys,
      path,
      function* (lines): Call<void> {
        for (const line of lines) {
          const key = keyOf(line);
          if (group?.key === key) group.lines.push(line);
          else {
            made += shown();
            group = { first: line, key, lines: [line] };
          }
        }
        if (to === undefined) {
          yield* tool.out(made);
          made = '';
        }
      },
      end,
    );
    if (isErrno(failed)) {
      yield* complain(`${path}: ${strerror(failed)}`);
      return 1;
    }
    made += shown();
    if (to === undefined) yield* tool.out(made);
    else sys.files.write(to, made);
    return 0;
  },
);

export default program;
