import type { Node } from './ast.ts';
import { plain } from './evaluate.ts';
import { formatValue } from './format.ts';
import { find, type Run, type Scope } from './scope.ts';
import { brief, fromData, JqError, print, typeOf, type Value } from './value.ts';

/** Arrays, objects, texts and the like: what makes new values. */
export function* construct(
  run: Run,
  node: Node,
  scope: Scope | undefined,
  value: Value,
): Generator<Value, void> {
  switch (node.type) {
    case 'array':
      return yield node.of ? [...plain(run, node.of, scope, value)] : [];
    case 'object':
      return yield* objects(run, node.entries, scope, value, new Map());
    case 'negate':
      for (const each of plain(run, node.of, scope, value)) {
        if (typeof each !== 'number') {
          throw new JqError(`${typeOf(each)} (${brief(each)}) cannot be negated`);
        }
        yield -each;
      }
      return undefined;
    case 'format':
      return yield formatValue(node.name, value);
    case 'text':
      return yield* texts(run, node, scope, value, 0);
    case 'variable': {
      if (node.name === '$ENV') return yield fromData(run.world.env);
      const found = find(scope, node.name)?.bound;
      return yield found?.type === 'variable' ? found.value : null;
    }
    default:
      return undefined;
  }
}

function* objects(
  run: Run,
  entries: readonly (readonly [Node, Node])[],
  scope: Scope | undefined,
  value: Value,
  before: ReadonlyMap<string, Value>,
): Generator<Value, void> {
  const [first, ...rest] = entries;
  if (!first) return yield before;
  for (const key of plain(run, first[0], scope, value)) {
    if (typeof key !== 'string') {
      throw new JqError(`Object keys must be strings`);
    }
    for (const each of plain(run, first[1], scope, value)) {
      yield* objects(run, rest, scope, value, new Map(before).set(key, each));
    }
  }
  return undefined;
}

function* texts(
  run: Run,
  node: Node & { type: 'text' },
  scope: Scope | undefined,
  value: Value,
  at: number,
): Generator<string, void> {
  const part = node.parts[at];
  if (part === undefined) return yield '';
  if (typeof part === 'string') {
    for (const rest of texts(run, node, scope, value, at + 1)) yield part + rest;
    return undefined;
  }
  for (const rest of texts(run, node, scope, value, at + 1)) {
    for (const each of plain(run, part, scope, value)) {
      yield (
        (node.format
          ? formatValue(node.format, each)
          : typeof each === 'string'
            ? each
            : print(each)) + rest
      );
    }
  }
  return undefined;
}
