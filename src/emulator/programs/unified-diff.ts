import { linesOf } from './gnu/input.ts';

/** Hunks of `diff -u` between two texts, three lines of context; empty where they are equal. */
export function unifiedDiff(before: string, after: string): string {
  const [a, b] = [linesOf(before), linesOf(after)];
  const edits = script(a, b);
  const hunks: string[] = [];
  let at = 0;
  while (at < edits.length) {
    while (at < edits.length && edits[at]?.sign === ' ') at += 1;
    if (at >= edits.length) break;
    const start = Math.max(0, at - 3);
    let end = at;
    let quiet = 0;
    while (end < edits.length && quiet <= 6) {
      quiet = edits[end]?.sign === ' ' ? quiet + 1 : 0;
      end += 1;
    }
    if (quiet > 3) end -= quiet - 3;
    hunks.push(hunk(edits.slice(start, end), edits.slice(0, start)));
    at = end;
  }
  return hunks.join('');
}

/** A line that stays, goes or comes. */
export interface Edit {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

function hunk(edits: readonly Edit[], before: readonly Edit[]): string {
  const count = (list: readonly Edit[], not: string) =>
    list.filter(({ sign }) => sign !== not).length;
  const range = (not: '+' | '-') => {
    const start = count(before, not);
    const length = count(edits, not);
    return `${length === 0 ? start : start + 1}${length === 1 ? '' : `,${length}`}`;
  };
  return (
    `@@ -${range('+')} +${range('-')} @@\n` +
    `${edits.map(({ sign, line }) => `${sign}${line}\n`).join('')}`
  );
}

/** The shortest script by the longest common subsequence; deletions before insertions. */
export function script(a: readonly string[], b: readonly string[]): Edit[] {
  const table: number[][] = Array.from({ length: a.length + 1 }, () =>
    new Array<number>(b.length + 1).fill(0),
  );
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      (table[i] as number[])[j] =
        a[i] === b[j]
          ? (table[i + 1]?.[j + 1] ?? 0) + 1
          : Math.max(table[i + 1]?.[j] ?? 0, table[i]?.[j + 1] ?? 0);
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      edits.push({ sign: ' ', line: a[i] as string });
      i += 1;
      j += 1;
    } else if (
      i < a.length &&
      (j >= b.length || (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0))
    ) {
      edits.push({ sign: '-', line: a[i++] as string });
    } else edits.push({ sign: '+', line: b[j++] as string });
  }
  return edits;
}
