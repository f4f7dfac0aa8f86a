import type { Call, Program } from '../../host/syscalls.ts';
import { eachLines } from '../gnu/input.ts';
import { gnuTool, type Tool } from '../gnu/tool.ts';

/** cut: parts of lines. */
const program: Program = gnuTool(
  {
    name: 'cut',
    usage: ['OPTION... [FILE]...'],
    about: 'Print selected parts of lines from each FILE to standard output.',
    short: 'b:c:d:f:nsz',
    long: {
      bytes: 'b',
      characters: 'c',
      delimiter: 'd',
      fields: 'f',
      complement: 'complement',
      'only-delimited': 's',
      'output-delimiter': { key: 'output-delimiter', value: 'required' },
      'zero-terminated': 'z',
    },
  },
  function* (tool) {
    const { value, operands, sys, has } = tool;
    const wrong = checkWords(tool);
    if (wrong !== undefined) return yield* tool.misused(wrong);
    const kind = ['f', 'c', 'b'].find((each) => value(each) !== undefined) as string;
    const inside = readList(value(kind) as string, kind === 'f');
    if (typeof inside === 'string') return yield* tool.misused(inside);
    const isWanted = (n: number) => inside(n) !== has('complement');
    const delimiter = value('d') ?? '\t';
    const between = value('output-delimiter') ?? (kind === 'f' ? delimiter : '');
    const end = has('z') ? '\0' : '\n';
    const cutOne = (line: string): string | undefined => {
      if (kind !== 'f') return [...line].filter((_letter, at) => isWanted(at + 1)).join(between);
      const fields = line.split(delimiter);
      if (fields.length === 1) return has('s') ? undefined : line;
      return fields.filter((_field, at) => isWanted(at + 1)).join(between);
    };
    let code = 0;
    for (const path of operands.length > 0 ? operands : ['-']) {
      const failed = yield* eachLines(
        sys,
        path,
        function* (lines): Call<void> {
          const made = lines.map(cutOne).filter((line) => line !== undefined);
          yield* tool.out(made.map((line) => line + end).join(''));
        },
        end,
      );
      if (!failed) continue;
      yield* tool.fail(path, failed);
      code = 1;
    }
    return code;
  },
);

function checkWords({ value, has, given }: Tool): string | undefined {
  const lists = given.filter(({ key }) => /^[bcf]$/.test(key));
  if (lists.length === 0) return 'you must specify a list of bytes, characters, or fields';
  if (lists.length > 1) return 'only one list may be specified';
  if (value('f') === undefined && value('d') !== undefined) {
    return 'an input delimiter may be specified only when operating on fields';
  }
  if (value('f') === undefined && has('s')) {
    return 'suppressing non-delimited lines makes sense\n\tonly when operating on fields';
  }
  if ([...(value('d') ?? '\t')].length > 1) return 'the delimiter must be a single character';
  return undefined;
}

/** `1,3-5,7-` as a test of a number; or what is wrong with it. */
function readList(list: string, fields: boolean): ((n: number) => boolean) | string {
  const ranges: (readonly [number, number])[] = [];
  for (const part of list.split(/[,\s]/)) {
    const [all, from = '', dash, to = ''] = /^(\d*)(-?)(\d*)$/.exec(part) ?? [];
    if (all === undefined) {
      return fields ? `invalid field value '${part}'` : `invalid byte/character position '${part}'`;
    }
    if (part === '-') return 'invalid range with no endpoint: -';
    const range = [Number(from || 1), dash ? Number(to || Infinity) : Number(from)] as const;
    if (part === '' || range[0] === 0 || range[1] === 0) {
      return fields ? 'fields are numbered from 1' : 'byte/character positions are numbered from 1';
    }
    if (range[0] > range[1]) return 'invalid decreasing range';
    ranges.push(range);
  }
  return (n) => ranges.some(([from, to]) => n >= from && n <= to);
}

export default program;
