import { equal } from '../world/json.ts';
import type { NetworkConfig } from '../network/api.ts';
import { parseOwn } from '../network/netfilter/iptables/parse.ts';
import type { Rule, Ruleset, Table, TableName } from '../network/netfilter/iptables/rules.ts';
import {
  emptyTable,
  findChain,
  findTable,
  withTable,
} from '../network/netfilter/iptables/tables.ts';
import { sha512 } from '../apimachinery/sha512.ts';

/** Name of the chain for a network and container: `CNI-` and 24 digits (utils.FormatChainName). */
export function chainName(network: string, containerID: string, prefix = ''): string {
  return `CNI-${prefix}${sha512(network + containerID)}`.slice(0, 28);
}

/** The comment that the plugins put on their rules. */
export function comment(network: string, containerID: string, prefix = ''): string {
  const text = `${prefix}name: "${network}" id: "${containerID}"`;
  return `-m comment --comment "${text.replace(/"/g, '\\"')}"`;
}

/** Changes to the rules of a namespace, as the plugins make them with iptables; then `commit`. */
export interface RuleEditor {
  /** Makes a chain unless it is there; gives whether it was made. */
  chain(table: TableName, name: string): boolean;
  /** `-A` unless an equal rule is there. */
  append(table: TableName, name: string, text: string): void;
  /** `-I … 1` unless an equal rule is there. */
  prepend(table: TableName, name: string, text: string): void;
  /** `-D` of each equal rule. */
  remove(table: TableName, name: string, text: string): void;
  /** `-D` of each rule that jumps to a chain. */
  dropJumps(table: TableName, name: string, target: string): void;
  flush(table: TableName, name: string): void;
  /** `-F` and `-X`; does nothing where the chain is not there. */
  removeChain(table: TableName, name: string): void;
  commit(): void;
}

/** Begins to edit the rules of a namespace. */
export function editRules(config: NetworkConfig, family: 'IPv4' | 'IPv6' = 'IPv4'): RuleEditor {
  const found = config.iptables(family);
  let rules: Ruleset = found;
  const table = (name: TableName) => findTable(rules, name) ?? emptyTable(name);
  const change = (
    name: TableName,
    chain: string,
    to: (rules: readonly Rule[]) => readonly Rule[],
  ) => {
    const before = table(name);
    const chains = before.chains.map((each) =>
      each.name === chain ? { ...each, rules: to(each.rules) } : each,
    );
    if (before.chains.every((each, index) => equal(each, chains[index]))) return;
    rules = withTable(rules, { name, chains });
  };
  const has = (name: TableName, chain: string, rule: Rule) =>
    findChain(table(name), chain)?.rules.some((each) => equal(each, rule)) ?? false;
  return {
    chain(name, chain) {
      const before = table(name);
      if (findChain(before, chain)) return false;
      rules = withTable(rules, { name, chains: [...before.chains, { name: chain, rules: [] }] });
      return true;
    },
    append(name, chain, text) {
      const rule = ruleOf(table(name), chain, text, family);
      if (!has(name, chain, rule)) change(name, chain, (list) => [...list, rule]);
    },
    prepend(name, chain, text) {
      const rule = ruleOf(table(name), chain, text, family);
      if (!has(name, chain, rule)) change(name, chain, (list) => [rule, ...list]);
    },
    remove(name, chain, text) {
      if (!findTable(rules, name) || !findChain(table(name), chain)) return;
      const rule = ruleOf(table(name), chain, text, family);
      change(name, chain, (list) => list.filter((each) => !equal(each, rule)));
    },
    dropJumps: (name, chain, target) =>
      change(name, chain, (list) => list.filter((rule) => rule.target?.name !== target)),
    flush: (name, chain) => change(name, chain, () => []),
    removeChain(name, chain) {
      const before = findTable(rules, name);
      if (!before || !findChain(before, chain)) return;
      const chains = before.chains.filter((each) => each.name !== chain);
      rules = withTable(rules, { name, chains });
    },
    commit() {
      if (rules !== found) config.setIptables(rules, family);
    },
  };
}

/** The rule that `iptables -A` would make of these words; chains it jumps to may be missing. */
function ruleOf(table: Table, chain: string, text: string, family: 'IPv4' | 'IPv6'): Rule {
  const target = /(?:^| )-[jg] ([A-Z]+[-_]\S+)/.exec(text)?.[1];
  // Of all chains, only those that the rule names matter to it.
  const words = new Set(text.split(' '));
  const named = table.chains.filter(({ policy, name }) => policy === undefined && words.has(name));
  const names = new Set([chain, ...(target ? [target] : []), ...named.map(({ name }) => name)]);
  const builtIn = new Set(emptyTable(table.name).chains.map((each) => each.name));
  const heads = [...names].filter((name) => !builtIn.has(name)).map((name) => `:${name} - [0:0]`);
  const source = [`*${table.name}`, ...heads, `-A ${chain} ${text}`, 'COMMIT', ''].join('\n');
  const parsed = findChain(findTable(parseOwn(source, family), table.name), chain);
  return parsed?.rules[0] as Rule;
}
