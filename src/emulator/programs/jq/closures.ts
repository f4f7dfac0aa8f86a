import type { Node } from './ast.ts';
import { add } from './arithmetic.ts';
import { pathsOf } from './assign.ts';
import { descend, down, evaluate, inside, made, step, plain, type Items } from './evaluate.ts';
import { combinations, entries, fromEntries, list } from './entries.ts';
import { outside } from './outside.ts';
import { regularFunctions } from './regular.ts';
import { deletePaths, getPath, type Path } from './paths.ts';
import type { Builtin, Item, Run, Scope } from './scope.ts';
import { brief, compare, isArray, isTrue, JqError, print, typeOf, type Value } from './value.ts';

const each = function* (item: Item, word: Node, run: Run, scope: Scope | undefined): Items {
  for (const one of inside(item)) yield* evaluate(run, word, scope, one);
};

/** Members of an array with what a filter gives for each, as a list of results. */
function keyed(run: Run, word: Node, scope: Scope | undefined, value: Value, what: string) {
  if (!isArray(value)) {
    throw new JqError(
      `${typeOf(value)} (${brief(value)}) cannot be ${what}, as it is not an array`,
    );
  }
  return value.map((one) => ({ one, key: [...plain(run, word, scope, one)] as Value }));
}

const byKey = (a: { readonly key: Value }, b: { readonly key: Value }) => compare(a.key, b.key);

function groups(members: readonly { readonly one: Value; readonly key: Value }[]) {
  const found: { readonly one: Value; readonly key: Value }[][] = [];
  for (const member of members.toSorted(byKey)) {
    const last = found.at(-1);
    if (last?.[0] && compare(last[0].key, member.key) === 0) last.push(member);
    else found.push([member]);
  }
  return found;
}

function best(sign: 1 | -1): Builtin {
  return function* (run, [word], scope, item) {
    const members = keyed(run, word as Node, scope, item.value, 'compared');
    let found = members[0];
    for (const member of members.slice(1)) {
      const order = compare(member.key, (found as typeof member).key) * sign;
      if (order > 0 || (order === 0 && sign === 1)) found = member;
    }
    yield made(item, found?.one ?? null);
  };
}

function quantified(isAll: boolean): Builtin {
  return function* (run, words, scope, item) {
    const [source, test] = words.length === 2 ? words : [undefined, words[0]];
    const all = source
      ? evaluate(run, source, scope, { value: item.value, path: undefined })
      : inside({ value: item.value, path: undefined });
    for (const one of all) {
      const results = test ? plain(run, test, scope, one.value) : [one.value];
      for (const result of results) {
        if (isTrue(result) !== isAll) return yield made(item, !isAll);
      }
    }
    return yield made(item, isAll);
  };
}

const limit: Builtin = function* (run, [count, word], scope, item) {
  for (const most of plain(run, count as Node, scope, item.value)) {
    let left = Number(most);
    for (const one of evaluate(run, word as Node, scope, item)) {
      yield one;
      if (--left <= 0) break;
    }
  }
};

const first: Builtin = function* (run, [word], scope, item) {
  for (const one of evaluate(run, word as Node, scope, item)) return yield one;
  return undefined;
};

function* repeated(
  run: Run,
  word: Node,
  scope: Scope | undefined,
  item: Item,
  while_?: Node,
): Items {
  // One after another on a stack of its own, so that depth is no matter.
  const stack: Items[] = [one(item)];
  while (stack.length > 0) {
    step(run);
    const { value, done } = (stack.at(-1) as Items).next();
    if (done || !value) {
      stack.pop();
      continue;
    }
    if (while_ && ![...plain(run, while_, scope, value.value)].some(isTrue)) continue;
    yield value;
    stack.push(evaluate(run, word, scope, value));
  }
}

function* one(item: Item): Items {
  yield item;
}

const until: Builtin = function* (run, [test, word], scope, item) {
  let now: Item | undefined = item;
  while (now && ![...plain(run, test as Node, scope, now.value)].some(isTrue)) {
    const { value, done } = evaluate(run, word as Node, scope, now).next();
    now = done ? undefined : (value as Item);
  }
  if (now) yield now;
};

