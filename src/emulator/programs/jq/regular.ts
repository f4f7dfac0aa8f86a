import type { Node } from './ast.ts';
import { evaluate, made, plain } from './evaluate.ts';
import type { Builtin, Run, Scope } from './scope.ts';
import { brief, isArray, JqError, typeOf, type Value } from './value.ts';

/** Compiles what `test`, `match` and the like were given. */
function compile(
  pattern: Value,
  flags: Value,
): { readonly regular: RegExp; readonly all: boolean } {
  if (typeof pattern !== 'string') {
    throw new JqError(
      `${typeOf(pattern)} (${brief(pattern)}) cannot be matched, as it is not a string`,
    );
  }
  const letters = typeof flags === 'string' ? flags : '';
  if (flags !== null && typeof flags !== 'string') {
    throw new JqError(`${typeOf(flags)} (${brief(flags)}) is not a string`);
  }
  const wrong = [...letters].find((letter) => !'gimnpsxl'.includes(letter));
  if (wrong) throw new JqError(`${letters} is not a valid modifier string`);
  const source = letters.includes('x')
    ? pattern.replaceAll(/\\.|\s+|#.*$/gm, (found) => (found.startsWith('\\') ? found : ''))
    : pattern;
  const own = `${letters.includes('i') ? 'i' : ''}${/[sp]/.test(letters) ? 's' : ''}`;
  try {
    return {
      regular: new RegExp(source, `gud${own}`),
      all: letters.includes('g'),
    };
  } catch {
    throw new JqError(`${pattern} (at offset 0) is not a valid regex: invalid pattern`);
  }
}

interface Found {
  readonly offset: number;
  readonly end: number;
  readonly text: string;
  readonly captures: readonly {
    readonly name: string | null;
    readonly text: string | null;
    readonly offset: number;
  }[];
}

const letters = (text: string) => [...text].length;

function search(value: Value, pattern: Value, flags: Value, everything = false): Found[] {
  if (typeof value !== 'string') {
    throw new JqError(
      `${typeOf(value)} (${brief(value)}) cannot be matched, as it is not a string`,
    );
  }
  const [one, two] = isArray(pattern)
    ? [pattern[0] ?? null, pattern[1] ?? flags]
    : [pattern, flags];
  const { regular, all } = compile(one, two);
  const found: Found[] = [];
  for (const match of value.matchAll(regular)) {
    const names = namesOf(regular.source);
    const captures = match.slice(1).map((text, index) => ({
      name: names[index] ?? null,
      text: text ?? null,
      offset: match.indices?.[index + 1]
        ? letters(value.slice(0, match.indices[index + 1]?.[0]))
        : -1,
    }));
    found.push({
      offset: match.index,
      end: match.index + match[0].length,
      text: match[0],
      captures,
    });
    if (!all && !everything) break;
  }
  return found;
}

/** Names of an expression's groups, in order. */
function namesOf(source: string): (string | null)[] {
  const groups = source.matchAll(/\\.|\[(?:\\.|[^\]])*\]|\((?!\?)|\(\?<([A-Za-z_]\w*)>/g);
  return [...groups].filter(([text]) => text.startsWith('(')).map(([, name]) => name ?? null);
}

function record(value: string, { offset, text, captures }: Found): Value {
  return new Map<string, Value>([
    ['offset', letters(value.slice(0, offset))],
    ['length', letters(text)],
    ['string', text],
    [
      'captures',
      captures.map(
        (each) =>
          new Map<string, Value>([
            ['offset', each.offset],
            ['length', each.text === null ? 0 : letters(each.text)],
            ['string', each.text],
            ['name', each.name],
          ]),
      ),
    ],
  ]);
}

const named = ({ captures }: Found): Value =>
  new Map(captures.flatMap(({ name, text }) => (name === null ? [] : [[name, text] as const])));

type Work = (value: Value, pattern: Value, flags: Value) => Iterable<Value>;

/** A function of a pattern and flags, which may be left out. */
function searching(work: Work): Builtin {
  return function* (run, [first, second], scope, item) {
    const none: Node = { type: 'literal', value: null };
    for (const flags of plain(run, second ?? none, scope, item.value)) {
      for (const pattern of plain(run, first as Node, scope, item.value)) {
        for (const each of work(item.value, pattern, flags)) yield made(item, each);
      }
    }
  };
}

const both = (name: string, work: Work): Record<string, Builtin> => ({
  [`${name}/1`]: searching(work),
  [`${name}/2`]: searching(work),
});

/** Pieces of a text between matches. */
function pieces(value: Value, pattern: Value, flags: Value): string[] {
  const text = value as string;
  let from = 0;
  const made_: string[] = [];
  for (const { offset, end } of search(value, pattern, flags, true)) {
    made_.push(text.slice(from, offset));
    from = end;
  }
  return [...made_, text.slice(from)];
}

function substitution(global: boolean): Builtin {
  return function* (run, [first, second, third], scope, item) {
    const { value } = item;
    for (const flags of third ? plain(run, third, scope, value) : ['']) {
      for (const pattern of plain(run, first as Node, scope, value)) {
        const all = `${String(flags)}${global ? 'g' : ''}`;
        const found = search(value, pattern, all);
        for (const text of replaced(run, value as string, found, second as Node, scope)) {
          yield made(item, text);
        }
      }
    }
  };
}

function* replaced(
  run: Run,
  text: string,
  found: readonly Found[],
  by: Node,
  scope: Scope | undefined,
): Generator<string, void> {
  const [first, ...rest] = found.toReversed();
  if (!first) return yield text;
  for (const { value } of evaluate(run, by, scope, { value: named(first), path: undefined })) {
    if (typeof value !== 'string') {
      throw new JqError(
        `${typeOf(named(first))} (${brief(named(first))}) cannot be added to a string`,
      );
    }
    const before = text.slice(0, first.offset);
    for (const head of replaced(run, before, rest.toReversed(), by, scope)) {
      yield head + value + text.slice(first.end);
    }
  }
  return undefined;
}

/** `test`, `match`, `capture`, `scan`, `split/2`, `splits`, `sub` and `gsub`. */
export const regularFunctions: Readonly<Record<string, Builtin>> = {
  ...both('test', (value, pattern, flags) => [search(value, pattern, flags).length > 0]),
  ...both('match', (value, pattern, flags) =>
    search(value, pattern, flags).map((found) => record(value as string, found)),
  ),
  ...both('capture', (value, pattern, flags) => search(value, pattern, flags).map(named)),
  ...both('scan', (value, pattern, flags) =>
    search(value, pattern, flags, true).map(({ text, captures }) =>
      captures.length === 0 ? text : captures.map((each) => each.text),
    ),
  ),
  ...both('splits', pieces),
  'split/2': searching((value, pattern, flags) => [pieces(value, pattern, flags)]),
  'sub/2': substitution(false),
  'sub/3': substitution(false),
  'gsub/2': substitution(true),
  'gsub/3': substitution(true),
};
