import type {
  Element,
  Expr,
  NftChain,
  NftFamily,
  NftFlowtable,
  NftObject,
  NftRuleset,
  NftSet,
  NftTable,
  Statement,
} from './ast.ts';

/** A set that is being changed: its elements by key. */
export interface DraftSet {
  set: NftSet;
  /** Made when elements are first changed. */
  elements: Map<string, Element> | undefined;
}

/** A table that is being changed. */
export interface DraftTable {
  readonly family: NftFamily;
  readonly name: string;
  readonly handle: number;
  comment: string | undefined;
  flags: readonly string[];
  nextHandle: number;
  readonly chains: Map<string, NftChain>;
  readonly sets: Map<string, DraftSet>;
  readonly objects: Map<string, NftObject>;
  readonly flowtables: Map<string, NftFlowtable>;
  /** What it was made from, while nothing has changed. */
  from: NftTable | undefined;
}

/** Rules that are being changed by the commands of one transaction. */
export interface Draft {
  tables: DraftTable[];
  nextHandle: number;
  generation: number;
  /** The moment at which elements begin to run out. */
  readonly now: number;
}

/** A draft of rules; nothing is copied before it changes. */
export function openDraft(rules: NftRuleset, now: number): Draft {
  return {
    tables: rules.tables.map(openTable),
    nextHandle: rules.nextHandle ?? 1,
    generation: rules.generation ?? 1,
    now,
  };
}

function openTable(table: NftTable): DraftTable {
  const byName = <T extends { readonly name: string }>(list: readonly T[]) =>
    new Map(list.map((each) => [each.name, each]));
  return {
    family: table.family,
    name: table.name,
    handle: table.handle,
    comment: table.comment,
    flags: table.flags ?? [],
    nextHandle: table.nextHandle,
    chains: byName(table.chains),
    sets: new Map(table.sets.map((set) => [set.name, { set, elements: undefined }])),
    objects: new Map(table.objects.map((each) => [objectKey(each), each])),
    flowtables: byName(table.flowtables),
    from: table,
  };
}

/** Objects of different kinds may have one name. */
export function objectKey({ name, statement }: NftObject): string {
  return `${statement.kind} ${name}`;
}

/** The rules that a draft has come to. Parts that did not change are the same as before. */
export function closeDraft(draft: Draft): NftRuleset {
  return {
    tables: draft.tables.map(closeTable),
    nextHandle: draft.nextHandle,
    generation: draft.generation,
  };
}

/** One table of a draft as it stands now. */
export function closeTable(table: DraftTable): NftTable {
  if (table.from) return table.from;
  return {
    family: table.family,
    name: table.name,
    handle: table.handle,
    ...(table.comment === undefined ? {} : { comment: table.comment }),
    ...(table.flags.length > 0 ? { flags: table.flags } : {}),
    nextHandle: table.nextHandle,
    chains: [...table.chains.values()],
    sets: [...table.sets.values()].map(finishSet),
    objects: [...table.objects.values()],
    flowtables: [...table.flowtables.values()],
  };
}

/** A set of a draft as it stands now. */
export function closeSet({ set, elements }: DraftSet): NftSet {
  return elements ? { ...set, elements: [...elements.values()] } : set;
}

/** The same at the end of a transaction: the elements' keys are known then. */
function finishSet(draft: DraftSet): NftSet {
  const closed = closeSet(draft);
  if (draft.elements) keyed.set(closed, draft.elements);
  return closed;
}

/** Elements of sets by their keys, which nobody changes. */
const keyed = new WeakMap<NftSet, ReadonlyMap<string, Element>>();

/** Elements of a set by their keys. */
export function byKey(set: NftSet): ReadonlyMap<string, Element> {
  const known = keyed.get(set);
  if (known) return known;
  const made = new Map(set.elements.map((each) => [keyOf(each.key), each]));
  keyed.set(set, made);
  return made;
}

export function findDraft(draft: Draft, family: NftFamily, name: string): DraftTable | undefined {
  return draft.tables.find((table) => table.family === family && table.name === name);
}

/** The elements of a set for changing, by key. */
export function elementsOf(draft: DraftSet): Map<string, Element> {
  draft.elements ??= new Map(byKey(draft.set));
  return draft.elements;
}

/** A text that two keys share exactly if they are equal. */
export function keyOf(key: Expr): string {
  switch (key.kind) {
    case 'value':
      return String(key.value);
    case 'prefix':
      return `${key.base.value}/${key.length}`;
    case 'range':
      return `${key.from.value}-${key.to.value}`;
    case 'concat':
      return key.parts.map(keyOf).join(' . ');
    case 'any':
      return '*';
    default:
      return JSON.stringify(key);
  }
}

/** The next handle of a table; whoever takes it changes the table. */
export function takeHandle(table: DraftTable): number {
  table.from = undefined;
  const handle = table.nextHandle;
  table.nextHandle += 1;
  return handle;
}

/** Sets without a name that a statement brings along: each takes a handle of its own. */
export function anonymousSets(statements: readonly Statement[]): number {
  let count = 0;
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      value.forEach(look);
      return;
    }
    if ((value as { kind?: string }).kind === 'set') count += 1;
    Object.values(value).forEach(look);
  };
  look(statements);
  return count;
}
