import { equal } from '../../world/json.ts';
import type { Put } from '../../world/store.ts';
import type { Counters } from '../api.ts';
import { counterKey, counterKind } from '../fabric.ts';
import { volatileKey } from '../keys.ts';
import { noRules } from '../netfilter/iptables/tables.ts';
import type { Family } from '../netfilter/iptables/address.ts';
import type { RuleCount } from '../netfilter/iptables/parse.ts';
import type { Chain, Ruleset } from '../netfilter/iptables/rules.ts';
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
  const before = new Map<string, Chain>();
  for (const table of rulesOf(state, family).tables) {
    for (const chain of table.chains) before.set(`${table.name}/${chain.name}`, chain);
  }
  const puts: Put[] = [];
  for (const table of rules.tables) {
    for (const chain of table.chains) {
      const name = `${table.name}/${chain.name}`;
      const old = before.get(name);
      before.delete(name);
      if (old === chain || (old && equal(old, chain))) continue;
      puts.push(put(`${state.base}${kind}/${name}`, chain));
      if (old) puts.push(...moveCounters(state, table.name, old, chain, family));
    }
  }
  for (const [name] of before) {
    puts.push(put(`${state.base}${kind}/${name}`, undefined));
    for (const [key] of state.store.list(`${counters}${name}/`)) {
      puts.push(put(key, undefined));
    }
  }
  state.commit(puts);
}

type Pair = readonly [packets: number, bytes: number];

function moveCounters(
  state: ConfigState,
  table: string,
  old: Chain,
  chain: Chain,
  family: Family | undefined,
): readonly Put[] {
  const key = (index: number) => counterKey(state.ref, table, chain.name, index, family);
  const kept = new Map<number, Pair>();
  let from = 0;
  // Both lists are in order, so a rule is looked for behind the last one that was found.
  chain.rules.forEach((rule, index) => {
    const found = old.rules.findIndex(
      (other, at) => at >= from && (other === rule || equal(other, rule)),
    );
    if (found < 0) return;
    from = found + 1;
    const pair = state.store.get<Pair>(key(found));
    if (pair) kept.set(index, pair);
  });
  const most = Math.max(old.rules.length, chain.rules.length);
  const puts: Put[] = [];
  for (let index = 0; index < most; index++) {
    const pair = kept.get(index);
    if (pair !== undefined || state.store.get(key(index)) !== undefined) {
      puts.push(put(key(index), pair));
    }
  }
  return puts;
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
