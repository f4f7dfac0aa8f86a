import type { Node } from './ast.ts';
import { operate } from './arithmetic.ts';
import { evaluate, plain } from './evaluate.ts';
import { deletePaths, getPath, setPath, type Path } from './paths.ts';
import type { Run, Scope } from './scope.ts';
import { brief, isTrue, JqError, type Value } from './value.ts';

/** Ways to all results of a filter. */
export function* pathsOf(
  run: Run,
  node: Node,
  scope: Scope | undefined,
  value: Value,
): Generator<Path, void> {
  for (const each of evaluate(run, node, scope, { value, path: [] })) {
    if (each.path === 'lost' || each.path === undefined) {
      throw new JqError(`Invalid path expression with result ${brief(each.value)}`);
    }
    yield each.path;
  }
}

/** `=`, `|=`, `+=` and the like. */
export function* assign(
  run: Run,
  { operator, left, right }: Node & { type: 'binary' },
  scope: Scope | undefined,
  value: Value,
): Generator<Value, void> {
  if (operator === '|=') return yield update(run, left, right, scope, value);
  for (const given of plain(run, right, scope, value)) {
    let now = value;
    for (const path of pathsOf(run, left, scope, value)) {
      const before = getPath(now, path);
      const made =
        operator === '='
          ? given
          : operator === '//='
            ? isTrue(before)
              ? before
              : given
            : operate(operator.slice(0, -1), before, given);
      now = setPath(now, path, made);
    }
    yield now;
  }
  return undefined;
}

/** The first result replaces what was there; none takes it away. */
function update(run: Run, left: Node, right: Node, scope: Scope | undefined, value: Value): Value {
  let now = value;
  const gone: Path[] = [];
  for (const path of pathsOf(run, left, scope, value)) {
    const [first] = firstOf(plain(run, right, scope, getPath(now, path)));
    if (first === undefined) gone.push(path);
    else now = setPath(now, path, first);
  }
  return gone.length > 0 ? deletePaths(now, gone) : now;
}

function firstOf<T>(all: Generator<T, void>): T[] {
  const { value, done } = all.next();
  return done ? [] : [value as T];
}
