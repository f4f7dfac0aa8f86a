import { assert } from '../../world/index.ts';
import { freeze } from '../../world/json.ts';
import { parseCommand } from '../../network/netfilter/iptables/command.ts';
import { addChain, findRule, insert, tableOf } from '../../network/netfilter/iptables/edit.ts';
import { restore } from '../../network/netfilter/iptables/parse.ts';
import { isCommandError } from '../../network/netfilter/iptables/parse-rule.ts';
import type { Rule, Ruleset, Table, TableName } from '../../network/netfilter/iptables/rules.ts';
import { findChain, findTable, withTable } from '../../network/netfilter/iptables/tables.ts';
import type { Family } from '../services.ts';
import type { IptablesPlan, JumpRule } from './plan.ts';

/** Chain by which kube-proxy sees that somebody flushed its rules. */
export const CANARY = 'KUBE-PROXY-CANARY';

/** Tables that have the canary, in upstream's order. */
const CANARY_TABLES: readonly TableName[] = ['mangle', 'nat', 'filter'];

/** Whether somebody took the canary away from all of the tables or from one of them. */
export function canaryGone(rules: Ruleset): boolean {
  return CANARY_TABLES.some((name) => !findChain(findTable(rules, name), CANARY));
}

/** The rules with a canary in each table. */
export function withCanaries(rules: Ruleset): Ruleset {
  return CANARY_TABLES.reduce(
    (made, name) => withTable(made, ensureChain(tableOf(made, name), CANARY)),
    rules,
  );
}

/** The rules with the jumps at the heads of their chains, where they are missing. */
export function withJumps(rules: Ruleset, jumps: readonly JumpRule[]): Ruleset {
  let made = rules;
  for (const { table, from, to, match } of jumps) {
    const withChain = ensureChain(tableOf(made, table), to);
    made = withTable(made, ensureFirst(withChain, from, `${match} -j ${to}`));
  }
  return made;
}

/** The rules after a plan was restored over them. */
export function withPlan(
  rules: Ruleset,
  plan: Pick<IptablesPlan, 'filter' | 'nat'>,
  family: Family = 'IPv4',
): Ruleset {
  const restored = restore(rules, plan.filter + plan.nat, { noflush: true, family });
  assert(restored.ok, `a plan does not load: ${restored.ok ? '' : restored.error.message}`);
  return restored.rules;
}

/** Names of the chains of the nat table. */
export function natChainNames(rules: Ruleset): readonly string[] {
  return findTable(rules, 'nat')?.chains.map((chain) => chain.name) ?? [];
}

/** Whether two rule sets hold the same chains (by identity, which loading keeps). */
export function sameChains(a: Ruleset, b: Ruleset): boolean {
  if (a.tables.length !== b.tables.length) return false;
  return a.tables.every((table, at) => {
    const other = b.tables[at];
    if (table === other) return true;
    if (!other || table.chains.length !== other.chains.length) return false;
    const { chains } = table;
    for (let i = 0; i < chains.length; i++) if (chains[i] !== other.chains[i]) return false;
    return true;
  });
}

function ensureChain(table: Table, name: string): Table {
  if (findChain(table, name)) return table;
  const added = addChain(table, name);
  assert(!isCommandError(added), `chain ${name} cannot be added`);
  return added;
}

function ensureFirst(table: Table, chain: string, words: string): Table {
  const rule = jumpOf(table, chain, words);
  if (typeof findRule(table, chain, rule) === 'number') return table;
  const inserted = insert(table, chain, 1, [rule]);
  assert(!isCommandError(inserted), `no chain ${chain} in ${table.name}`);
  return inserted;
}

/** The jumps are always the same few, to chains that are there by now. */
const jumps = new Map<string, Rule>();

function jumpOf(table: Table, chain: string, words: string): Rule {
  const key = `${table.name} ${chain} ${words}`;
  const known = jumps.get(key);
  if (known) return known;
  const command = parseCommand(
    ['-A', chain, ...splitMatch(words)],
    (_table, name) => findChain(table, name) !== undefined,
    table.name,
  );
  assert(!isCommandError(command), `a jump does not parse: ${words}`);
  const [rule] = command.rules;
  assert(rule, `a jump is one rule: ${words}`);
  jumps.set(key, freeze(rule));
  return rule;
}

function splitMatch(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, word]) => quoted ?? (word as string),
  );
}
