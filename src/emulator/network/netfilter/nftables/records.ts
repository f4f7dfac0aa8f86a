import type { Change, Store } from '../../../world/store.ts';
import { mendSorted, netChanges } from '../../kept.ts';
import type {
  NftChain,
  NftFamily,
  NftFlowtable,
  NftHook,
  NftObject,
  NftRuleset,
  NftSet,
  NftTable,
} from './ast.ts';

/** Each table, chain, set, object and flowtable is a record of its own below `nftables/`. */
export type TableRecord = Omit<NftTable, 'chains' | 'sets' | 'objects' | 'flowtables'>;

/** A member of a table, with the table that it is in. */
export interface MemberRecord<T> {
  readonly family: NftFamily;
  readonly table: string;
  readonly member: T;
}

export type MemberKind = 'chain' | 'set' | 'object' | 'flowtable';

/** Handles that were given out, and transactions so far. */
export interface InfoRecord {
  readonly nextHandle: number;
  readonly generation: number;
}

/** A base chain, and the table that it is in. */
export interface BaseChain {
  readonly table: NftTable;
  readonly chain: NftChain;
  readonly priority: number;
}

/** The rules of a namespace, and its base chains by hook in the order in which they are asked. */
export interface NftView {
  readonly rules: NftRuleset;
  readonly bases: ReadonlyMap<NftHook, readonly BaseChain[]>;
}

/** Reads all rules of a namespace; `base` is the key that its records begin with. */
export function readNftables(store: Store, base: string): NftView {
  const prefix = `${base}nftables/`;
  const info = store.get<InfoRecord>(`${prefix}info`);
  const heads = store.list<TableRecord>(`${prefix}table/`).map(([, table]) => table);
  const members = <T>(kind: MemberKind) => byTable<T>(store, `${prefix}${kind}/`);
  const chains = members<NftChain>('chain');
  const sets = members<NftSet>('set');
  const objects = members<NftObject>('object');
  const flowtables = members<NftFlowtable>('flowtable');
  const tables = heads
    .toSorted((a, b) => a.handle - b.handle)
    .map((head): NftTable => {
      const key = `${head.family} ${head.name}`;
      return {
        ...head,
        chains: chains.get(key) ?? [],
        sets: sets.get(key) ?? [],
        objects: objects.get(key) ?? [],
        flowtables: flowtables.get(key) ?? [],
      };
    });
  return { rules: { tables, ...info }, bases: basesOf(tables) };
}

function byTable<T>(store: Store, prefix: string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const [, { family, table, member }] of store.list<MemberRecord<T>>(prefix)) {
    const key = `${family} ${table}`;
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  const handle = (each: T) => (each as { readonly handle: number }).handle;
  for (const group of groups.values()) group.sort((a, b) => handle(a) - handle(b));
  return groups;
}

type Member = NftChain | NftSet | NftObject | NftFlowtable;

/** Changes of one table's records. */
interface TableChange {
  head?: TableRecord;
  readonly members: Map<MemberKind, { readonly gone: Member[]; readonly came: Member[] }>;
}

/** The view after some records changed; undefined where a table came or went. */
export function mendNftables(view: NftView, changes: readonly Change[]): NftView | undefined {
  let { rules } = view;
  const byTable = new Map<string, TableChange>();
  const of = (family: NftFamily, name: string) => {
    const key = `${family} ${name}`;
    const known: TableChange = byTable.get(key) ?? { members: new Map() };
    byTable.set(key, known);
    return known;
  };
  for (const { key, before, after } of netChanges<unknown>(changes)) {
    const kind = key.split('/')[6];
    if (kind === 'info') rules = { tables: rules.tables, ...(after as InfoRecord | undefined) };
    else if (kind === 'table') {
      if (before === undefined || after === undefined) return undefined;
      const head = after as TableRecord;
      of(head.family, head.name).head = head;
    } else noteMember(of, kind as MemberKind, [before, after] as never);
  }
  const tables: NftTable[] = [];
  for (const table of rules.tables) {
    const change = byTable.get(`${table.family} ${table.name}`);
    const mended = change ? mendTable(table, change) : table;
    if (!mended) return undefined;
    tables.push(mended);
  }
  return { rules: { ...rules, tables }, bases: basesOf(tables) };
}

function noteMember(
  of: (family: NftFamily, name: string) => TableChange,
  kind: MemberKind,
  [before, after]: readonly (MemberRecord<Member> | undefined)[],
): void {
  const { family, table } = (before ?? after) as MemberRecord<Member>;
  const { members } = of(family, table);
  const lists = members.get(kind) ?? { gone: [], came: [] };
  members.set(kind, lists);
  if (before) lists.gone.push(before.member);
  if (after) lists.came.push(after.member);
}

const byHandle = (a: Member, b: Member) => a.handle - b.handle;

function mendTable(table: NftTable, { head, members }: TableChange): NftTable | undefined {
  const list = <T extends Member>(kind: MemberKind, before: readonly T[]) => {
    const change = members.get(kind);
    if (!change) return before;
    return mendSorted<Member>(before, change.gone, change.came, byHandle) as
      readonly T[] | undefined;
  };
  const chains = list('chain', table.chains);
  const sets = list('set', table.sets);
  const objects = list('object', table.objects);
  const flowtables = list('flowtable', table.flowtables);
  if (!chains || !sets || !objects || !flowtables) return undefined;
  return { ...(head ?? headOf(table)), chains, sets, objects, flowtables };
}

/** A table without its members. */
export function headOf(table: NftTable): TableRecord {
  const { chains: _c, sets: _s, objects: _o, flowtables: _f, ...head } = table;
  return head;
}

/** Lower priorities first; of equals the one that was made last (`nf_hook_entries_grow`). */
export function basesOf(tables: readonly NftTable[]): NftView['bases'] {
  const bases = new Map<NftHook, BaseChain[]>();
  for (const table of tables) {
    if (table.flags?.includes('dormant')) continue;
    for (const chain of table.chains) {
      if (!chain.base) continue;
      const { hook, priority } = chain.base;
      const group = bases.get(hook) ?? [];
      group.unshift({ table, chain, priority });
      bases.set(hook, group);
    }
  }
  for (const group of bases.values()) group.sort((a, b) => a.priority - b.priority);
  return bases;
}
