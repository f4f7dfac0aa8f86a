import type { Family } from './address.ts';
import type { PrintNames } from './extension.ts';
import { parseCommand, type Command } from './command.ts';
import { findRule, tableOf } from './edit.ts';
import { helpText, restoreHelp } from './help.ts';
import { listRule, listTable, ruleLine, type ListOptions } from './list.ts';
import { serviceName } from './names.ts';
import { applyCommand, restore, type RestoreOptions, type RuleCount } from './parse.ts';
import { isCommandError, type CommandError } from './parse-rule.ts';
import { printCommands, printRule, printTable, type ChainCounters } from './print.ts';
import type { Chain, Ruleset, Table, TableName } from './rules.ts';
import {
  builtInChains,
  findChain,
  findTable,
  isTableName,
  sortChains,
  tableOrder,
  withTable,
} from './tables.ts';
import { refusal } from './validate.ts';

/** The two ways in which iptables is built. Their messages differ. */
export type Backend = 'nf_tables' | 'legacy';

/** What the tools see of a host. */
export interface ToolHost {
  readonly backend: Backend;
  /** `IPv6` for ip6tables and its companions. */
  readonly family?: Family;
  readonly rules: Ruleset;
  hasSet?(name: string): boolean;
  counters(table: string, chain: string): ChainCounters;
  /** Names of addresses in /etc/hosts. */
  hostName(address: string): string | undefined;
  /** Address of such a name. */
  hostAddress?(name: string): string | undefined;
}

/** What a tool printed, and what it changes. */
export interface ToolResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly rules?: Ruleset;
  readonly zero?: { readonly table: TableName; readonly chain?: string };
  /** Counters that rules begin with. */
  readonly counts?: readonly RuleCount[];
  /** A file that the output goes to instead. */
  readonly file?: { readonly path: string; readonly text: string };
}

const VERSION = 'v1.8.9';
const UPGRADE = 'Perhaps iptables or your kernel needs to be upgraded.';

/** `iptables v1.8.9 (nf_tables)`, or `… (legacy)`. */
export function versionText(name: string, backend: Backend): string {
  return `${name} ${VERSION} (${backend})`;
}

const done = (stdout: string): ToolResult => ({ stdout, stderr: '', exit: 0 });

/** A message in the form that `xtables_error` gives it. */
export function failed(name: string, backend: Backend, error: CommandError): ToolResult {
  const { message, exit, hint, bare } = error;
  if (message.endsWith('is not modelled here')) {
    return { stdout: '', stderr: `${name}: ${message}\n`, exit: 2 };
  }
  const head = error.plain ? '' : bare ? `${name}: ` : `${versionText(name, backend)}: `;
  const tail = hint ? `Try \`${name} -h' or '${name} --help' for more information.\n` : '';
  return { stdout: '', stderr: `${head}${message}\n${tail}`, exit };
}

/** Runs `iptables` with the words after its name. */
export function runIptables(name: string, words: readonly string[], host: ToolHost): ToolResult {
  const has = (table: string, chain: string) =>
    isTableName(table) &&
    !builtInChains[table].includes(chain) &&
    findChain(findTable(host.rules, table), chain) !== undefined;
  const command = parseCommand(words, has, 'filter', host.family, host);
  const fail = (error: CommandError) => failed(name, host.backend, error);
  if (isCommandError(command)) {
    const { missing } = command;
    if (host.backend !== 'legacy' || missing === undefined) return fail(command);
    return fail(notLoaded(command, missing));
  }
  if (command.act === 'V') return done(`${versionText(name, host.backend)}\n`);
  if (command.act === 'h') return done(helpText(name, versionText(name, host.backend)));
  const { table } = command;
  if (!isTableName(table)) return fail(noTable(table, host.backend));
  const loaded = tableOf(host.rules, table);
  switch (command.act) {
    case 'L':
    case 'S':
      return show(name, command, loaded, host);
    case 'Z':
      if (command.chain !== undefined && !findChain(loaded, command.chain)) {
        return fail(missingChain(command.chain));
      }
      return { ...done(''), zero: { table, ...(command.chain ? { chain: command.chain } : {}) } };
    case 'C': {
      const found = command.rules.map((rule) => findRule(loaded, command.chain as string, rule));
      return found.every((at) => typeof at === 'number')
        ? done('')
        : fail(found.find(isCommandError) as CommandError);
    }
    default:
      return change(command, loaded, host, fail);
  }
}

