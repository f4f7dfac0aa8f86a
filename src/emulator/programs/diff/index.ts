import { isErrno, strerror } from '../../host/errno.ts';
import type { Call, Program } from '../../host/syscalls.ts';
import { formatTime } from '../gnu/calendar.ts';
import { readText } from '../gnu/input.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';
import { unifiedDiff } from '../unified-diff.ts';
import { normalDiff } from './normal.ts';

/** diff: what differs between two files or directories. */
const program: Program = gnuTool(
  {
    name: 'diff',
    usage: ['[OPTION]... FILES'],
    about: 'Compare FILES line by line.',
    short: 'abBiNqrsuwZ',
    long: {
      brief: 'q',
      'ignore-all-space': 'w',
      'ignore-blank-lines': 'B',
      'ignore-case': 'i',
      'ignore-space-change': 'b',
      'new-file': 'N',
      recursive: 'r',
      'report-identical-files': 's',
      unified: { key: 'u', value: 'optional' },
    },
    unmodelled: ['-c', '-C', '-e', '-n', '-U', '-y', '--context', '--side-by-side', '--color'],
    badUsage: 2,
    complains: (text) => `diff: ${text}\ndiff: Try 'diff --help' for more information.\n`,
    version: 'GNU diffutils) 3.8',
  },
  function* (tool) {
    const { operands, misused, quote, name } = tool;
    const [a, b, extra] = operands;
    if (b === undefined) return yield* misused(`missing operand after ${quote(a ?? name)}`);
    if (extra !== undefined) return yield* misused(`extra operand ${quote(extra)}`);
    return yield* compare(tool, a as string, b, '');
  },
);

/** 0 where both are the same, 1 where they differ, 2 where one cannot be read. */
function* compare(tool: Tool, a: string, b: string, lead: string): Call<number> {
  const { sys, has } = tool;
  const kinds = [a, b].map((path) => (path === '-' ? undefined : sys.files.stat(path)));
  const isFolder = (at: number) => {
    const stat = kinds[at];
    return typeof stat === 'object' && stat.type === 'directory';
  };
  if (isFolder(0) && isFolder(1)) return yield* folders(tool, a, b);
  const inside = (folder: string, other: string) => `${folder}/${other.split('/').at(-1)}`;
  if (lead === '' && isFolder(0)) return yield* compare(tool, inside(a, b), b, lead);
  if (lead === '' && isFolder(1)) return yield* compare(tool, a, inside(b, a), lead);
  const texts: string[] = [];
  let failed = false;
  for (const path of [a, b]) {
    const text = yield* readText(sys, path);
    if (!isErrno(text)) texts.push(text);
    else if (text === 'ENOENT' && has('N')) texts.push('');
    else {
      yield* tool.complain(`${path}: ${strerror(text)}`);
      failed = true;
    }
  }
  if (failed) return 2;
  const [before = '', after = ''] = texts;
  if (before === after || plain(tool, before) === plain(tool, after)) {
    if (has('s')) yield* tool.out(`Files ${a} and ${b} are identical\n`);
    return 0;
  }
  if (has('q')) {
    yield* tool.out(`Files ${a} and ${b} differ\n`);
    return 1;
  }
  if (lead !== '') yield* tool.out(lead);
  if (!has('u')) yield* tool.out(normalDiff(before, after));
  else {
    const title = (path: string, at: number) => {
      const stat = kinds[at];
      const time = typeof stat === 'object' ? stat.modified : sys.now;
      return `${path}\t${formatTime(time, '%Y-%m-%d %H:%M:%S.%N %z')}\n`;
    };
    yield* tool.out(`--- ${title(a, 0)}+++ ${title(b, 1)}${unifiedDiff(before, after)}`);
  }
  return 1;
}

/** A text without what is not to be looked at. */
function plain({ has }: Tool, text: string): string {
  let made = has('i') ? text.toLowerCase() : text;
  if (has('w')) made = made.replaceAll(/[ \t]+/g, '');
  if (has('b')) made = made.replaceAll(/[ \t]+/g, ' ').replaceAll(/ $/gm, '');
  if (has('Z')) made = made.replaceAll(/[ \t]+$/gm, '');
  return has('B') ? made.replaceAll(/\n+/g, '\n') : made;
}

function* folders(tool: Tool, a: string, b: string): Call<number> {
  const { sys, has } = tool;
  const [one, other] = [a, b].map((path) => {
    const names = sys.files.list(path);
    return new Set(isErrno(names) ? [] : names);
  }) as [Set<string>, Set<string>];
  let code = 0;
  for (const name of [...new Set([...one, ...other])].sort()) {
    const [here, there] = [one.has(name), other.has(name)];
    if (here !== there && !has('N')) {
      yield* tool.out(`Only in ${here ? a : b}: ${name}\n`);
      code = Math.max(code, 1);
      continue;
    }
    const paths = [`${a}/${name}`, `${b}/${name}`] as const;
    const stats = paths.map((path) => sys.files.stat(path));
    if (stats.every((stat) => typeof stat === 'object' && stat.type === 'directory') && !has('r')) {
      yield* tool.out(`Common subdirectories: ${paths[0]} and ${paths[1]}\n`);
      continue;
    }
    const flags = tool.given.map(({ key }) => `-${key}`).join(' ');
    const found = yield* compare(
      tool,
      ...paths,
      `diff ${flags ? `${flags} ` : ''}${paths.join(' ')}\n`,
    );
    code = Math.max(code, found);
  }
  return code;
}

export default program;
