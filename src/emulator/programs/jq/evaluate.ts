import type { Node } from './ast.ts';
import { operate } from './arithmetic.ts';
import { assign } from './assign.ts';
import { construct } from './construct.ts';
import { take, withPatterns } from './destructure.ts';
import { getKey, getSlice } from './paths.ts';
import { bind, find, type Item, type Run, type Scope } from './scope.ts';
import { brief, isArray, isObject, isTrue, JqError, typeOf, type Value } from './value.ts';

/** Steps that may pass between two results; more is taken for a program that never ends. */
const MOST_STEPS = 2_000_000;
/** Calls within calls. */
const DEEPEST = 1_200;

/** `break $out`, on its way to its label. */
export class Break extends Error {
  readonly mark: object;
  constructor(mark: object) {
    super('break');
    this.mark = mark;
  }
}

/** A limit of this jq that was met; `try` does not catch it. */
export class LimitError extends Error {}

export type Items = Generator<Item, void>;

/** Counts a step; a run that makes too many without a result is given up. */
export function step(run: Run): void {
  if (++run.steps <= MOST_STEPS) return;
  throw new LimitError(`more than ${MOST_STEPS} steps without a result are not modelled here`);
}

/** All results of a filter for an input, one after another. */
export function* evaluate(run: Run, node: Node, scope: Scope | undefined, item: Item): Items {
  step(run);
  const { value, path } = item;
  switch (node.type) {
    case 'identity':
      return yield item;
    case 'literal':
      return yield made(item, node.value);
    case 'index':
    case 'slice':
    case 'each':
    case 'recurse':
      return yield* access(run, node, scope, item);
    case 'pipe':
      for (const each of evaluate(run, node.left, scope, item)) {
        yield* evaluate(run, node.right, scope, each);
      }
      return undefined;
    case 'comma':
      yield* evaluate(run, node.left, scope, item);
      return yield* evaluate(run, node.right, scope, item);
    case 'if':
      for (const test of plain(run, node.test, scope, value)) {
        yield* evaluate(run, isTrue(test) ? node.yes : node.no, scope, item);
      }
      return undefined;
    case 'call':
      return yield* call(run, node, scope, item);
    case 'define': {
      const { definition } = node;
      const name = `${definition.name}/${definition.parameters.length}`;
      return yield* evaluate(
        run,
        node.rest,
        bind(scope, name, { type: 'definition', definition }),
        item,
      );
    }
    case 'as':
      for (const source of plain(run, node.source, scope, value)) {
        yield* withPatterns(run, node.patterns, source, scope, item, node.body);
      }
      return undefined;
    case 'try':
      return yield* attempt(run, node, scope, item);
    case 'label':
      return yield* labelled(run, node, scope, item);
    case 'break': {
      const found = find(scope, `*${node.name}`)?.bound;
      throw new Break(found?.type === 'label' ? found.mark : {});
    }
    case 'reduce':
    case 'foreach':
      return yield* fold(run, node, scope, item);
    case 'binary':
      return yield* binary(run, node, scope, item);
    default:
      for (const each of construct(run, node, scope, value)) {
        yield { value: each, path: path === undefined ? undefined : 'lost' };
      }
      return undefined;
  }
}

function* labelled(
  run: Run,
  node: Node & { type: 'label' },
  scope: Scope | undefined,
  item: Item,
): Items {
  const mark = {};
  try {
    const inner = bind(scope, `*${node.name}`, { type: 'label', mark });
    yield* evaluate(run, node.body, inner, item);
  } catch (problem) {
    if (!(problem instanceof Break) || problem.mark !== mark) throw problem;
  }
}

/** A value that has no way to it. */
export function made({ path }: Item, value: Value): Item {
  return { value, path: path === undefined ? undefined : value === null ? path : 'lost' };
}

/** Results as values, where no ways are asked for. */
export function* plain(
  run: Run,
  node: Node,
  scope: Scope | undefined,
  value: Value,
): Generator<Value, void> {
  for (const each of evaluate(run, node, scope, { value, path: undefined })) yield each.value;
}

/** One step down from an item. */
export function down({ value, path }: Item, key: Value): Item {
  if (path === 'lost') {
    throw new JqError(`Invalid path expression with result ${brief(value)}`);
  }
  return { value: getKey(value, key), path: path && [...path, key] };
}

/** All that is directly inside of an item. */
export function* inside(item: Item): Items {
  const { value, path } = item;
  if (path === 'lost') throw new JqError(`Invalid path expression with result ${brief(value)}`);
  if (isArray(value)) {
    for (const [index, each] of value.entries())
      yield { value: each, path: path && [...path, index] };
  } else if (isObject(value)) {
    for (const [key, each] of value) yield { value: each, path: path && [...path, key] };
  } else {
    throw new JqError(`Cannot iterate over ${typeOf(value)} (${brief(value)})`);
  }
}

/** An item and all that is in it, at any depth. */
export function* descend(run: Run, item: Item): Items {
  yield item;
  step(run);
  if (!isArray(item.value) && !isObject(item.value)) return;
  for (const each of inside(item)) yield* descend(run, each);
}

type Access = Extract<Node, { type: 'index' | 'slice' | 'each' | 'recurse' }>;

