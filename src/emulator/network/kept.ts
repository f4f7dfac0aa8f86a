import type { Change } from '../world/store.ts';

/** Changes that are worth taking in one by one; with more of them a part is read anew. */
const MOST = 256;

interface Part {
  readonly value: unknown;
  /** What was changed below it since it was made. */
  changes: Change[];
}

/**
 * Parts of a namespace's view, kept while nothing below them changes. A part that can take in
 * single changes is mended when it is next asked for, so that one chain out of ten thousand does
 * not cost another look at all of them.
 */
export interface KeptParts {
  /** The part as it is now; `mend` gives it from an earlier one, or undefined if it cannot. */
  part<T>(name: string, build: () => T, mend?: Mend<T>): T;
  /** Notes a change below a part. */
  note(name: string, change: Change): void;
}

export type Mend<T> = (kept: T, changes: readonly Change[]) => T | undefined;

/** Keeps nothing yet. */
export function keepParts(): KeptParts {
  const parts = new Map<string, Part>();
  return {
    part<T>(name: string, build: () => T, mend?: Mend<T>): T {
      const known = parts.get(name) as (Part & { readonly value: T }) | undefined;
      if (known?.changes.length === 0) return known.value;
      const value = (known && mend?.(known.value, known.changes)) ?? build();
      parts.set(name, { value, changes: [] });
      return value;
    },
    note(name, change) {
      const known = parts.get(name);
      if (!known) return;
      if (known.changes.length < MOST) known.changes.push(change);
      else parts.delete(name);
    },
  };
}

/** What changes come to: each key once, with the record before all of them and after them. */
export function netChanges<T>(changes: readonly Change[]): readonly NetChange<T>[] {
  const net = new Map<string, { key: string; before: T | undefined; after: T | undefined }>();
  for (const { key, before, after } of changes) {
    const known = net.get(key);
    if (known) known.after = after as T | undefined;
    else net.set(key, { key, before: before as T | undefined, after: after as T | undefined });
  }
  return [...net.values()].filter(({ before, after }) => before !== after);
}

export interface NetChange<T> {
  readonly key: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/**
 * A list in order after some of its members went and others came; those that stay are not looked
 * at. Undefined if one that is to go is not there.
 */
export function mendSorted<T>(
  list: readonly T[],
  gone: readonly T[],
  added: readonly T[],
  order: (a: T, b: T) => number,
): readonly T[] | undefined {
  const places = (each: T) => ({ at: lowerBound(list, each, order), each });
  const holes = gone.map(places).sort((a, b) => a.at - b.at);
  if (holes.some(({ at, each }) => list[at] !== each)) return undefined;
  const coming = added.map(places).sort((a, b) => a.at - b.at || order(a.each, b.each));
  const parts: (readonly T[])[] = [];
  let from = 0;
  let next = 0;
  for (const { at, each } of coming) {
    for (; next < holes.length && (holes[next] as { at: number }).at < at; next++) {
      const hole = (holes[next] as { at: number }).at;
      parts.push(list.slice(from, hole));
      from = hole + 1;
    }
    parts.push(list.slice(from, at), [each]);
    from = at;
  }
  for (; next < holes.length; next++) {
    const hole = (holes[next] as { at: number }).at;
    parts.push(list.slice(from, hole));
    from = hole + 1;
  }
  parts.push(list.slice(from));
  return ([] as T[]).concat(...parts);
}

/** Index of the first member that does not come before another. */
function lowerBound<T>(list: readonly T[], wanted: T, order: (a: T, b: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order(list[middle] as T, wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
