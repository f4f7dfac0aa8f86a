import type { Element, Expr, NftSet, Value } from './ast.ts';
import { dataType, fromBig, toBig } from './datatype.ts';
import { keyOf } from './draft.ts';
import type { Place } from './lexer.ts';
import { wrong } from './parser.ts';

/** First and last value of a key that is no concatenation. */
export function boundsOf(key: Expr): readonly [bigint, bigint] | undefined {
  switch (key.kind) {
    case 'value': {
      if (key.type === 'ifname' && String(key.value).endsWith('*')) return undefined;
      const value = toBig(key.type, key.value);
      return [value, value];
    }
    case 'range':
      return [toBig(key.from.type, key.from.value), toBig(key.to.type, key.to.value)];
    case 'prefix': {
      const { bits } = dataType(key.base.type);
      const size = 1n << BigInt(bits - key.length);
      const first = (toBig(key.base.type, key.base.value) / size) * size;
      return [first, first + size - 1n];
    }
    default:
      return undefined;
  }
}

/** Whether an element stands for a key: it is the same, or an interval that the key lies in. */
export function holds(element: Expr, key: Expr): boolean {
  if (keyOf(element) === keyOf(key)) return true;
  const [own, theirs] = [boundsOf(element), boundsOf(key)];
  return own !== undefined && theirs !== undefined && own[0] <= theirs[0] && own[1] >= theirs[1];
}

/** The shortest way to write a stretch of values: one, a prefix, or a range. */
export function intervalOf(type: string, first: bigint, last: bigint): Expr {
  const value = (number: bigint): Value => ({ kind: 'value', type, value: fromBig(type, number) });
  if (first === last) return value(first);
  const { form, bits } = dataType(type);
  const size = last - first + 1n;
  const isPrefix = (size & (size - 1n)) === 0n && first % size === 0n;
  if (isPrefix && (form === 'ipv4' || form === 'ipv6')) {
    const length = bits - (size.toString(2).length - 1);
    return { kind: 'prefix', base: value(first), length };
  }
  return { kind: 'range', from: value(first), to: value(last) };
}

/** A key as the kernel keeps it: a prefix begins at its first address. */
export function canonicalKey(key: Expr): Expr {
  if (key.kind === 'concat') return { ...key, parts: key.parts.map(canonicalKey) };
  if (key.kind !== 'prefix' && key.kind !== 'range') return key;
  const bounds = boundsOf(key) as readonly [bigint, bigint];
  const type = key.kind === 'prefix' ? key.base.type : key.from.type;
  return intervalOf(type, ...bounds);
}

/** Which of two keys comes first. */
export function compareKeys(a: Expr, b: Expr): number {
  const [first, second] = [boundsOf(a)?.[0] ?? 0n, boundsOf(b)?.[0] ?? 0n];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Puts a new element into a set, whose intervals must not overlap. */
export function insertElement(
  set: NftSet,
  known: Map<string, Element>,
  /** Where the keys stand that this very command brought. */
  fresh: Map<string, Place>,
  element: Element,
  at: Place,
): void {
  const interval = set.flags.includes('interval');
  checkKind(element.key, interval, at);
  const key = canonicalKey(element.key);
  const bounds = interval ? boundsOf(key) : undefined;
  if (!bounds) {
    known.set(keyOf(key), key === element.key ? element : { ...element, key });
    return;
  }
  let [first, last] = bounds;
  const type = set.key[0] as string;
  const swallowed: string[] = [];
  for (const [name, other] of known) {
    const theirs = boundsOf(other.key);
    if (!theirs) continue;
    const touches = set.autoMerge === true ? 1n : 0n;
    if (theirs[0] > last + touches || theirs[1] + touches < first) continue;
    if (set.autoMerge !== true) {
      if (theirs[0] === first && theirs[1] === last) return;
      const also = fresh.get(name);
      const message = also
        ? 'conflicting intervals specified'
        : 'interval overlaps with an existing one';
      throw wrong(message, at, also);
    }
    swallowed.push(name);
    first = theirs[0] < first ? theirs[0] : first;
    last = theirs[1] > last ? theirs[1] : last;
  }
  swallowed.forEach((name) => known.delete(name));
  const merged = swallowed.length > 0 ? intervalOf(type, first, last) : key;
  known.set(keyOf(merged), { ...element, key: merged });
  fresh.set(keyOf(merged), at);
}

function checkKind(key: Expr, interval: boolean, at: Place): void {
  if (interval) return;
  const parts = key.kind === 'concat' ? key.parts : [key];
  const found = parts.find(({ kind }) => kind === 'prefix' || kind === 'range');
  if (!found) return;
  const what = found.kind === 'prefix' ? 'prefix' : 'range';
  const message =
    "You must add 'flags interval' to your set declaration if you want " +
    `to add ${what} elements`;
  throw wrong(message, at);
}

/** Elements of a set without a name: sorted, and stretches that touch are one. */
export function mergeAnonymous(elements: readonly Element[]): readonly Element[] {
  const plain = elements.map((each) => {
    const key = canonicalKey(each.key);
    return key === each.key ? each : { ...each, key };
  });
  const isMap = plain.some(({ value }) => value !== undefined);
  if (isMap || !plain.some(({ key }) => key.kind === 'range' || key.kind === 'prefix'))
    return plain;
  const bounds = plain.map(({ key }) => boundsOf(key));
  if (bounds.includes(undefined)) return plain;
  const sorted = (bounds as (readonly [bigint, bigint])[]).toSorted((a, b) =>
    a[0] < b[0] ? -1 : 1,
  );
  const merged: [bigint, bigint][] = [];
  for (const [first, last] of sorted) {
    const top = merged.at(-1);
    if (top && first <= top[1] + 1n) top[1] = last > top[1] ? last : top[1];
    else merged.push([first, last]);
  }
  const [{ key }] = plain as [Element];
  const type =
    key.kind === 'value'
      ? key.type
      : key.kind === 'range'
        ? key.from.type
        : key.kind === 'prefix'
          ? key.base.type
          : 'integer';
  return merged.map(([first, last]) => ({ key: intervalOf(type, first, last) }));
}