function change(
  command: Command,
  loaded: Table,
  host: ToolHost,
  fail: (error: CommandError) => ToolResult,
): ToolResult {
  // The newer back end makes a table when it is first used: until then its chains are not there.
  const unused = host.backend === 'nf_tables' && !findTable(host.rules, loaded.name);
  const places = command.act === 'R' || (command.act === 'D' && command.number !== undefined);
  if (unused && places) return fail(missingChain(command.chain ?? ''));
  const edited = applyCommand(loaded, command);
  const stderr = command.warnings.join('');
  if (isCommandError(edited)) {
    const busy = host.backend === 'legacy' && edited.exit === 4;
    return fail(busy ? { message: 'Directory not empty.', exit: 1, bare: true } : edited);
  }
  const refused = 'AIRPE'.includes(command.act) ? refusal(edited) : undefined;
  if (refused) {
    const chain = command.chain ?? refused.chain;
    return fail(kernelError(refused.errno, chain, host.backend, command.act));
  }
  return {
    ...done(verboseText(command, loaded)),
    stderr,
    rules: withTable(host.rules, edited),
    ...startOf(command, edited),
  };
}

/** What `-v` tells of a change: the rules as they were read, or the chains that are emptied. */
function verboseText(command: Command, table: Table): string {
  if (!command.verbose) return '';
  const chains = sortChains(table.name, table.chains);
  const named = chains.filter(({ name }) => command.chain === undefined || name === command.chain);
  switch (command.act) {
    case 'F':
      return named.map(({ name }) => `Flushing chain \`${name}'\n`).join('');
    case 'X':
      return named
        .filter(({ policy }) => policy === undefined)
        .map(({ name }) => `Deleting chain \`${name}'\n`)
        .join('');
    case 'A':
    case 'I':
    case 'R':
      return command.rules.map((rule) => `${ruleLine(rule)}\n`).join('');
    case 'D':
      return command.number === undefined
        ? command.rules.map((rule) => `${ruleLine(rule)}\n`).join('')
        : '';
    default:
      return '';
  }
}

/** Counters that new rules begin with (`-c`). */
function startOf({ counters, act, chain, number, rules }: Command, table: Table) {
  if (!counters || chain === undefined) return {};
  const length = findChain(table, chain)?.rules.length ?? 0;
  const first = act === 'A' ? length - rules.length : (number ?? 1) - 1;
  const [packets, bytes] = counters;
  const start = rules.map((_rule, index) => ({ index: first + index, packets, bytes }));
  return { counts: start.map((each) => ({ table: table.name, chain, ...each })) };
}

/** What the older back end says of a chain that is not there: it looks for a module first. */
function notLoaded(error: CommandError, missing: 'target' | 'goto'): CommandError {
  const name = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const message =
    missing === 'goto'
      ? `goto '${name}' is not a chain`
      : `Couldn't load target \`${name}':No such file or directory\n`;
  return { ...error, message };
}

const missingChain = (_chain: string): CommandError => ({
  message: 'No chain/target/match by that name.',
  exit: 1,
  bare: true,
});

const kernelActs: Readonly<Record<string, string>> = { I: 'INSERT', R: 'REPLACE' };

function kernelError(errno: string, chain: string, backend: Backend, act: string): CommandError {
  if (backend === 'legacy') {
    const message =
      errno === 'Invalid argument'
        ? "Invalid argument. Run `dmesg' for more information."
        : 'Too many levels of symbolic links.';
    return { message, exit: 1, bare: true };
  }
  const kind = `RULE_${kernelActs[act] ?? 'APPEND'}`;
  return { message: ` ${kind} failed (${errno}): rule in chain ${chain}`, exit: 4 };
}

