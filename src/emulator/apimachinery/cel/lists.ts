import type { CelFunction } from './functions.ts';
import { CelError, compare, equals, isList, type Value } from './value.ts';

const list = (value: Value | undefined): readonly Value[] => {
  if (value !== undefined && isList(value)) return value;
  throw new CelError('no such overload');
};

function best(values: readonly Value[], sign: number): Value {
  if (values.length === 0) throw new CelError(`${sign < 0 ? 'min' : 'max'} called on empty list`);
  return values.reduce((found, each) => (compare(each, found) * sign > 0 ? each : found));
}

/** Where a value stands in a list, or a part in a text; -1 where it does not. */
function place(of: Value | undefined, wanted: Value | undefined, last: boolean): bigint {
  if (typeof of === 'string') {
    return BigInt(last ? of.lastIndexOf(String(wanted)) : of.indexOf(String(wanted)));
  }
  const same = (each: Value) => equals(each, wanted as Value);
  return BigInt(last ? list(of).findLastIndex(same) : list(of).findIndex(same));
}

const has = (all: readonly Value[], one: Value) => all.some((each) => equals(each, one));

/** The lists, sets and math libraries. */
export const lists: Readonly<Record<string, CelFunction>> = {
  isSorted(value) {
    const all = list(value);
    return all.every((each, i) => i === 0 || compare(all[i - 1] as Value, each) <= 0);
  },
  sum(value) {
    const all = list(value);
    if (all.every((each) => typeof each === 'bigint')) {
      return (all as readonly bigint[]).reduce((total, each) => total + each, 0n);
    }
    return (all as readonly number[]).reduce((total, each) => total + Number(each), 0);
  },
  min: (value) => best(list(value), -1),
  max: (value) => best(list(value), 1),
  indexOf: (of, wanted) => place(of, wanted, false),
  lastIndexOf: (of, wanted) => place(of, wanted, true),
  distinct: (value) =>
    list(value).filter((each, i, all) => all.findIndex((other) => equals(other, each)) === i),
  flatten: (value) => list(value).flatMap((each) => (isList(each) ? each : [each])),
  slice: (value, from, to) => list(value).slice(Number(from), Number(to)),
  sort: (value) => list(value).toSorted(compare),
  'sets.contains': (a, b) => list(b).every((each) => has(list(a), each)),
  'sets.intersects': (a, b) => list(b).some((each) => has(list(a), each)),
  'sets.equivalent': (a, b) =>
    list(b).every((each) => has(list(a), each)) && list(a).every((each) => has(list(b), each)),
  'math.greatest': (...values) =>
    best(values.length === 1 && isList(values[0] as Value) ? list(values[0]) : values, 1),
  'math.least': (...values) =>
    best(values.length === 1 && isList(values[0] as Value) ? list(values[0]) : values, -1),
};
