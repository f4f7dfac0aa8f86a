import { isErrno, strerror } from '../../host/errno.ts';
import type { Call } from '../../host/syscalls.ts';
import type { OptionTable } from '../gnu/getopt.ts';
import { compileRegular, regularSource, RegularError, type RegularKind } from '../gnu/regular.ts';
import type { Tool } from '../gnu/tool.ts';

export const optionTable: OptionTable = {
  short: 'A:B:C:EFGHILPRTVZabce:f:hilm:noqrsvwxyz',
  long: {
    'after-context': 'A',
    'basic-regexp': 'G',
    'before-context': 'B',
    'byte-offset': 'b',
    color: { key: 'color', value: 'optional' },
    colour: { key: 'color', value: 'optional' },
    context: 'C',
    count: 'c',
    exclude: { key: 'exclude', value: 'required' },
    'exclude-dir': { key: 'exclude-dir', value: 'required' },
    'extended-regexp': 'E',
    file: 'f',
    'files-with-matches': 'l',
    'files-without-match': 'L',
    'fixed-strings': 'F',
    'ignore-case': 'i',
    include: { key: 'include', value: 'required' },
    'initial-tab': 'T',
    'invert-match': 'v',
    label: { key: 'label', value: 'required' },
    'line-buffered': 'line-buffered',
    'line-number': 'n',
    'line-regexp': 'x',
    'max-count': 'm',
    'no-filename': 'h',
    'no-ignore-case': 'no-ignore-case',
    'no-messages': 's',
    null: 'Z',
    'null-data': 'z',
    'only-matching': 'o',
    'perl-regexp': 'P',
    quiet: 'q',
    recursive: 'r',
    'dereference-recursive': 'R',
    regexp: 'e',
    silent: 'q',
    text: 'a',
    'with-filename': 'H',
    'word-regexp': 'w',
    version: 'V',
  },
  unmodelled: ['-D', '-U', '-d', '-u', '--binary', '--binary-files', '--devices', '--directories'],
};

/** What a run of grep is to do. */
export interface Settings {
  readonly matcher: RegExp;
  readonly files: readonly string[];
  readonly before: number;
  readonly after: number;
  readonly limit: number;
  readonly recursive: boolean;
  readonly names: boolean;
  readonly color: boolean;
  readonly end: string;
}

/** Reads options and patterns; an exit code where they are wrong. */
export function* readSettings(tool: Tool, usual: RegularKind): Call<Settings | number> {
  const { has, value, sys } = tool;
  if (has('V')) {
    yield* tool.out('grep (GNU grep) 3.8\n');
    return 0;
  }
  const patterns: string[] = [];
  for (const { key, value: given = '' } of tool.given) {
    if (key === 'e') patterns.push(...given.split('\n'));
    if (key !== 'f') continue;
    const found = sys.files.read(given);
    if (isErrno(found)) {
      yield* tool.complain(`${given}: ${strerror(found)}`);
      return 2;
    }
    if (found.text !== '') patterns.push(...found.text.replace(/\n$/, '').split('\n'));
  }
  const files = [...tool.operands];
  if (!has('e', 'f')) {
    const first = files.shift();
    if (first === undefined) {
      yield* sys.write(
        2,
        `Usage: ${tool.name} [OPTION]... PATTERNS [FILE]...\n` +
          `Try '${tool.name} --help' for more information.\n`,
      );
      return 2;
    }
    patterns.push(...first.split('\n'));
  }
  const lengths = yield* readLengths(tool);
  if (!lengths) return 2;
  const matcher = yield* readMatcher(tool, patterns, kindOf(tool, usual));
  if (!matcher) return 2;
  const when = tool.given.findLast(({ key }) => key === 'color');
  return {
    matcher,
    files,
    ...lengths,
    recursive: has('r', 'R'),
    names: namesFiles(tool, files),
    color:
      when !== undefined &&
      when.value !== 'never' &&
      (when.value === 'always' || sys.isTerminal(1)),
    end: has('z') ? '\0' : '\n',
    limit: value('m') === undefined ? Infinity : lengths.limit,
  };
}

function namesFiles(tool: Tool, files: readonly string[]): boolean {
  const last = tool.last('hH');
  if (last !== undefined) return last === 'H';
  const [only] = files;
  if (!tool.has('r', 'R')) return files.length > 1;
  if (files.length !== 1 || only === undefined) return true;
  const stat = tool.sys.files.stat(only);
  return isErrno(stat) || stat.type === 'directory';
}

function* readLengths(
  tool: Tool,
): Call<{ readonly before: number; readonly after: number; readonly limit: number } | undefined> {
  const lengths = new Map<string, number>();
  for (const { key, value = '' } of tool.given) {
    if (!/^[ABCm]$/.test(key)) continue;
    if (!/^\+?\d+$/.test(value) && !(key === 'm' && /^-\d+$/.test(value))) {
      const what = key === 'm' ? 'invalid max count' : `${value}: invalid context length argument`;
      yield* tool.complain(what);
      return undefined;
    }
    lengths.set(key, Number(value) < 0 ? Infinity : Number(value));
  }
  const around = lengths.get('C') ?? 0;
  return {
    before: lengths.get('B') ?? around,
    after: lengths.get('A') ?? around,
    limit: lengths.get('m') ?? Infinity,
  };
}

function kindOf(tool: Tool, usual: RegularKind): RegularKind {
  const last = tool.last('EFGP');
  if (last === undefined) return usual;
  return ({ E: 'extended', F: 'fixed', G: 'basic', P: 'perl' } as const)[last as 'E'];
}

/** All patterns as one expression; undefined where one of them is wrong, which is told. */
function* readMatcher(
  tool: Tool,
  patterns: readonly string[],
  kind: RegularKind,
): Call<RegExp | undefined> {
  const { has } = tool;
  try {
    const sources = patterns.map((pattern) => {
      compileRegular(pattern, kind);
      return regularSource(pattern, kind);
    });
    // Of patterns that begin at the same place the longest wins; plain texts can be put in order.
    const ordered = kind === 'fixed' ? sources.toSorted((a, b) => b.length - a.length) : sources;
    const joined = sources.length === 0 ? '(?!)' : `(?:${ordered.join('|')})`;
    const word = '[\\p{L}\\p{N}_]';
    const wanted = has('x')
      ? `^(?:${joined})$`
      : has('w')
        ? `(?<!${word})(?:${joined})(?!${word})`
        : joined;
    const same = tool.given.findLast(({ key }) => /^(?:i|y|no-ignore-case)$/.test(key))?.key;
    return new RegExp(wanted, same === 'i' || same === 'y' ? 'giu' : 'gu');
  } catch (problem) {
    if (!(problem instanceof RegularError || problem instanceof SyntaxError)) throw problem;
    yield* tool.complain(problem.message);
    return undefined;
  }
}