function* access(run: Run, node: Access, scope: Scope | undefined, item: Item): Items {
  if (node.type === 'recurse') return yield* descend(run, item);
  if (node.type === 'each') {
    for (const of of evaluate(run, node.of, scope, item)) yield* inside(of);
    return undefined;
  }
  for (const of of evaluate(run, node.of, scope, item)) {
    if (node.type === 'index') {
      for (const key of plain(run, node.key, scope, item.value)) yield down(of, key);
      continue;
    }
    const none: Node = { type: 'literal', value: null };
    for (const to of plain(run, node.to ?? none, scope, item.value)) {
      for (const from of plain(run, node.from ?? none, scope, item.value)) {
        const key = new Map<string, Value>([
          ['start', from],
          ['end', to],
        ]);
        yield { value: getSlice(of.value, from, to), path: down({ ...of, value: null }, key).path };
      }
    }
  }
  return undefined;
}

function* attempt(
  run: Run,
  node: Node & { type: 'try' },
  scope: Scope | undefined,
  item: Item,
): Items {
  try {
    yield* evaluate(run, node.body, scope, item);
  } catch (problem) {
    if (!(problem instanceof JqError)) throw problem;
    // `error(null)` and `break` inside of `try` end it without a word.
    if (node.handler) yield* evaluate(run, node.handler, scope, made(item, problem.value));
  }
}

type Fold = Extract<Node, { type: 'reduce' | 'foreach' }>;

function* fold(run: Run, node: Fold, scope: Scope | undefined, item: Item): Items {
  for (const start of evaluate(run, node.start, scope, item)) {
    let state: Item | undefined = start;
    for (const source of plain(run, node.source, scope, item.value)) {
      for (const inner of take(run, node.pattern, source, scope, item.value)) {
        let last: Item | undefined;
        const from: Item = state ?? made(item, null);
        for (const each of evaluate(run, node.update, inner, from)) {
          last = each;
          if (node.type !== 'foreach') continue;
          if (node.extract) yield* evaluate(run, node.extract, inner, each);
          else yield each;
        }
        if (last || node.type === 'reduce') state = last;
      }
    }
    if (node.type === 'reduce') yield state ?? made(item, null);
  }
}

function* binary(
  run: Run,
  node: Node & { type: 'binary' },
  scope: Scope | undefined,
  item: Item,
): Items {
  const { operator, left, right } = node;
  const { value } = item;
  if (operator === '//') {
    let any = false;
    try {
      for (const each of evaluate(run, left, scope, item)) {
        if (!isTrue(each.value)) continue;
        any = true;
        yield each;
      }
    } catch (problem) {
      if (!(problem instanceof JqError)) throw problem;
    }
    if (!any) yield* evaluate(run, right, scope, item);
    return;
  }
  if (operator === 'and' || operator === 'or') {
    for (const first of plain(run, left, scope, value)) {
      if (isTrue(first) === (operator === 'or')) yield made(item, operator === 'or');
      else for (const second of plain(run, right, scope, value)) yield made(item, isTrue(second));
    }
    return;
  }
  if (/^(?:[-|+*/%]|\/\/)?=$/.test(operator)) {
    for (const each of assign(run, node, scope, value)) yield made(item, each);
    return;
  }
  for (const second of plain(run, right, scope, value)) {
    for (const first of plain(run, left, scope, value)) {
      yield made(item, operate(operator, first, second));
    }
  }
}

function* call(
  run: Run,
  node: Node & { type: 'call' },
  scope: Scope | undefined,
  item: Item,
): Items {
  const { name, words } = node;
  const found = find(scope, `${name}/${words.length}`);
  if (!found) {
    const builtin = run.builtins.get(`${name}/${words.length}`);
    if (builtin) yield* builtin(run, words, scope, item);
    return;
  }
  const { bound } = found;
  if (run.depth >= DEEPEST) throw new LimitError('calls this deep are not modelled here');
  run.depth += 1;
  try {
    if (bound.type === 'closure') yield* evaluate(run, bound.body, bound.scope, item);
    else if (bound.type === 'definition') {
      const { parameters, body } = bound.definition;
      yield* withParameters(run, parameters, words, scope, found, body, item);
    }
  } finally {
    run.depth -= 1;
  }
}

/** Binds what a function was called with; `$x` stands for each result of its word. */
function* withParameters(
  run: Run,
  parameters: readonly string[],
  words: readonly Node[],
  caller: Scope | undefined,
  inner: Scope,
  body: Node,
  item: Item,
): Items {
  const [name, ...rest] = parameters;
  const [word, ...others] = words as [Node, ...Node[]];
  if (name === undefined) return yield* evaluate(run, body, inner, item);
  const closure = { type: 'closure', body: word, scope: caller } as const;
  if (!name.startsWith('$')) {
    const next = bind(inner, `${name}/0`, closure);
    return yield* withParameters(run, rest, others, caller, next, body, item);
  }
  for (const value of plain(run, word, caller, item.value)) {
    const both = bind(inner, `${name.slice(1)}/0`, closure);
    const next = bind(both, name, { type: 'variable', value });
    yield* withParameters(run, rest, others, caller, next, body, item);
  }
  return undefined;
}