function* rangeOf(item: Item, run: Run, from: Value, to: Value, by: Value): Items {
  if ([from, to, by].some((each) => typeof each !== 'number')) {
    throw new JqError('Range bounds must be numeric');
  }
  const [start, end, stride] = [from, to, by] as [number, number, number];
  if (stride === 0) return;
  for (let n = start; stride > 0 ? n < end : n > end; n += stride) {
    step(run);
    yield made(item, n);
  }
}

const range: Builtin = function* (run, words, scope, item) {
  const { value } = item;
  const [a, b, c] = words as [Node, Node | undefined, Node | undefined];
  for (const from of b ? plain(run, a, scope, value) : [0]) {
    for (const to of plain(run, b ?? a, scope, value)) {
      for (const by of c ? plain(run, c, scope, value) : [1]) {
        yield* rangeOf(item, run, from, to, by);
      }
    }
  }
};

/** `walk`: from the inside to the outside. */
function* walk(
  run: Run,
  word: Node,
  scope: Scope | undefined,
  value: Value,
): Generator<Value, void> {
  const inner = (of: Value) => [...walk(run, word, scope, of)][0] ?? null;
  let made_ = value;
  if (isArray(value)) made_ = value.flatMap((each_) => [...walk(run, word, scope, each_)]);
  else if (value instanceof Map) {
    made_ = new Map([...value].map(([key, each_]) => [key, inner(each_ as Value)]));
  }
  yield* plain(run, word, scope, made_);
}

function* allPaths(run: Run, item: Item): Generator<Item, void> {
  for (const found of descend(run, { value: item.value, path: [] })) {
    if ((found.path as Path).length > 0) yield found;
  }
}

