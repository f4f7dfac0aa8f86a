import { findChain, findTable, withTable } from '../../network/netfilter/iptables/tables.ts';
import type { Chain, Rule, Ruleset, TableName } from '../../network/netfilter/iptables/rules.ts';
import { CANARY } from './load.ts';
import { isServiceChain } from './plan.ts';

/** Chains that are kube-proxy's own in each table; those of single Services besides. */
const OWN: Readonly<Partial<Record<TableName, readonly string[]>>> = {
  mangle: [CANARY],
  nat: ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ', CANARY],
  filter: [
    'KUBE-SERVICES',
    'KUBE-EXTERNAL-SERVICES',
    'KUBE-FORWARD',
    'KUBE-NODEPORTS',
    'KUBE-PROXY-FIREWALL',
    CANARY,
  ],
};

/** The rules without what iptables mode made (upstream `CleanupLeftovers`). */
export function withoutIptables(rules: Ruleset): Ruleset {
  return without(rules, (table, name) => OWN[table]?.includes(name) || isServiceChain(name));
}

/** The rules without some chains and all jumps into them; the same where there are none. */
export function without(
  rules: Ruleset,
  isGone: (table: TableName, chain: string) => boolean | undefined,
): Ruleset {
  let made = rules;
  for (const table of rules.tables) {
    const gone = (name: string) => isGone(table.name, name) === true;
    if (!table.chains.some((chain) => gone(chain.name))) continue;
    const chains = table.chains
      .filter((chain) => !gone(chain.name))
      .map((chain) => cut(chain, gone));
    made = withTable(made, { name: table.name, chains });
  }
  return made;
}

function cut(chain: Chain, gone: (name: string) => boolean): Chain {
  const leads = ({ target }: Rule) => target !== undefined && gone(target.name);
  if (!chain.rules.some(leads)) return chain;
  return { ...chain, rules: chain.rules.filter((rule) => !leads(rule)) };
}

/** Whether a table has a chain. */
export function hasChain(rules: Ruleset, table: TableName, chain: string): boolean {
  return findChain(findTable(rules, table), chain) !== undefined;
}
