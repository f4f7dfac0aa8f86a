import { assert, equal } from '../../../world/index.ts';
import { freeze } from '../../../world/json.ts';
import type { Family } from './address.ts';
import { isTarget } from './catalog.ts';
import { parseCommand, type Command } from './command.ts';
import * as edit from './edit.ts';
import type { CommandError } from './parse-rule.ts';
import { isCommandError } from './parse-rule.ts';
import type { Chain, Rule, Ruleset, Table, TableName } from './rules.ts';
import { builtInChains, emptyTable, findTable, isTableName, noRules, withTable } from './tables.ts';
import { refusal } from './validate.ts';
import { splitWords } from './words.ts';

/** How `iptables-restore` is to work. */
export interface RestoreOptions {
  /** Keep what is there; only named chains of the user's are emptied. */
  readonly noflush?: boolean;
  /** Only this table is taken from the text. */
  readonly table?: string;
  /** Nothing will be loaded: jumps to chains that are not there are not looked at. */
  readonly test?: boolean;
  /** Counters of the text are wanted. */
  readonly counters?: boolean;
  /** `IPv4` unless told otherwise. */
  readonly family?: Family;
  /** Whether ipset knows a set; without it every set is taken to be there. */
  readonly hasSet?: (name: string) => boolean;
  readonly hostAddress?: (name: string) => string | undefined;
}

/** Why a text was not loaded. `line` counts from 1. */
export interface RestoreError extends CommandError {
  readonly line: number;
}

/** Counters that a rule, or a chain's policy (index -1), begins with. */
export interface RuleCount {
  readonly table: TableName;
  readonly chain: string;
  readonly index: number;
  readonly packets: number;
  readonly bytes: number;
}

export type Restored =
  | {
      readonly ok: true;
      readonly rules: Ruleset;
      /** Counters that rules begin with, where the text has them and they are wanted. */
      readonly counts: readonly RuleCount[];
    }
  | { readonly ok: false; readonly error: RestoreError };

/** The rules of a text in the language of `iptables-save`, on a host that had none. */
export function parse(text: string, family: Family = 'IPv4'): Restored {
  return restore(noRules, text, { family });
}

/** Like `parse` for texts that our own code wrote. */
export function parseOwn(text: string, family: Family = 'IPv4'): Ruleset {
  const parsed = parse(text, family);
  assert(parsed.ok, `rules of our own do not parse: ${parsed.ok ? '' : parsed.error.message}`);
  return parsed.rules;
}

/** A table that is being filled: chains as lists that grow. */
interface Loading {
  readonly name: TableName;
  readonly skipped: boolean;
  readonly chains: Map<string, { policy?: 'ACCEPT' | 'DROP'; rules: Rule[] }>;
  readonly counts: RuleCount[];
  /** The line that each rule came from. */
  readonly lines: Map<Rule, number>;
}

/**
 * Loads a text as `iptables-restore` does: each table as a whole at its COMMIT. Chains whose rules
 * are as before keep their identity, so that what was computed from them stays valid.
 */
export function restore(before: Ruleset, text: string, options: RestoreOptions = {}): Restored {
  let rules = before;
  let loading: Loading | undefined;
  let line = 0;
  const counts: RuleCount[] = [];
  const failed = (error: CommandError): Restored => ({ ok: false, error: { ...error, line } });
  for (const raw of text.split('\n')) {
    line += 1;
    const trimmed = raw.trimEnd();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    if (!loading) {
      if (!trimmed.startsWith('*')) return failed(lineFailed(line));
      const name = trimmed.slice(1).split(' ')[0] as string;
      const skipped = options.table !== undefined && options.table !== name;
      if (!isTableName(name)) return failed(noTable(name, line));
      const chains = skipped ? new Map() : opened(rules, name, options);
      loading = { name, skipped, chains, counts, lines: new Map() };
    } else if (trimmed === 'COMMIT') {
      if (!loading.skipped) {
        const missing = missingChain(loading);
        if (missing && !options.test) return failed(missing);
        const table = close(loading, findTable(rules, loading.name));
        const refused = refusal(table);
        if (refused) {
          const at = loading.lines.get(refused.rule) ?? line;
          return failed(kernelRefused(refused.errno, refused.chain, at));
        }
        rules = withTable(rules, table);
      }
      loading = undefined;
    } else if (!loading.skipped) {
      const error = trimmed.startsWith(':')
        ? declare(loading, trimmed, line, options)
        : load(loading, trimmed, line, options);
      if (error) return failed(error);
    }
  }
  if (!loading) return { ok: true, rules, counts };
  return failed({ message: `COMMIT expected at line ${line}`, exit: 1, bare: true });
}

