import { equal } from '../../world/json.ts';
import type { Put } from '../../world/store.ts';
import type { Counters } from '../api.ts';
import { counterKey, counterKind } from '../fabric.ts';
import { volatileKey } from '../keys.ts';
import { chainOrder, findTable, noRules } from '../netfilter/iptables/tables.ts';
import type { Family } from '../netfilter/iptables/address.ts';
import type { RuleCount } from '../netfilter/iptables/parse.ts';
import type { Chain, Rule, Ruleset, Table } from '../netfilter/iptables/rules.ts';
import { put, type ConfigState } from './state.ts';

/** The rules of a namespace: all tables that were ever loaded. */
export function readRules(state: ConfigState, family?: Family): Ruleset {
  const rules = rulesOf(state, family);
  return rules.tables.length > 0 ? rules : noRules;
}

function rulesOf(state: ConfigState, family: Family | undefined): Ruleset {
  const view = state.view();
  return family === 'IPv6' ? view.rules6 : view.rules;
}

/**
 * Loads rules. Each chain is a record: those that did not change stay as they are. A rule that
 * was there before keeps its counters, wherever it stands in its chain now.
 */
export function writeRules(state: ConfigState, rules: Ruleset, family?: Family): void {
  const kind = family === 'IPv6' ? 'ip6tables' : 'iptables';
  const counters = `${volatileKey(state.ref)}${counterKind(family)}/`;
  const puts: Put[] = [];
  const before = rulesOf(state, family);
  const names = new Set([...before.tables, ...rules.tables].map((table) => table.name));
  for (const name of names) {
    for (const [old, chain] of chainChanges(findTable(before, name), findTable(rules, name))) {
      const key = `${name}/${((chain ?? old) as Chain).name}`;
      if (old && chain && equal(old, chain)) continue;
      puts.push(put(`${state.base}${kind}/${key}`, chain));
      if (old && chain) puts.push(...moveCounters(state, name, old, chain, family));
      else if (old) {
        const counted = state.store.list(`${counters}${key}/`);
        puts.push(...counted.map(([each]) => put(each, undefined)));
      }
    }
  }
  state.commit(puts);
}

/**
 * Chains that are not the same in both. Where both tables are in the order of their listing, as
 * they are when a view was changed a little, nothing but what differs is looked at twice.
 */
function chainChanges(
  before: Table | undefined,
  after: Table | undefined,
): readonly (readonly [old: Chain | undefined, chain: Chain | undefined])[] {
  if (before === after) return [];
  const [old, list] = [before?.chains ?? [], after?.chains ?? []];
  const order = chainOrder((before ?? after)?.name ?? 'filter');
  const gone = new Map<string, Chain>();
  const came: Chain[] = [];
  let at = 0;
  for (const chain of list) {
    if (old[at] === chain) {
      at += 1;
      continue;
    }
    for (; at < old.length && order(old[at] as Chain, chain) < 0; at++) {
      gone.set((old[at] as Chain).name, old[at] as Chain);
    }
    if (old[at] === chain) at += 1;
    else came.push(chain);
  }
  for (; at < old.length; at++) gone.set((old[at] as Chain).name, old[at] as Chain);
  const pairs = came.map((chain) => {
    const one = gone.get(chain.name);
    gone.delete(chain.name);
    return [one, chain] as const;
  });
  return [
    ...pairs.filter(([one, chain]) => one !== chain),
    ...[...gone.values()].map((one) => [one, undefined] as const),
  ];
}

type Pair = readonly [packets: number, bytes: number];

function moveCounters(
  state: ConfigState,
  table: string,
  old: Chain,
  chain: Chain,
  family: Family | undefined,
): readonly Put[] {
  const counted = countedOf(state, table, chain.name, family);
  if (counted.size === 0) return [];
  const key = (index: number) => counterKey(state.ref, table, chain.name, index, family);
  const kept = new Map<number, Pair>();
  let from = 0;
  // Both lists are in order, so a rule is looked for behind the last one that was found.
  chain.rules.forEach((rule, index) => {
    const found = indexOfRule(old.rules, rule, from);
    if (found < 0) return;
    from = found + 1;
    const pair = counted.get(found);
    if (pair) kept.set(index, pair);
  });
  const puts: Put[] = [];
  for (const [index, pair] of counted) {
    if (index >= 0 && kept.get(index) !== pair) puts.push(put(key(index), kept.get(index)));
  }
  for (const [index, pair] of kept) if (!counted.has(index)) puts.push(put(key(index), pair));
  return puts;
}

function indexOfRule(rules: readonly Rule[], wanted: Rule, from: number): number {
  if (rules[from] === wanted) return from;
  const same = rules.indexOf(wanted, from);
  if (same >= 0 || from >= rules.length) return same;
  return rules.findIndex((other, at) => at >= from && equal(other, wanted));
}

/** Counters of a chain's rules that were ever counted, by index. */
function countedOf(
  state: ConfigState,
  table: string,
  chain: string,
  family: Family | undefined,
): ReadonlyMap<number, Pair> {
  const prefix = `${volatileKey(state.ref)}${counterKind(family)}/${table}/${chain}/`;
  const found = state.store.list<Pair>(prefix);
  return new Map(found.map(([key, pair]) => [Number(key.slice(prefix.length)), pair] as const));
}

/** Counters of a chain's rules and of its policy. */
export function readCounters(
  state: ConfigState,
  table: string,
  chain: string,
  family?: Family,
): { readonly policy: Counters; readonly rules: readonly Counters[] } {
  const read = (index: number): Counters => {
    const key = counterKey(state.ref, table, chain, index, family);
    const [packets, bytes] = state.store.get<Pair>(key) ?? [0, 0];
    return { packets, bytes };
  };
  const found = rulesOf(state, family)
    .tables.find(({ name }) => name === table)
    ?.chains.find(({ name }) => name === chain);
  return { policy: read(-1), rules: (found?.rules ?? []).map((_rule, index) => read(index)) };
}

/** Sets the counters of a chain, or of a whole table, to zero. */
export function zeroCounters(
  state: ConfigState,
  table: string,
  chain?: string,
  family?: Family,
): void {
  const all = `${volatileKey(state.ref)}${counterKind(family)}/${table}/`;
  const prefix = chain === undefined ? all : `${all}${chain}/`;
  state.commit(state.store.list(prefix).map(([key]) => put(key, undefined)));
}

/** Sets counters of single rules. */
export function setCounters(
  state: ConfigState,
  counts: readonly RuleCount[],
  family?: Family,
): void {
  state.commit(
    counts.map(({ table, chain, index, packets, bytes }) => {
      const pair: Pair = [packets, bytes];
      const some = packets !== 0 || bytes !== 0;
      return put(counterKey(state.ref, table, chain, index, family), some ? pair : undefined);
    }),
  );
}