/** Functions whose words are filters, not values. */
export const closures: Readonly<Record<string, Builtin>> = {
  ...outside,
  ...regularFunctions,
  // oxlint-disable-next-line require-yield -- nothing is its result
  *'empty/0'() {
    return undefined;
  },
  *'map/1'(run, [word], scope, item) {
    const all = [...each({ value: item.value, path: undefined }, word as Node, run, scope)];
    yield made(
      item,
      all.map(({ value }) => value),
    );
  },
  *'map_values/1'(run, [word], scope, item) {
    const { value } = item;
    const pick = (of: Value) => [...plain(run, word as Node, scope, of)].slice(0, 1);
    if (isArray(value)) return yield made(item, value.flatMap(pick));
    if (!(value instanceof Map)) return yield* each(item, word as Node, run, scope);
    const kept = [...value].flatMap(([key, of]) =>
      pick(of as Value).map((got) => [key, got] as const),
    );
    return yield made(item, new Map(kept));
  },
  *'select/1'(run, [word], scope, item) {
    for (const test of plain(run, word as Node, scope, item.value)) if (isTrue(test)) yield item;
  },
  *'recurse/0'(run, _words, _scope, item) {
    yield* descend(run, item);
  },
  *'recurse/1'(run, [word], scope, item) {
    yield* repeated(run, word as Node, scope, item);
  },
  *'recurse/2'(run, [word, test], scope, item) {
    yield* repeated(run, word as Node, scope, item, test);
  },
  *'repeat/1'(run, [word], scope, item) {
    yield* repeated(run, word as Node, scope, item);
  },
  *'while/2'(run, [test, word], scope, item) {
    yield* repeated(run, word as Node, scope, item, test);
  },
  'until/2': until,
  'range/1': range,
  'range/2': range,
  'range/3': range,
  'limit/2': limit,
  'first/1': first,
  *'last/1'(run, [word], scope, item) {
    let found: Item | undefined;
    for (const now of evaluate(run, word as Node, scope, item)) found = now;
    if (found) yield found;
  },
  *'nth/2'(run, [count, word], scope, item) {
    for (const index of plain(run, count as Node, scope, item.value)) {
      if (Number(index) < 0) throw new JqError('Out of bounds negative array index');
      let left = Number(index);
      for (const now of evaluate(run, word as Node, scope, item)) {
        if (left-- > 0) continue;
        yield now;
        break;
      }
    }
  },
  *'first/0'(_run, _words, _scope, item) {
    yield down(item, 0);
  },
  *'last/0'(_run, _words, _scope, item) {
    yield down(item, -1);
  },
  *'nth/1'(run, [word], scope, item) {
    for (const index of plain(run, word as Node, scope, item.value)) yield down(item, index);
  },
  *'isempty/1'(run, [word], scope, item) {
    yield made(item, plain(run, word as Node, scope, item.value).next().done === true);
  },
  *'error/1'(run, [word], scope, item) {
    yield* [];
    for (const value of plain(run, word as Node, scope, item.value)) throw new JqError(value);
  },
  *'add/1'(run, [word], scope, item) {
    let sum: Value = null;
    for (const value of plain(run, word as Node, scope, item.value)) sum = add(sum, value);
    yield made(item, sum);
  },
  'any/0': quantified(false),
  'any/1': quantified(false),
  'any/2': quantified(false),
  'all/0': quantified(true),
  'all/1': quantified(true),
  'all/2': quantified(true),
  *'sort_by/1'(run, [word], scope, item) {
    const members = keyed(run, word as Node, scope, item.value, 'sorted');
    yield made(
      item,
      members.toSorted(byKey).map(({ one: of }) => of),
    );
  },
  *'group_by/1'(run, [word], scope, item) {
    const found = groups(keyed(run, word as Node, scope, item.value, 'grouped'));
    yield made(
      item,
      found.map((group) => group.map(({ one: of }) => of)),
    );
  },
  *'unique_by/1'(run, [word], scope, item) {
    const found = groups(keyed(run, word as Node, scope, item.value, 'grouped'));
    yield made(
      item,
      found.map(([of]) => (of as { one: Value }).one),
    );
  },
  'min_by/1': best(-1),
  'max_by/1': best(1),
  *'with_entries/1'(run, [word], scope, item) {
    const all = [
      ...each({ value: entries(item.value), path: undefined }, word as Node, run, scope),
    ];
    yield made(item, fromEntries(all.map(({ value }) => value)));
  },
  *'walk/1'(run, [word], scope, item) {
    for (const value of walk(run, word as Node, scope, item.value)) yield made(item, value);
  },
  *'paths/0'(run, _words, _scope, item) {
    for (const found of allPaths(run, item)) yield made(item, found.path as Path);
  },
  *'paths/1'(run, [word], scope, item) {
    for (const found of allPaths(run, item)) {
      if ([...plain(run, word as Node, scope, found.value)].some(isTrue)) {
        yield made(item, found.path as Path);
      }
    }
  },
  *'leaf_paths/0'(run, _words, _scope, item) {
    for (const found of allPaths(run, item)) {
      if (typeof found.value !== 'object' || found.value === null)
        yield made(item, found.path as Path);
    }
  },
  *'getpath/1'(run, [word], scope, item) {
    for (const way of plain(run, word as Node, scope, item.value)) {
      const path = item.path === undefined ? undefined : [...(item.path as Path), ...list(way)];
      yield { value: getPath(item.value, list(way)), path };
    }
  },
  *'del/1'(run, [word], scope, item) {
    yield made(item, deletePaths(item.value, [...pathsOf(run, word as Node, scope, item.value)]));
  },
  *'combinations/0'(_run, _words, _scope, item) {
    for (const each_ of combinations(list(item.value))) yield made(item, each_);
  },
  *'to_entries/0'(_run, _words, _scope, item) {
    yield made(item, entries(item.value));
  },
  *'IN/1'(run, [source], scope, item) {
    const found = [...plain(run, source as Node, scope, item.value)];
    yield made(
      item,
      found.some((value) => compare(value, item.value) === 0),
    );
  },
  *'IN/2'(run, [source, wanted], scope, item) {
    const all = [...plain(run, wanted as Node, scope, item.value)];
    const found = [...plain(run, source as Node, scope, item.value)];
    yield made(
      item,
      found.some((value) => all.some((other) => compare(value, other) === 0)),
    );
  },
  *'INDEX/1'(run, [word], scope, item) {
    yield made(item, indexed(run, list(item.value), word as Node, scope));
  },
  *'INDEX/2'(run, [source, word], scope, item) {
    const all = [...plain(run, source as Node, scope, item.value)];
    yield made(item, indexed(run, all, word as Node, scope));
  },
};

function indexed(run: Run, all: readonly Value[], word: Node, scope: Scope | undefined): Value {
  const made_ = new Map<string, Value>();
  for (const value of all) {
    for (const key of plain(run, word, scope, value)) {
      made_.set(typeof key === 'string' ? key : print(key), value);
    }
  }
  return made_;
}