const lineFailed = (line: number, why?: string): CommandError => ({
  message: `line ${line} failed${why === undefined ? '' : `: ${why}`}`,
  exit: 1,
  bare: true,
});

const malformed = (line: number, what: string): CommandError => ({
  message: `iptables-restore: line ${line} ${what}`,
  exit: 2,
  hint: true,
});

const noTable = (name: string, line: number): CommandError =>
  malformed(line, `table name ${name === '' ? '' : `'${name}' `}invalid`);

const kernelRefused = (errno: string, chain: string, line: number): CommandError => ({
  message: `\nline ${line}: RULE_APPEND failed (${errno}): rule in chain ${chain}`,
  exit: 4,
});

function opened(rules: Ruleset, name: TableName, options: RestoreOptions): Loading['chains'] {
  const table = (options.noflush ? findTable(rules, name) : undefined) ?? emptyTable(name);
  return new Map(
    table.chains.map(({ name: chain, policy, rules: list }) => [
      chain,
      { ...(policy ? { policy } : {}), rules: [...list] },
    ]),
  );
}

/** The first jump to a chain that is not there. */
function missingChain({ chains, name }: Loading): CommandError | undefined {
  for (const { rules } of chains.values()) {
    for (const { target } of rules) {
      if (!target || isTarget(target.name) || chains.has(target.name)) continue;
      if (builtInChains[name].includes(target.name)) continue;
      return { message: `Chain '${target.name}' does not exist`, exit: 2, hint: true };
    }
  }
  return undefined;
}

/** A `:CHAIN POLICY [packets:bytes]` line. */
function declare(
  loading: Loading,
  text: string,
  line: number,
  options: RestoreOptions,
): CommandError | undefined {
  const [name = '', policy, counters] = text.slice(1).split(/\s+/);
  if (name === '') return malformed(line, 'chain name invalid');
  if (name.length > 28) {
    const message = `chain name \`${name}' too long (must be under 29 chars)`;
    return { message, exit: 2, hint: true };
  }
  if (policy === undefined) return malformed(line, 'policy invalid');
  if (options.counters && counters !== undefined && !/^\[\d+:\d+\]$/.test(counters)) {
    return { message: `invalid policy counters for chain '${name}'`, exit: 2, hint: true };
  }
  const chain = loading.chains.get(name);
  if (!builtInChains[loading.name].includes(name)) {
    if (chain) chain.rules.length = 0;
    else loading.chains.set(name, { rules: [] });
    return undefined;
  }
  if (policy !== 'ACCEPT' && policy !== 'DROP' && policy !== '-') {
    return lineFailed(line, 'Bad policy name.');
  }
  if (chain && policy !== '-') chain.policy = policy;
  return undefined;
}

/** A command line inside a table. */
function load(
  loading: Loading,
  text: string,
  line: number,
  { family = 'IPv4', ...names }: RestoreOptions,
): CommandError | undefined {
  const counted = /^\[(\d+):(\d+)\]\s*/.exec(text);
  if (text.startsWith('[') && !counted) {
    const what = text.includes(']') ? 'invalid counters' : 'need ]';
    return { message: `Bad line ${line}: ${what}\n`, exit: 2, hint: true };
  }
  const words = splitWords(counted ? text.slice(counted[0].length) : text);
  if (words === undefined) return lineFailed(line);
  if (words.some((word) => word === '-t' || word === '--table')) {
    const message = `The -t option cannot be used in iptables-restore.\n`;
    return { message, exit: 2, hint: true };
  }
  // A chain may still come: whether it is there is asked at COMMIT.
  const has = (_table: string, name: string) =>
    (loading.chains.has(name) || !isTarget(name)) && !builtInChains[loading.name].includes(name);
  const command = looksUp(text, names)
    ? parseCommand(words, has, loading.name, family, names)
    : parseOnce(text, words, has, loading.name, family);
  if (isCommandError(command)) {
    return command.exit === 4
      ? { ...command, message: `\nline ${line}:${command.message}: rule in chain ${words[1]}` }
      : command;
  }
  if (command.act === 'A') {
    const chain = loading.chains.get(command.chain as string);
    if (!chain) return lineFailed(line, edit.noChain.message);
    const [packets, bytes] = command.counters ?? [Number(counted?.[1]), Number(counted?.[2])];
    command.rules.forEach((_rule, index) => {
      if (!(packets >= 0)) return;
      const at = { table: loading.name, chain: command.chain as string };
      loading.counts.push({ ...at, index: chain.rules.length + index, packets, bytes });
    });
    for (const rule of command.rules) loading.lines.set(rule, line);
    chain.rules.push(...command.rules);
    return undefined;
  }
  return applyTo(loading, command, line);
}

