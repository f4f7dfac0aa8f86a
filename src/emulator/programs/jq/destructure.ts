import type { Node, Pattern } from './ast.ts';
import { evaluate, plain, type Items } from './evaluate.ts';
import { getKey } from './paths.ts';
import { bind, type Item, type Run, type Scope } from './scope.ts';
import { isArray, JqError, typeOf, type Value } from './value.ts';

/** Scopes in which a pattern's names stand for the parts of a value. */
export function* take(
  run: Run,
  pattern: Pattern,
  value: Value,
  scope: Scope | undefined,
  input: Value,
): Generator<Scope | undefined, void> {
  if (pattern.type === 'variable') {
    return yield bind(scope, pattern.name, { type: 'variable', value });
  }
  if (pattern.type === 'array') {
    if (!isArray(value) && value !== null)
      throw new JqError(`Cannot index ${typeOf(value)} with number`);
    return yield* takeAll(
      run,
      pattern.of.map((each, index) => [each, value === null ? null : (value[index] ?? null)]),
      scope,
      input,
    );
  }
  let scopes: (Scope | undefined)[] = [scope];
  for (const [key, inner, name] of pattern.of) {
    const next: (Scope | undefined)[] = [];
    for (const each of scopes) {
      for (const wanted of plain(run, key, each, input)) {
        const found = getKey(value, wanted);
        const named = name ? bind(each, name, { type: 'variable', value: found }) : each;
        if (inner) next.push(...take(run, inner, found, named, input));
        else next.push(named);
      }
    }
    scopes = next;
  }
  return yield* scopes;
}

function* takeAll(
  run: Run,
  parts: readonly (readonly [Pattern, Value])[],
  scope: Scope | undefined,
  input: Value,
): Generator<Scope | undefined, void> {
  const [first, ...rest] = parts;
  if (!first) return yield scope;
  for (const inner of take(run, ...first, scope, input)) yield* takeAll(run, rest, inner, input);
  return undefined;
}

/** Tries patterns one after another (`?//`): the next where the body fails with the one before. */
export function* withPatterns(
  run: Run,
  patterns: readonly Pattern[],
  source: Value,
  scope: Scope | undefined,
  item: Item,
  body: Node,
): Items {
  const [first, ...rest] = patterns as [Pattern, ...Pattern[]];
  try {
    for (const inner of take(run, first, source, scope, item.value)) {
      yield* evaluate(run, body, inner, item);
    }
  } catch (problem) {
    if (!(problem instanceof JqError) || rest.length === 0) throw problem;
    yield* withPatterns(run, rest, source, scope, item, body);
  }
}
