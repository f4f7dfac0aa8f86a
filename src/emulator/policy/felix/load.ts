import { assert } from '../../world/index.ts';
import { equal } from '../../world/json.ts';
import { parseOwn, restore } from '../../network/netfilter/iptables/parse.ts';
import type {
  Chain,
  Rule,
  Ruleset,
  Table,
  TableName,
} from '../../network/netfilter/iptables/rules.ts';
import { findChain, findTable, withTable } from '../../network/netfilter/iptables/tables.ts';
import type { FelixPlan } from './plan.ts';
import { chainLines, type FelixChain } from './rule.ts';
import type { StaticTable } from './static.ts';

/** The rules of a node with the plan loaded; whoever else's rules stay as and where they are. */
export function loadPlan(rules: Ruleset, plan: FelixPlan): Ruleset {
  return plan.tables.reduce((made, table) => loadTable(made, table), rules);
}

/** The text that `iptables-restore --noflush` is given for one table. */
export function tableText({ name, chains }: StaticTable): string {
  return restoreText(
    name,
    chains.map((chain) => chain.name),
    chains.flatMap(chainLines),
  );
}

function restoreText(name: string, chains: readonly string[], lines: readonly string[]): string {
  const heads = chains.map((chain) => `:${chain} - [0:0]`);
  return [`*${name}`, ...heads, ...lines, 'COMMIT', ''].join('\n');
}

function loadTable(rules: Ruleset, wanted: StaticTable): Ruleset {
  const restored = restore(rules, tableText(wanted), { noflush: true });
  assert(restored.ok, `a plan does not load: ${restored.ok ? '' : restored.error.message}`);
  const table = findTable(restored.rules, wanted.name) as Table;
  const names = new Set(wanted.chains.map(({ name }) => name));
  const first = kernelRules(wanted, wanted.inserted);
  const last = kernelRules(wanted, wanted.appended);
  const chains = table.chains
    .filter(({ name }) => !name.startsWith('cali-') || names.has(name))
    .map((chain) => (chain.policy === undefined ? chain : surrounded(chain, first, last)));
  return withTable(restored.rules, { name: table.name, chains });
}

/** Rules for the kernel's own chains, read with the chains that they jump to. */
function kernelRules(
  { name, chains }: StaticTable,
  own: readonly FelixChain[],
): ReadonlyMap<string, readonly Rule[]> {
  const heads = chains.map((chain) => chain.name);
  const parsed = findTable(parseOwn(restoreText(name, heads, own.flatMap(chainLines))), name);
  return new Map(own.map((chain) => [chain.name, findChain(parsed, chain.name)?.rules ?? []]));
}

function surrounded(
  chain: Chain,
  first: ReadonlyMap<string, readonly Rule[]>,
  last: ReadonlyMap<string, readonly Rule[]>,
): Chain {
  const others = chain.rules.filter((rule) => !isOwn(rule));
  const rules = [...(first.get(chain.name) ?? []), ...others, ...(last.get(chain.name) ?? [])];
  return equal(rules, chain.rules) ? chain : { ...chain, rules };
}

/** Whether felix wrote a rule: its comment has a hash. */
export function isOwn(rule: Rule): boolean {
  return rule.matches.some(
    ({ name, options }) =>
      name === 'comment' && options.some(({ values }) => values[0]?.startsWith('cali:')),
  );
}

/** Whether all of the plan's chains and jumps are still there. */
export function isLoaded(rules: Ruleset, plan: FelixPlan): boolean {
  const loaded = loadPlan(rules, plan);
  const chainsOf = (from: Ruleset, name: TableName) => findTable(from, name)?.chains ?? [];
  return plan.tables.every(({ name }) => {
    const [a, b] = [chainsOf(rules, name), chainsOf(loaded, name)];
    return a.length === b.length && a.every((chain, index) => chain === b[index]);
  });
}
