import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Program } from '../../host/syscalls.ts';
import { readText } from '../gnu/input.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';

/** xargs: a command with words from standard input. */
const program: Program = gnuTool(
  {
    name: 'xargs',
    usage: ['[OPTION]... COMMAND [INITIAL-ARGS]...'],
    about: 'Run COMMAND with arguments INITIAL-ARGS and more arguments read from input.',
    short: '0a:d:E:I:L:n:P:rs:tx',
    long: {
      'arg-file': 'a',
      delimiter: 'd',
      'max-args': 'n',
      'max-lines': 'L',
      'max-procs': 'P',
      'no-run-if-empty': 'r',
      null: '0',
      replace: 'I',
      verbose: 't',
    },
    unmodelled: ['-i', '-l', '-o', '-p', '--interactive', '--process-slot-var', '--show-limits'],
    inOrder: true,
    version: 'GNU findutils) 4.9.0',
  },
  function* (tool) {
    const { value, operands } = tool;
    const command = operands.length > 0 ? operands : ['echo'];
    for (const key of ['n', 'L']) {
      const given = value(key);
      if (given === undefined || /^[1-9]\d*$/.test(given)) continue;
      yield* tool.complain(
        /^\d+$/.test(given)
          ? `value ${given} for -${key} option should be >= 1`
          : `invalid number "${given}" for -${key} option`,
      );
      return 1;
    }
    const text = yield* readText(tool.sys, value('a') ?? '-');
    if (isErrno(text)) {
      yield* tool.complain(`Cannot open input file ‘${value('a')}’: ${strerror(text)}`);
      return 1;
    }
    const items = itemsOf(tool, text);
    if (typeof items === 'string') {
      yield* tool.complain(items);
      return 1;
    }
    return yield* runAll(tool, callsOf(tool, command, items));
  },
);

/** The words of the input; a text is what is wrong with it. */
function itemsOf({ has, value }: Tool, text: string): readonly (readonly string[])[] | string {
  const mark = has('0')
    ? '\0'
    : value('d')?.replace('\\n', '\n').replace('\\t', '\t').replace('\\0', '\0');
  if (mark !== undefined) {
    const parts = text.split(mark);
    if (parts.at(-1) === '') parts.pop();
    return parts.map((part) => [part]);
  }
  const lines = text.split('\n');
  if (has('I')) {
    return lines
      .map((line) => line.trimStart())
      .filter((line) => line !== '')
      .map((line) => [line]);
  }
  const made: string[][] = [];
  for (const line of lines) {
    const words: string[] = [];
    const piece = /\s*((?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+)/gy;
    const trimmed = line.trimEnd();
    for (let found = piece.exec(trimmed); found; found = piece.exec(trimmed)) {
      const word = found[1] as string;
      words.push(
        word.replaceAll(/"([^"]*)"|'([^']*)'|\\(.)/g, (_all, a, b, c) => a ?? b ?? c ?? ''),
      );
      if (piece.lastIndex === trimmed.length) break;
    }
    if (
      /^[^"']*(?:"[^"]*"[^"']*|'[^']*'[^"']*)*["'][^"']*$/.test(trimmed) &&
      words.join('').length < trimmed.length / 2
    ) {
      const kind = trimmed.includes('"') ? 'double' : 'single';
      const why = 'by default quotes are special to xargs unless you use the -0 option';
      return `unmatched ${kind} quote; ${why}`;
    }
    if (words.length > 0) made.push(words);
  }
  return made;
}

function callsOf(
  { has, value }: Tool,
  command: readonly string[],
  lines: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const mark = value('I');
  if (mark !== undefined) {
    return lines.map(([item = '']) => command.map((word) => word.replaceAll(mark, item)));
  }
  const size = Number(value('L') ?? Infinity);
  const groups: string[][] = [];
  if (value('L') !== undefined) {
    for (let at = 0; at < lines.length; at += size) groups.push(lines.slice(at, at + size).flat());
  } else {
    const words = lines.flat();
    const most = Math.min(Number(value('n') ?? Infinity), 5_000);
    for (let at = 0; at < words.length; at += most) groups.push(words.slice(at, at + most));
  }
  if (groups.length === 0 && !has('r')) groups.push([]);
  return groups.map((words) => [...command, ...words]);
}

function* runAll(tool: Tool, calls: readonly (readonly string[])[]): Call<number> {
  const { sys, has } = tool;
  let code = 0;
  for (const call of calls) {
    if (has('t')) yield* sys.write(2, `${call.join(' ')}\n`);
    const pid = sys.spawn(call, { fds: { 0: 'null', 1: 1, 2: 2 } });
    if (isErrno(pid)) {
      yield* tool.complain(`${call[0]}: ${strerror(pid)}`);
      return pid === 'ENOENT' ? 127 : 126;
    }
    const status = yield* sys.wait(pid);
    if (!('exited' in status)) {
      yield* tool.complain(`${call[0]}: terminated by signal`);
      return 125;
    }
    if (status.exited === 255) {
      yield* tool.complain(`${call[0]}: exited with status 255; aborting`);
      return 124;
    }
    if (status.exited !== 0) code = 123;
  }
  return code;
}

export default program;