/** Whether a line asks for what is not in it: a set, or a host by its name. */
const looksUp = (text: string, { hasSet, hostAddress }: RestoreOptions) =>
  (hasSet && /--(match|add|del|map)-set/.test(text)) ||
  (hostAddress && / (-[sd]|--(source|src|destination|dst)) \S*[a-z]/.test(text));

/** A command that was read, and what it was told of the chains that it asked for. */
interface Read {
  readonly command: Command;
  readonly asked: readonly (readonly [table: string, name: string, there: boolean])[];
}

type Has = Parameters<typeof parseCommand>[1];

const read = new Map<string, Read>();
const MOST_READ = 20_000;

/**
 * Each node loads nearly the same rules again and again, so a command is read once: the answer
 * hangs on nothing but its words and on which chains there are.
 */
function parseOnce(
  text: string,
  words: readonly string[],
  has: Has,
  table: TableName,
  family: Family,
): Command | CommandError {
  const key = `${family} ${table} ${text}`;
  const known = read.get(key);
  if (known?.asked.every(([of, name, there]) => has(of, name) === there)) {
    return known.command;
  }
  const asked: [string, string, boolean][] = [];
  const ask: Has = (of, name) => {
    const there = has(of, name);
    asked.push([of, name, there]);
    return there;
  };
  const command = parseCommand(words, ask, table, family);
  if (isCommandError(command)) return command;
  if (read.size >= MOST_READ) read.clear();
  read.set(key, freeze({ command, asked }));
  return command;
}

/** The rarer commands (-I, -D, -X …) go through the table as a value. */
function applyTo(loading: Loading, command: Command, line: number): CommandError | undefined {
  const table: Table = {
    name: loading.name,
    chains: [...loading.chains].map(([name, chain]) => ({ name, ...chain })),
  };
  const edited = applyCommand(table, command);
  if (isCommandError(edited)) {
    if (edited.exit === 4) return { ...edited, message: `\nline ${line}:${edited.message}` };
    return edited.exit === 1 ? lineFailed(line, edited.message.replace(/ Run .*/, '')) : edited;
  }
  loading.chains.clear();
  for (const { name, policy, rules } of edited.chains) {
    loading.chains.set(name, { ...(policy ? { policy } : {}), rules: [...rules] });
  }
  return undefined;
}

/** The table after a command that changes rules. Listing commands change nothing. */
export function applyCommand(table: Table, command: Command): Table | CommandError {
  const { act, rules } = command;
  const chain = command.chain as string;
  switch (act) {
    case 'A':
      return edit.append(table, chain, rules);
    case 'I':
      return edit.insert(table, chain, command.number ?? 1, rules);
    case 'R':
      return edit.replace(table, chain, command.number as number, rules[0] as Rule);
    case 'D':
      return command.number === undefined
        ? edit.remove(table, chain, rules)
        : edit.removeAt(table, chain, command.number);
    case 'N':
      return edit.addChain(table, chain);
    case 'F':
      return edit.flush(table, command.chain);
    case 'X':
      return edit.removeChain(table, command.chain);
    case 'E':
      return edit.renameChain(table, chain, command.argument as string);
    case 'P': {
      const policy = command.argument;
      if (policy === 'ACCEPT' || policy === 'DROP') return edit.setPolicy(table, chain, policy);
      return edit.badPolicy;
    }
    default:
      return table;
  }
}

/** The finished table; chains equal to their predecessors are those predecessors. */
function close(loading: Loading, before: Table | undefined): Table {
  const old = new Map(before?.chains.map((chain) => [chain.name, chain]));
  const chains = [...loading.chains].map(([name, { policy, rules }]): Chain => {
    const previous = old.get(name);
    const same =
      previous &&
      previous.policy === policy &&
      previous.rules.length === rules.length &&
      rules.every((rule, index) => equal(rule, previous.rules[index]));
    return same ? previous : { name, ...(policy ? { policy } : {}), rules };
  });
  return { name: loading.name, chains };
}
