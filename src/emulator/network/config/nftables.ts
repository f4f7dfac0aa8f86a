import { equal } from '../../world/json.ts';
import type { Put } from '../../world/store.ts';
import { volatileKey } from '../keys.ts';
import type { NftRuleset, NftTable } from '../netfilter/nftables/ast.ts';
import { countKey, elementPrefix, liveState } from '../netfilter/nftables/live.ts';
import type { Forgotten } from '../netfilter/nftables/outcome.ts';
import type { LiveState } from '../netfilter/nftables/print.ts';
import type { InfoRecord, MemberKind } from '../netfilter/nftables/records.ts';
import { put, type ConfigState } from './state.ts';

/** Members of a table by the kind and name of their records. */
function membersOf(table: NftTable): readonly (readonly [MemberKind, string, unknown])[] {
  return [
    ...table.chains.map((chain) => ['chain', chain.name, chain] as const),
    ...table.sets.map((set) => ['set', set.name, set] as const),
    ...table.objects.map(
      (each) => ['object', `${each.statement.kind}/${each.name}`, each] as const,
    ),
    ...table.flowtables.map((each) => ['flowtable', each.name, each] as const),
  ];
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
    for (const [kind, name] of membersOf(table))
      puts.push(put(`${base}${kind}/${key}/${name}`, undefined));
    puts.push(...forgetTable(state, table));
  }
  const info: InfoRecord = { nextHandle: rules.nextHandle ?? 1, generation: rules.generation ?? 1 };
  if (puts.length > 0) puts.push(put(`${base}info`, info));
  state.commit(puts);
}

function headOf({ chains: _c, sets: _s, objects: _o, flowtables: _f, ...head }: NftTable) {
  return head;
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
  const left = new Map(
    (known ? membersOf(known) : []).map((each) => [`${each[0]}/${each[1]}`, each]),
  );
  for (const [kind, own, member] of membersOf(table)) {
    const other = left.get(`${kind}/${own}`);
    left.delete(`${kind}/${own}`);
    if (other?.[2] === member) continue;
    puts.push(put(`${base}${kind}/${key}/${own}`, { family, table: name, member }));
    if (kind === 'chain' && other) {
      puts.push(...forgetRules(state, table, other[2] as Chain, member as Chain));
    }
  }
  for (const [, [kind, own, member]] of left) {
    puts.push(put(`${base}${kind}/${key}/${own}`, undefined));
    if (kind === 'chain') puts.push(...forgetRules(state, table, member as Chain, undefined));
    if (kind === 'set') puts.push(...forgetSet(state, family, name, own));
  }
  return puts;
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
