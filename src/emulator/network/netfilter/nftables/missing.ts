import type { NftFamily } from './ast.ts';
import { findDraft, type Draft, type DraftTable } from './draft.ts';
import type { Place } from './lexer.ts';
import { Failure } from './parser.ts';

/** What is named in a command, as far as it is. */
export interface Named {
  readonly draft: Draft;
  readonly family: NftFamily;
  readonly table: string;
}

const ENOENT = 'No such file or directory';

/** Whether nft found out by itself, or the kernel said so. */
type Stage = 'meaning' | 'kernel';

function failure(stage: Stage, at: Place, hint: string | undefined): Failure {
  const plain = stage === 'kernel' ? `Could not process rule: ${ENOENT}` : ENOENT;
  return new Failure({ message: hint ? `${ENOENT}; did you mean ${hint}?` : plain, at, stage });
}

const tableHint = ({ family, name }: DraftTable) => `table ‘${name}’ in family ${family}`;

/** A table that is not there, with one whose name is nearly the same. */
export function missingTable({ draft, table }: Named, at: Place, stage: Stage): Failure {
  const near = nearest(draft.tables, ({ name }) => name, table);
  return failure(stage, at, near && tableHint(near));
}

/** All things of a kind, with their tables. */
function allOf<T>(draft: Draft, of: (table: DraftTable) => Iterable<T>) {
  return draft.tables.flatMap((table) => [...of(table)].map((each) => ({ table, each })));
}

/**
 * A chain, set or object that is not there: one that is nearly called so is named, or its table if
 * the table of the command is not there either (`nft_cmd_enoent`).
 */
function missingMember<T extends { readonly name: string }>(
  named: Named,
  name: string,
  places: { readonly table: Place; readonly member: Place },
  stage: Stage,
  of: (table: DraftTable) => Iterable<T>,
  word: (each: T) => string,
): Failure {
  const { draft, family, table } = named;
  const found = findDraft(draft, family, table);
  const near = nearest(allOf(draft, of), ({ each }) => each.name, name);
  if (!found) {
    const other = near && (near.table.name !== table || near.table.family !== family);
    return failure(stage, places.table, other ? tableHint(near.table) : undefined);
  }
  if (!near || near.each.name === name) return failure(stage, places.member, undefined);
  const where = `in table ${near.table.family} ‘${near.table.name}’`;
  return failure(stage, places.member, `${word(near.each)} ‘${near.each.name}’ ${where}`);
}

type Places = Parameters<typeof missingMember>[2];

/** A chain that is not there, or whose table is not. */
export function missingChain(named: Named, name: string, places: Places, stage: Stage): Failure {
  const chains = (table: DraftTable) => table.chains.values();
  return missingMember(named, name, places, stage, chains, () => 'chain');
}

/** A set or map that is not there. */
export function missingSet(named: Named, name: string, places: Places, stage: Stage): Failure {
  const sets = (table: DraftTable) => [...table.sets.values()].map(({ set }) => set);
  return missingMember(named, name, places, stage, sets, ({ data }) => (data ? 'map' : 'set'));
}

/** A counter, quota or limit that is not there. */
export function missingObject(named: Named, name: string, places: Places, stage: Stage): Failure {
  const objects = (table: DraftTable) => table.objects.values();
  return missingMember(named, name, places, stage, objects, () => 'obj');
}

/** The thing whose name is nearest to a word, if one is near enough (misspell.c). */
function nearest<T>(things: readonly T[], nameOf: (thing: T) => string, word: string) {
  let best: T | undefined;
  let least = Infinity;
  for (const thing of things) {
    const name = nameOf(thing);
    const most = Math.max(name.length, word.length);
    if (most <= 1) continue;
    const close = most - Math.min(name.length, word.length) <= 1;
    const threshold = close ? Math.max(Math.ceil(most / 3), 1) : Math.ceil((most + 2) / 3);
    const far = distance(name, word);
    if (far > threshold || far >= least) continue;
    least = far;
    best = thing;
  }
  return best;
}

/**
 * Steps from one word to another. Rows overlap by a cell and letters are compared one place on, as
 * in the original, so that the same words are found to be near.
 */
function distance(a: string, b: string): number {
  const width = b.length;
  const cells = new Array<number>((a.length + 1) * (width + 1)).fill(0);
  const get = (i: number, j: number) => cells[i * width + j] ?? 0;
  const set = (i: number, j: number, value: number) => void (cells[i * width + j] = value);
  for (let i = 0; i <= a.length; i++) set(i, 0, i);
  for (let j = 0; j <= width; j++) set(0, j, j);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= width; j++) {
      const cost = (a[i] ?? '') === (b[j] ?? '') ? 0 : 1;
      set(i, j, Math.min(get(i - 1, j) + 1, get(i, j - 1) + 1, get(i - 1, j - 1) + cost));
      const swapped = i > 1 && j > 1 && (a[i] ?? '') === b[j - 1] && a[i - 1] === (b[j] ?? '');
      if (swapped) set(i, j, Math.min(get(i, j), get(i - 2, j - 2) + cost));
    }
  }
  return get(a.length, width);
}
