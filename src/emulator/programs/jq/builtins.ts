import type { Node } from './ast.ts';
import { pathsOf } from './assign.ts';
import { closures } from './closures.ts';
import { plain, made } from './evaluate.ts';
import { functions } from './functions.ts';
import type { Builtin, Run, Scope } from './scope.ts';
import type { Value } from './value.ts';

/** A function of plain values: it runs for each combination of what its words give. */
function ofValues(work: (value: Value, ...given: Value[]) => Value): Builtin {
  return function* (run, words, scope, item) {
    for (const given of combinations(run, words, scope, item.value)) {
      yield made(item, work(item.value, ...given));
    }
  };
}

function* combinations(
  run: Run,
  words: readonly Node[],
  scope: Scope | undefined,
  value: Value,
): Generator<Value[], void> {
  const last = words.at(-1);
  if (!last) return yield [];
  // The last word changes slowest, as in jq.
  for (const each of plain(run, last, scope, value)) {
    for (const before of combinations(run, words.slice(0, -1), scope, value)) {
      yield [...before, each];
    }
  }
  return undefined;
}

/** `path(f)` and `paths(f)` are where the ways of a filter become values. */
const path: Builtin = function* (run, [word], scope, item) {
  for (const each of pathsOf(run, word as Node, scope, item.value)) yield made(item, each);
};

/** All functions by name and number of words: `map/1`. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ...Object.entries(functions).map(([name, work]) => [name, ofValues(work)] as const),
  ...Object.entries(closures),
  ['path/1', path],
]);