function noTable(table: string, backend: Backend): CommandError {
  if (backend === 'nf_tables') {
    return {
      message: `table '${table}' does not exist\n${UPGRADE}`,
      exit: 3,
    };
  }
  return {
    message:
      `can't initialize iptables table \`${table}': ` +
      `Table does not exist (do you need to insmod?)\n${UPGRADE}`,
    exit: 3,
  };
}

function show(name: string, command: Command, table: Table, host: ToolHost): ToolResult {
  const only = command.chain === undefined ? undefined : findChain(table, command.chain);
  if (command.chain !== undefined && !only) {
    if (host.backend === 'legacy') return failed(name, host.backend, missingChain(command.chain));
    return failed(name, host.backend, {
      message:
        `chain \`${command.chain}' in table \`${command.table}' ` +
        "is incompatible, use 'nft' tool.",
      exit: 1,
    });
  }
  const counters = (chain: string) => host.counters(table.name, chain);
  if (command.act === 'S') {
    if (only && command.number !== undefined) return done(oneCommand(only, command.number));
    return done(printCommands(table, only, command.verbose ? counters : undefined));
  }
  const names = printNames(command.numeric, host);
  if (only && command.number !== undefined) return done(oneRule(only, command, counters, names));
  return done(listTable(table, only, command, counters, names, host.backend === 'legacy'));
}

function oneCommand(chain: Chain, number: number): string {
  const rule = chain.rules[number - 1];
  return rule ? `${printRule(chain.name, rule)}\n` : '';
}

function oneRule(
  chain: Chain,
  command: Command & ListOptions,
  counters: (chain: string) => ChainCounters,
  names: PrintNames,
): string {
  const index = (command.number as number) - 1;
  const rule = chain.rules[index];
  const counted = counters(chain.name).rules[index] ?? { packets: 0, bytes: 0 };
  return rule ? `${listRule(rule, index, command, counted, names)}\n` : '';
}

function printNames(numeric: boolean, host: ToolHost): PrintNames {
  const { family = 'IPv4' } = host;
  return { numeric, family, port: serviceName, host: (address) => host.hostName(address) };
}

/** Runs `iptables-save`; `date` is the moment as `date -u '+%a %b %e %T %Y'` prints it. */
export function runSave(
  name: string,
  words: readonly string[],
  host: ToolHost,
  date: string,
): ToolResult {
  let only: string | undefined;
  let counted = false;
  let file: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-t' || word === '--table') only = words[++i];
    else if (/^-t./.test(word)) only = word.slice(2);
    else if (word.startsWith('--table=')) only = word.slice(8);
    else if (word === '-c' || word === '--counters') counted = true;
    else if (word === '-V' || word === '--version')
      return done(`${versionText(name, host.backend)}\n`);
    else if (word === '-M' || word === '--modprobe') i += 1;
    else if (word === '-f' || word === '--file') file = words[++i];
    else return saveUsage(name, word);
  }
  if (only !== undefined && !isTableName(only)) {
    if (host.backend === 'legacy')
      return failed(name, host.backend, {
        message: `Cannot initialize: Table does not exist (do you need to insmod?)`,
        exit: 1,
      });
    return { stdout: '', stderr: `Table \`${only}' does not exist\n`, exit: 1 };
  }
  const order = host.backend === 'legacy' ? legacyOrder : tableOrder;
  const tables = order
    .filter((each) => only === undefined || each === only)
    .map((each) => (only === undefined ? findTable(host.rules, each) : tableOf(host.rules, each)))
    .filter((table) => table !== undefined);
  const version = host.backend === 'legacy' ? VERSION : `${VERSION} (nf_tables)`;
  const options = {
    generated: `# Generated by ${name} ${version} on ${date}`,
    completed: `# Completed on ${date}`,
    counters: (table: string, chain: string) => host.counters(table, chain),
    withRuleCounters: counted,
    withPolicyCounters: host.backend === 'legacy',
  };
  const text = tables.map((table) => printTable(table, options)).join('');
  return file === undefined ? done(text) : { ...done(''), file: { path: file, text } };
}

