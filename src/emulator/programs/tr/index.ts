import { isErrno } from '../../host/errno.ts';
import type { Program } from '../../host/syscalls.ts';
import { gnuTool } from '../gnu/tool.ts';
import { lettersOf } from './letters.ts';

/** tr: letters for other letters. */
const program: Program = gnuTool(
  {
    name: 'tr',
    usage: ['[OPTION]... STRING1 [STRING2]'],
    about: 'Translate, squeeze, and/or delete characters from standard input.',
    short: 'cCdst',
    long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' },
    inOrder: true,
  },
  function* (tool) {
    const { has, operands, sys, misused, quote } = tool;
    const [first, second, third] = operands;
    const deletes = has('d');
    const wanted = deletes === has('s') ? 2 : 1;
    if (first === undefined) return yield* misused('missing operand');
    if (second === undefined && wanted === 2) {
      const what = deletes
        ? 'Two strings must be given when both deleting and squeezing repeats.'
        : 'Two strings must be given when translating.';
      return yield* misused(`missing operand after ${quote(first)}\n${what}`);
    }
    if (second !== undefined && deletes && !has('s')) {
      const what = 'Only one string may be given when deleting without squeezing repeats.';
      return yield* misused(`extra operand ${quote(second)}\n${what}`);
    }
    if (third !== undefined) return yield* misused(`extra operand ${quote(third)}`);
    const from = lettersOf(first);
    const to = second === undefined ? undefined : lettersOf(second, from.length);
    for (const each of [from, to]) {
      if (typeof each !== 'string') continue;
      yield* tool.complain(each);
      return 1;
    }
    const change = createChange(has, from as string[], to as string[] | undefined);
    for (;;) {
      const piece = yield* sys.read(0);
      if (piece === null || isErrno(piece)) return 0;
      yield* tool.out(change(piece));
    }
  },
);

/** What becomes of pieces of text; letters are squeezed across them. */
function createChange(
  has: (...keys: readonly string[]) => boolean,
  from: readonly string[],
  to: readonly string[] | undefined,
): (piece: string) => string {
  const complement = has('c', 'C');
  const source = has('t') && to ? from.slice(0, to.length) : from;
  const table = new Map<string, string>();
  if (to && to.length > 0 && !has('d') && !complement) {
    // A second string that is shorter goes on with its last letter.
    for (const [at, letter] of source.entries()) {
      table.set(letter, to[Math.min(at, to.length - 1)] as string);
    }
  }
  const inside = new Set(from);
  const isFirst = (letter: string) => inside.has(letter) !== complement;
  const squeezed = new Set(to ?? []);
  const squeezes = (letter: string) => (to ? squeezed.has(letter) : isFirst(letter));
  let last = '';
  return (piece) => {
    let made = '';
    for (const letter of piece) {
      if (has('d') && isFirst(letter)) continue;
      let next = letter;
      if (to && !has('d')) {
        if (complement) next = isFirst(letter) ? (to.at(-1) ?? letter) : letter;
        else next = table.get(letter) ?? letter;
      }
      if (has('s') && next === last && squeezes(next)) continue;
      made += next;
      last = next;
    }
    return made;
  };
}

export default program;
