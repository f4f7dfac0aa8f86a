import { canonical } from '../../../world/index.ts';
import type { CommandError } from './parse-rule.ts';
import type { Chain, Rule, Ruleset, Table, TableName } from './rules.ts';
import { builtInChains, emptyTable, findChain, findTable, withTable } from './tables.ts';

/** The rules after an edit, or why there was none. */
export type Edit = Table | CommandError;

const bare = (message: string): CommandError => ({ message, exit: 1, bare: true });
export const noChain = bare('No chain/target/match by that name.');
/** Policies are ACCEPT and DROP. */
export const badPolicy = bare("Bad policy name. Run `dmesg' for more information.");
export const badRule = bare('Bad rule (does a matching rule exist in that chain?).');

/** The table as it is, or as the kernel would make it on first use. */
export function tableOf(rules: Ruleset, name: TableName): Table {
  return findTable(rules, name) ?? emptyTable(name);
}

/** The table with one chain changed. */
export function withChain(table: Table, chain: Chain): Table {
  return {
    name: table.name,
    chains: table.chains.map((other) => (other.name === chain.name ? chain : other)),
  };
}

/** `-A`: rules at the end. */
export function append(table: Table, name: string, rules: readonly Rule[]): Edit {
  const chain = findChain(table, name);
  if (!chain) return noChain;
  return withChain(table, { ...chain, rules: [...chain.rules, ...rules] });
}

/** `-I`: rules before the place that counts from 1. */
export function insert(table: Table, name: string, at: number, rules: readonly Rule[]): Edit {
  const chain = findChain(table, name);
  if (!chain) return noChain;
  if (at > chain.rules.length + 1) return bare('Index of insertion too big.');
  // Several rules of one command are inserted one by one, each before the last.
  const added = [...rules].reverse();
  return withChain(table, {
    ...chain,
    rules: [...chain.rules.slice(0, at - 1), ...added, ...chain.rules.slice(at - 1)],
  });
}

/** `-R`: another rule in a place. */
export function replace(table: Table, name: string, at: number, rule: Rule): Edit {
  const chain = findChain(table, name);
  if (!chain) return noChain;
  if (at > chain.rules.length) return bare('Index of replacement too big.');
  return withChain(table, {
    ...chain,
    rules: chain.rules.map((old, index) => (index === at - 1 ? rule : old)),
  });
}

/** `-D CHAIN NUMBER`. */
export function removeAt(table: Table, name: string, at: number): Edit {
  const chain = findChain(table, name);
  if (!chain) return noChain;
  if (at > chain.rules.length) return bare('Index of deletion too big.');
  return withChain(table, {
    ...chain,
    rules: chain.rules.filter((_rule, index) => index !== at - 1),
  });
}

/** `-D CHAIN RULE…`: the first equal rule of each. */
export function remove(table: Table, name: string, rules: readonly Rule[]): Edit {
  let edited = table;
  for (const rule of rules) {
    const at = findRule(edited, name, rule);
    if (typeof at !== 'number') return at;
    const next = removeAt(edited, name, at + 1);
    if (!('chains' in next)) return next;
    edited = next;
  }
  return edited;
}

/** `-C`: the index of an equal rule. */
export function findRule(table: Table, name: string, rule: Rule): number | CommandError {
  const chain = findChain(table, name);
  if (!chain) return badRule;
  const wanted = canonical(rule);
  const at = chain.rules.findIndex((each) => canonical(each) === wanted);
  return at < 0 ? badRule : at;
}

/** `-N`. */
export function addChain(table: Table, name: string): Edit {
  if (findChain(table, name)) return bare('Chain already exists.');
  return { name: table.name, chains: [...table.chains, { name, rules: [] }] };
}

/** `-F`: the rules of one chain or of all. */
export function flush(table: Table, name: string | undefined): Edit {
  if (name !== undefined && !findChain(table, name)) return noChain;
  return {
    name: table.name,
    chains: table.chains.map((chain) =>
      (name === undefined || chain.name === name) && chain.rules.length > 0
        ? { ...chain, rules: [] }
        : chain,
    ),
  };
}

/** `-X`: one chain of the user's, or all of them. It must be empty and without references. */
export function removeChain(table: Table, name: string | undefined): Edit {
  const chain = name === undefined ? undefined : findChain(table, name);
  if (name !== undefined && !chain) return noChain;
  const doomed = chain ? [chain] : table.chains.filter((each) => each.policy === undefined);
  const left = table.chains.filter((each) => !doomed.includes(each) || each.policy !== undefined);
  for (const each of doomed) {
    if (each.rules.length > 0 || isReferenced(left, each.name)) {
      return {
        message: ` CHAIN_DEL failed (Device or resource busy): chain ${each.name}`,
        exit: 4,
      };
    }
  }
  return { name: table.name, chains: left };
}

function isReferenced(chains: readonly Chain[], name: string): boolean {
  return chains.some((chain) => chain.rules.some((rule) => rule.target?.name === name));
}

/** `-E`: jumps follow, because the kernel keeps them by handle. */
export function renameChain(table: Table, old: string, name: string): Edit {
  if (!findChain(table, old)) return noChain;
  if (findChain(table, name)) return bare('File exists.');
  const rename = (rule: Rule): Rule =>
    rule.target?.name === old ? { ...rule, target: { ...rule.target, name } } : rule;
  return {
    name: table.name,
    chains: table.chains.map((chain) => ({
      ...chain,
      name: chain.name === old ? name : chain.name,
      rules: chain.rules.map(rename),
    })),
  };
}

/** `-P`. */
export function setPolicy(table: Table, name: string, policy: 'ACCEPT' | 'DROP'): Edit {
  const chain = findChain(table, name);
  if (!chain || !builtInChains[table.name].includes(name)) return bare('Bad built-in chain name.');
  return withChain(table, { ...chain, policy });
}

/** The rule set with the edited table in it. */
export function commit(rules: Ruleset, table: Table): Ruleset {
  return withTable(rules, table);
}