/** /proc/net/ip_tables_names, where the table that was used last comes first. */
const legacyOrder: readonly TableName[] = ['mangle', 'filter', 'nat', 'raw', 'security'];

function saveUsage(name: string, word: string): ToolResult {
  if (!word.startsWith('-')) {
    return { stdout: '', stderr: 'Unknown arguments found on commandline\n', exit: 1 };
  }
  const text = word.startsWith('--')
    ? `unrecognized option '${word}'`
    : `invalid option -- '${word[1]}'`;
  const hint = `Look at manual page \`${name}.8' for more information.\n`;
  return { stdout: '', stderr: `${name}: ${text}\n${hint}`, exit: 1 };
}

/** Flags of `iptables-restore`, read. */
interface RestoreFlags extends RestoreOptions {
  readonly test: boolean;
  readonly version: boolean;
  readonly counters: boolean;
}

/** Runs `iptables-restore` with a text. */
export function runRestore(
  name: string,
  words: readonly string[],
  text: string,
  host: ToolHost,
): ToolResult {
  const flags = restoreFlags(name, words);
  if ('stderr' in flags) return flags;
  if (flags.version) return done(`${versionText(name, host.backend)}\n`);
  const restored = restore(host.rules, text, {
    ...flags,
    family: host.family ?? 'IPv4',
    ...(host.hasSet ? { hasSet: host.hasSet } : {}),
    ...(host.hostAddress ? { hostAddress: host.hostAddress } : {}),
  });
  if (restored.ok) {
    const counts = flags.counters ? { counts: restored.counts } : {};
    return flags.test ? done('') : { ...done(''), rules: restored.rules, ...counts };
  }
  const { line, hint, ...error } = restored.error;
  const failure = failed(name, host.backend, error);
  if (!hint) return failure;
  const help = `Try \`${name} -h' or '${name} --help' for more information.\n`;
  const where = `Error occurred at line: ${line}\n${help}`;
  return { ...failure, stderr: failure.stderr + where };
}

/** The file named on the command line, if any. */
export function restoreFile(words: readonly string[]): string | undefined {
  return words.find(
    (word, index) => !word.startsWith('-') && !/^-(T|-table|W|w|M)$/.test(words[index - 1] ?? ''),
  );
}

function restoreFlags(name: string, words: readonly string[]): RestoreFlags | ToolResult {
  const flags = {
    test: false,
    version: false,
    counters: false,
  } as {
    noflush?: boolean;
    table?: string;
    test: boolean;
    version: boolean;
    counters: boolean;
  };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '-n' || word === '--noflush') flags.noflush = true;
    else if (word === '-t' || word === '--test') flags.test = true;
    else if (word === '-T' || word === '--table') flags.table = words[++i] ?? '';
    else if (word.startsWith('--table=')) flags.table = word.slice(8);
    else if (word === '-V' || word === '--version') flags.version = true;
    else if (word === '-h' || word === '--help') return done(restoreHelp(name));
    else if (word === '-c' || word === '--counters') flags.counters = true;
    else if (/^(-w\d*|--wait(=\d+)?|-v|--verbose)$/.test(word)) continue;
    else if (/^(-W|-M|--modprobe|--wait-interval)$/.test(word)) i += 1;
    else if (word.startsWith('-')) {
      const text = word.startsWith('--')
        ? `unrecognized option '${word}'`
        : `invalid option -- '${word[1]}'`;
      const hint = `Try \`${name} -h' for more information.\n`;
      return { stdout: '', stderr: `${name}: ${text}\n${hint}`, exit: 1 };
    }
  }
  return flags;
}
