import type { Call } from '../../host/syscalls.ts';
import { fromCivil } from '../../world/time.ts';
import { formatTime } from '../gnu/calendar.ts';
import type { Expression, Target } from './ast.ts';
import { evaluate, place, regularOf, type Run } from './evaluate.ts';
import { AwkError, AwkRunError } from './lexer.ts';
import { formatText, fromOutside, toNumber, type Value } from './value.ts';

type CallNode = Expression & { readonly type: 'call' };

/** How many words each function takes at least and at most. */
const counts: Readonly<Record<string, readonly [number, number]>> = {
  length: [0, 1],
  substr: [2, 3],
  index: [2, 2],
  split: [2, 3],
  sub: [2, 3],
  gsub: [2, 3],
  match: [2, 2],
  sprintf: [1, Infinity],
  atan2: [2, 2],
  rand: [0, 0],
  srand: [0, 1],
  close: [1, 1],
  fflush: [0, 1],
  strftime: [0, 3],
  systime: [0, 0],
};

/** Calls a function that awk itself has. */
export function* callBuiltin(run: Run, node: CallNode): Call<Value> {
  const { name, words } = node;
  const [least, most] = counts[name] ?? [1, 1];
  if (words.length < least || words.length > most) {
    throw new AwkError(`line 1: syntax error at or near )`);
  }
  const { memory } = run;
  const [first, second, third] = words;
  switch (name) {
    case 'length':
      return yield* length(run, first);
    case 'split':
      return yield* split(run, first as Expression, second as Expression, third);
    case 'sub':
    case 'gsub':
      return yield* substitute(run, node, name === 'gsub');
    case 'match': {
      const text = memory.text(yield* evaluate(run, first as Expression));
      const found = (yield* regularOf(run, second as Expression)).exec(text);
      memory.set('RSTART', found ? found.index + 1 : 0);
      memory.set('RLENGTH', found ? found[0].length : -1);
      return memory.get('RSTART');
    }
  }
  const values: Value[] = [];
  for (const word of words) values.push(yield* evaluate(run, word));
  const streamed = yield* onStreams(run, name, values);
  return streamed === undefined ? plain(run, name, values) : streamed;
}

function* length({ ...run }: Run, word: Expression | undefined): Call<Value> {
  if (word?.type === 'variable') {
    const { list } = run.memory.cell(word.name);
    if (list) return list.size;
  }
  const value = word ? yield* evaluate(run, word) : run.memory.field(0);
  return run.memory.text(value).length;
}

function* split(
  run: Run,
  source: Expression,
  into: Expression,
  by: Expression | undefined,
): Call<Value> {
  const { memory } = run;
  const text = memory.text(yield* evaluate(run, source));
  if (into.type !== 'variable') throw new AwkError('line 1: syntax error at or near ,');
  const separator =
    by === undefined
      ? memory.text(memory.get('FS'))
      : by.type === 'regular'
        ? by.pattern
        : memory.text(yield* evaluate(run, by));
  // An expression of one letter is still an expression: `/ /` is not the separator ' '.
  const exact = by?.type === 'regular' && separator.length === 1 ? `[${separator}]` : separator;
  const parts = memory.parts(text, exact);
  const list = memory.list(into.name);
  list.clear();
  for (const [index, part] of parts.entries()) list.set(String(index + 1), fromOutside(part));
  return parts.length;
}

function* substitute(run: Run, { words }: CallNode, all: boolean): Call<Value> {
  const { memory } = run;
  const [pattern, by, into] = words as [Expression, Expression, Expression | undefined];
  const regular = yield* regularOf(run, pattern);
  const replacement = memory.text(yield* evaluate(run, by));
  const target = (into ?? { type: 'field', of: { type: 'number', value: 0 } }) as Target;
  const isTarget = ['variable', 'element', 'field'].includes(target.type);
  const where = isTarget ? yield* place(run, target) : undefined;
  const text = memory.text(where ? where.get() : yield* evaluate(run, into as Expression));
  let count = 0;
  let end = -1;
  const made = text.replace(new RegExp(regular, all ? 'gu' : 'u'), (found: string, ...rest) => {
    const at = rest.find((each) => typeof each === 'number') as number;
    // Right behind a match nothing is no match of its own.
    if (found === '' && at === end) return '';
    end = at + found.length;
    count += 1;
    return replacement.replaceAll(/\\\\|\\&|&/g, (mark) =>
      mark === '&' ? found : (mark[1] as string),
    );
  });
  if (count > 0) where?.set(made);
  return count;
}

/** Functions that wait; undefined where the name is none of them. */
function* onStreams(
  { streams, memory }: Run,
  name: string,
  [first]: readonly Value[],
): Call<Value> {
  switch (name) {
    case 'system':
      return yield* streams.system(memory.text(first));
    case 'close':
      return yield* streams.close(memory.text(first));
    case 'fflush':
      yield* streams.flush();
      return 0;
    default:
      return undefined;
  }
}

function plain(run: Run, name: string, values: readonly Value[]): Value {
  const { memory, sys } = run;
  const [first, second, third] = values;
  const number = toNumber(first);
  switch (name) {
    case 'substr':
      return substring(memory.text(first), toNumber(second), values.length > 2, toNumber(third));
    case 'index':
      return memory.text(first).indexOf(memory.text(second)) + 1;
    case 'sprintf': {
      const format = memory.text(first);
      const text = formatText(format, values.slice(1), memory.text(memory.get('CONVFMT')));
      if (text !== undefined) return text;
      throw new AwkRunError(`not enough arguments passed to sprintf("${format}")`);
    }
    case 'tolower':
      return memory.text(first).toLowerCase();
    case 'toupper':
      return memory.text(first).toUpperCase();
    case 'int':
      return Math.trunc(number);
    case 'atan2':
      return Math.atan2(number, toNumber(second));
    case 'systime':
      return Math.floor(sys.now / 1_000_000);
    case 'strftime': {
      const at = values.length > 1 ? toNumber(second) * 1_000_000 : sys.now;
      return formatTime(at, values.length > 0 ? memory.text(first) : '%c');
    }
    case 'mktime': {
      const parts = memory.text(first).trim().split(/\s+/).map(Number);
      const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
      if (parts.length < 6 || parts.some(Number.isNaN)) return -1;
      return Math.floor(fromCivil(year, month, day, hour, minute, second) / 1_000_000);
    }
    case 'rand':
      return sys.chance.number(`rand/${run.chance.seed}/${run.chance.drawn++}`);
    case 'srand': {
      const { seed } = run.chance;
      run.chance.seed = values.length > 0 ? number : Math.floor(sys.now / 1_000_000);
      run.chance.drawn = 0;
      return seed;
    }
    default:
      return (Math[name as 'sin'] as (value: number) => number)(number);
  }
}

/** Letters from a place on, as POSIX rounds it. */
function substring(text: string, from: number, limited: boolean, length: number): string {
  const start = Math.round(from);
  const end = limited ? Math.round(from + length) : Infinity;
  return text.slice(Math.max(0, start - 1), Math.max(0, end - 1));
}
