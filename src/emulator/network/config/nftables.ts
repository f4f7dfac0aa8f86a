import { equal } from '../../world/json.ts';
import type { Put } from '../../world/store.ts';
import { volatileKey } from '../keys.ts';
import type { NftRuleset, NftTable } from '../netfilter/nftables/ast.ts';
import { countKey, elementPrefix, liveState } from '../netfilter/nftables/live.ts';
import type { Forgotten } from '../netfilter/nftables/outcome.ts';
import type { LiveState } from '../netfilter/nftables/print.ts';
import { headOf, type InfoRecord, type MemberKind } from '../netfilter/nftables/records.ts';
import { put, type ConfigState } from './state.ts';

type Member = { readonly name: string; readonly handle: number };

/** Members of a table by their kind. */
const members = (
  table: NftTable | undefined,
): readonly (readonly [MemberKind, readonly Member[]])[] => [
  ['chain', table?.chains ?? []],
  ['set', table?.sets ?? []],
  ['object', table?.objects ?? []],
  ['flowtable', table?.flowtables ?? []],
];

/** What the key of a member's record ends in: objects of different kinds may have one name. */
function ownName(kind: MemberKind, member: Member): string {
  if (kind !== 'object') return member.name;
  return `${(member as NftTable['objects'][number]).statement.kind}/${member.name}`;
}

/**
 * Loads rules. Each chain and set is a record: those that did not change stay as they are. What
 * packets counted or added goes with the rule or set that it belongs to.
 */
export function writeNftables(state: ConfigState, rules: NftRuleset): void {
  const before = state.view().nft.rules;
  const puts: Put[] = [];
  const base = `${state.base}nftables/`;
  const old = new Map(before.tables.map((table) => [`${table.family}/${table.name}`, table]));
  for (const table of rules.tables) {
    const key = `${table.family}/${table.name}`;
    const known = old.get(key);
    old.delete(key);
    if (known === table) continue;
    if (!known || !sameHead(known, table)) puts.push(put(`${base}table/${key}`, headOf(table)));
    puts.push(...memberPuts(state, `${base}`, table, known));
  }
  for (const [key, table] of old) {
    puts.push(put(`${base}table/${key}`, undefined));
    for (const [kind, list] of members(table)) {
      for (const each of list)
        puts.push(put(`${base}${kind}/${key}/${ownName(kind, each)}`, undefined));
    }
    puts.push(...forgetTable(state, table));
  }
  const info: InfoRecord = { nextHandle: rules.nextHandle ?? 1, generation: rules.generation ?? 1 };
  if (puts.length > 0) puts.push(put(`${base}info`, info));
  state.commit(puts);
}

const sameHead = (a: NftTable, b: NftTable) => equal(headOf(a), headOf(b));

function memberPuts(
  state: ConfigState,
  base: string,
  table: NftTable,
  known: NftTable | undefined,
): readonly Put[] {
  const { family, name } = table;
  const key = `${family}/${name}`;
  const puts: Put[] = [];
  const old = members(known);
  members(table).forEach(([kind, list], at) => {
    for (const [before, member] of differences(kind, old[at]?.[1] ?? [], list)) {
      const own = ownName(kind, (member ?? before) as Member);
      const record = member && { family, table: name, member };
      puts.push(put(`${base}${kind}/${key}/${own}`, record));
      if (kind === 'chain' && before) {
        puts.push(...forgetRules(state, table, before as Chain, member as Chain | undefined));
      }
      if (kind === 'set' && !member) puts.push(...forgetSet(state, family, name, own));
    }
  });
  return puts;
}

/** Members that changed, came or went. Both lists are by handle: what stayed is side by side. */
function differences(
  kind: MemberKind,
  old: readonly Member[],
  list: readonly Member[],
): readonly (readonly [before: Member | undefined, after: Member | undefined])[] {
  const gone = new Map<string, Member>();
  const came: Member[] = [];
  let at = 0;
  for (const member of list) {
    for (; at < old.length && (old[at] as Member).handle < member.handle; at++) {
      gone.set(ownName(kind, old[at] as Member), old[at] as Member);
    }
    if (old[at] === member) at += 1;
    else came.push(member);
  }
  for (; at < old.length; at++) gone.set(ownName(kind, old[at] as Member), old[at] as Member);
  const pairs = came.map((member) => {
    const before = gone.get(ownName(kind, member));
    gone.delete(ownName(kind, member));
    return [before, member] as const;
  });
  return [
    ...pairs.filter(([before, member]) => before !== member),
    ...[...gone.values()].map((before) => [before, undefined] as const),
  ];
}

type Chain = NftTable['chains'][number];

/** Counters of rules that are no longer there. */
function forgetRules(
  state: ConfigState,
  table: NftTable,
  old: Chain,
  chain: Chain | undefined,
): readonly Put[] {
  const kept = new Set(chain?.rules.map(({ handle }) => handle));
  const volatile = volatileKey(state.ref);
  return old.rules
    .filter(({ handle }) => !kept.has(handle))
    .flatMap(({ handle, statements }) =>
      statements.map((_statement, place) => countKey(volatile, table, handle, place)),
    )
    .filter((key) => state.store.get(key) !== undefined)
    .map((key) => put(key, undefined));
}

function forgetSet(
  state: ConfigState,
  family: NftTable['family'],
  table: string,
  set: string,
): readonly Put[] {
  const prefix = elementPrefix(volatileKey(state.ref), family, table, set);
  return state.store.list(prefix).map(([key]) => put(key, undefined));
}

function forgetTable(state: ConfigState, { family, name }: NftTable): readonly Put[] {
  const volatile = `${volatileKey(state.ref)}nft/`;
  return ['count', 'element', 'inc']
    .flatMap((kind) => state.store.list(`${volatile}${kind}/${family}|${name}/`))
    .map(([key]) => put(key, undefined));
}

/** Takes away elements that packets put into sets. */
export function forgetElements(state: ConfigState, forgotten: readonly Forgotten[]): void {
  const volatile = volatileKey(state.ref);
  const keys = forgotten.flatMap(({ family, table, set, keys: own }) =>
    own.map((key) => elementPrefix(volatile, family, table, set) + key),
  );
  state.commit(keys.filter((key) => state.store.get(key)).map((key) => put(key, undefined)));
}

/** Sets the counters of named objects to zero: of a table, or of one object. */
export function zeroObjects(state: ConfigState, table: NftTable, only?: string): void {
  const volatile = volatileKey(state.ref);
  const puts = table.objects
    .filter(({ name }) => only === undefined || name === only)
    .map(({ handle }) => put(countKey(volatile, table, handle, 'object'), undefined));
  state.commit(puts);
}

/** What packets did to the rules so far. */
export function readLive(state: ConfigState): LiveState {
  return liveState(state.store, volatileKey(state.ref), state.now);
}
