import type { Chain, Ruleset, Table, TableName } from './rules.ts';

/** Built-in chains of each table, in the order of the kernel's hooks. */
export const builtInChains: Readonly<Record<TableName, readonly string[]>> = {
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
  raw: ['PREROUTING', 'OUTPUT'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
};

/** The order in which iptables 1.8 (nf_tables) goes through the tables. */
export const tableOrder: readonly TableName[] = ['mangle', 'security', 'raw', 'filter', 'nat'];

/** Rules of a host on which nothing was ever loaded: no table exists yet. */
export const noRules: Ruleset = Object.freeze({ tables: Object.freeze([]) });

/** Whether a word names a table that the kernel has. */
export function isTableName(name: string): name is TableName {
  return Object.hasOwn(builtInChains, name);
}

/** A table by its name, or undefined while nothing was loaded into it. */
export function findTable(rules: Ruleset, name: TableName): Table | undefined {
  return rules.tables.find((table) => table.name === name);
}

/** A chain of a table by its name. */
export function findChain(table: Table | undefined, name: string): Chain | undefined {
  return table?.chains.find((chain) => chain.name === name);
}

/** A table as the kernel makes it: its built-in chains, empty, with the policy ACCEPT. */
export function emptyTable(name: TableName): Table {
  return {
    name,
    chains: builtInChains[name].map((chain) => ({ name: chain, policy: 'ACCEPT', rules: [] })),
  };
}

/** The rules with one table put in place of the old one (or added in the usual order). */
export function withTable(rules: Ruleset, table: Table): Ruleset {
  const others = rules.tables.filter((other) => other.name !== table.name);
  const tables = [...others, table].sort(
    (a, b) => tableOrder.indexOf(a.name) - tableOrder.indexOf(b.name),
  );
  return { tables };
}

/** Chains in listing order: built-in ones by hook, then the user's by name (in byte order). */
export function sortChains(name: TableName, chains: readonly Chain[]): readonly Chain[] {
  return [...chains].sort(chainOrder(name));
}

/** Which of two chains of a table comes first in a listing. */
export function chainOrder(table: TableName): (a: Chain, b: Chain) => number {
  const builtIn = builtInChains[table];
  const rank = ({ name }: Chain) => builtIn.indexOf(name);
  return (a, b) => {
    // Only built-in chains have a policy.
    if (a.policy !== undefined || b.policy !== undefined) {
      const [x, y] = [rank(a), rank(b)];
      if (x >= 0 || y >= 0) return (x < 0 ? 99 : x) - (y < 0 ? 99 : y);
    }
    return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
  };
}
