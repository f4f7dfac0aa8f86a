import type { Chain, Rule, Ruleset, TableName } from '../../network/netfilter/iptables/rules.ts';
import { findTable, withTable } from '../../network/netfilter/iptables/tables.ts';
import { equal } from '../../world/json.ts';
import type { Family } from '../services.ts';
import { isServiceChain, planFixed, type PlanOptions } from './plan.ts';
import { readLine } from './rule-text.ts';
import type { ServiceRules } from './service-rules.ts';

/** What one Service puts into the shared chains, and the chains that are its own. */
interface Part {
  readonly shared: ReadonlyMap<string, readonly Rule[]>;
  readonly own: readonly Chain[];
}

const known = new WeakMap<readonly string[], Part>();

/** The lines of one Service as data, read once. */
function partOf(lines: readonly string[], table: TableName, family: Family): Part {
  const before = known.get(lines);
  if (before) return before;
  const shared = new Map<string, Rule[]>();
  const own = new Map<string, Rule[]>();
  for (const line of lines) {
    const { chain, rule } = readLine(line, table, family);
    const chains = isServiceChain(chain) ? own : shared;
    const rules = chains.get(chain);
    if (rules) rules.push(rule);
    else chains.set(chain, [rule]);
  }
  const part = { shared, own: [...own].map(([name, rules]) => ({ name, rules })) };
  known.set(lines, part);
  return part;
}

/**
 * The rules as they are after the plan's text was restored over them, without going by the text:
 * chains of Services that did not change are the same objects as before, so that one changed
 * endpoint costs hardly more than itself.
 */
export function withServices(
  rules: Ruleset,
  services: readonly ServiceRules[],
  options: PlanOptions,
): Ruleset {
  const { family } = options;
  const fixed = planFixed(options);
  const parts = (table: 'nat' | 'filter') => [
    partOf(table === 'nat' ? fixed.before : [], table, family),
    ...services.map((each) => partOf(each[table], table, family)),
    partOf(table === 'nat' ? fixed.after : fixed.filter, table, family),
  ];
  // A chain of endpoints without rules of its own is declared all the same.
  const declared = services.flatMap(({ chains }) => chains);
  const withNat = assemble(rules, 'nat', fixed.natChains, parts('nat'), declared);
  return assemble(withNat, 'filter', fixed.filterChains, parts('filter'), []);
}

function assemble(
  rules: Ruleset,
  name: 'nat' | 'filter',
  shared: readonly string[],
  parts: readonly Part[],
  declared: readonly string[],
): Ruleset {
  const before = findTable(rules, name);
  const old = new Map(before?.chains.map((chain) => [chain.name, chain]));
  const made = new Map<string, Chain>();
  for (const chain of before?.chains ?? []) {
    const own = name === 'nat' && isServiceChain(chain.name);
    if (!own && !shared.includes(chain.name)) made.set(chain.name, chain);
  }
  for (const chain of shared) {
    const all = parts.flatMap((part) => part.shared.get(chain) ?? []);
    made.set(chain, sameOr(old.get(chain), { name: chain, rules: all }));
  }
  for (const { own } of parts) {
    for (const chain of own) made.set(chain.name, sameOr(old.get(chain.name), chain));
  }
  for (const chain of declared) {
    if (!made.has(chain)) made.set(chain, sameOr(old.get(chain), { name: chain, rules: [] }));
  }
  return withTable(rules, { name, chains: [...made.values()] });
}

/** The chain that was there, where the new one says the same. */
function sameOr(old: Chain | undefined, made: Chain): Chain {
  if (!old || old === made || old.rules.length !== made.rules.length) return made;
  const same = made.rules.every((rule, at) => rule === old.rules[at] || equal(rule, old.rules[at]));
  return same ? old : made;
}
