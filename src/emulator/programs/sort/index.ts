import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Program } from '../../host/syscalls.ts';
import { readAll } from '../gnu/input.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';
import { createOrder, readKey, type Key } from './order.ts';

/** sort: lines in order. */
const program: Program = gnuTool(
  {
    name: 'sort',
    usage: ['[OPTION]... [FILE]...'],
    about: 'Write sorted concatenation of all FILE(s) to standard output.',
    short: 'bdfghiMnRrVcCk:mo:S:st:T:uz',
    long: {
      'ignore-leading-blanks': 'b',
      'dictionary-order': 'd',
      'ignore-case': 'f',
      'general-numeric-sort': 'g',
      'human-numeric-sort': 'h',
      'month-sort': 'M',
      'numeric-sort': 'n',
      reverse: 'r',
      'version-sort': 'V',
      check: { key: 'c', value: 'optional' },
      key: 'k',
      merge: 'm',
      output: 'o',
      stable: 's',
      'field-separator': 't',
      unique: 'u',
      'zero-terminated': 'z',
    },
    unmodelled: ['--parallel', '--random-source', '--files0-from', '--sort', '--debug'],
    badUsage: 2,
  },
  function* (tool) {
    const { has, value, sys } = tool;
    if (has('R')) {
      yield* tool.complain('-R is not modelled here');
      return 2;
    }
    const separator = value('t');
    if (separator !== undefined && [...separator].length !== 1 && separator !== '\\0') {
      const what = separator === '' ? 'empty tab' : `multi-character tab ${tool.quote(separator)}`;
      yield* tool.complain(what);
      return 2;
    }
    const keys = yield* readKeys(tool);
    if (!keys) return 2;
    const order = createOrder(keys, separator, has('s') || has('u'), has('r'));
    const { texts, failed } = yield* readAll({
      ...tool,
      fail: (path, errno) => tool.complain(`cannot read: ${path}: ${strerror(errno)}`),
    });
    if (failed) return 2;
    const end = has('z') ? '\0' : '\n';
    const lines = texts.flatMap(({ text }) => {
      const parts = text.split(end);
      return parts.at(-1) === '' ? parts.slice(0, -1) : parts;
    });
    if (has('c', 'C')) return yield* check(tool, lines, order);
    let sorted = lines.toSorted(order);
    if (has('u')) {
      sorted = sorted.filter((line, at) => at === 0 || order(sorted[at - 1] as string, line) !== 0);
    }
    const text = sorted.map((line) => line + end).join('');
    const path = value('o');
    if (path === undefined) yield* tool.out(text);
    else {
      const wrong = sys.files.write(path, text);
      if (isErrno(wrong)) {
        yield* tool.complain(`open failed: ${path}: ${strerror(wrong)}`);
        return 2;
      }
    }
    return 0;
  },
);

function* readKeys(tool: Tool): Call<readonly Key[] | undefined> {
  const letters = tool.given.map(({ key }) => key).filter((key) => /^[bdfghiMnrV]$/.test(key));
  const common = [...new Set(letters)].join('');
  const keys: Key[] = [];
  for (const { key, value = '' } of tool.given) {
    if (key !== 'k') continue;
    const made = readKey(value, common);
    if (typeof made === 'string') {
      yield* tool.complain(made);
      return undefined;
    }
    keys.push(made);
  }
  return keys.length > 0 ? keys : [readKey('1', common) as Key];
}

/** `-c`: whether the lines are in order; the first that is not is told. */
function* check(
  tool: Tool,
  lines: readonly string[],
  order: (a: string, b: string) => number,
): Call<number> {
  for (let at = 1; at < lines.length; at++) {
    const found = order(lines[at - 1] as string, lines[at] as string);
    if (found < 0 || (found === 0 && !tool.has('u'))) continue;
    const path = tool.operands[0] ?? '-';
    if (tool.has('c')) yield* tool.complain(`${path}:${at + 1}: disorder: ${lines[at]}`);
    return 1;
  }
  return 0;
}

export default program;
