import type { Family } from './address.ts';
import type { CommandError } from './parse-rule.ts';
import { createRuleReader, isCommandError, wrong, type RuleReader } from './parse-rule.ts';
import { standardTargets, targets } from './catalog.ts';
import type { Rule } from './rules.ts';

/** What one command line of `iptables` asks for. */
export interface Command {
  readonly table: string;
  readonly act: Act;
  readonly chain?: string;
  /** Rule number, counting from 1. */
  readonly number?: number;
  readonly rules: readonly Rule[];
  /** New name of a chain, or its policy. */
  readonly argument?: string;
  readonly numeric: boolean;
  readonly verbose: boolean;
  readonly exact: boolean;
  readonly lineNumbers: boolean;
  /** Lines for standard error that refuse nothing. */
  readonly warnings: readonly string[];
  /** Counters that the new rules begin with. */
  readonly counters?: readonly [packets: number, bytes: number];
}

export type Act =
  'A' | 'C' | 'D' | 'I' | 'R' | 'L' | 'S' | 'F' | 'Z' | 'N' | 'X' | 'P' | 'E' | 'V' | 'h';

const acts: Readonly<Record<string, Act>> = {
  '--append': 'A',
  '--check': 'C',
  '--delete': 'D',
  '--insert': 'I',
  '--replace': 'R',
  '--list': 'L',
  '--list-rules': 'S',
  '--flush': 'F',
  '--zero': 'Z',
  '--new-chain': 'N',
  '--new': 'N',
  '--delete-chain': 'X',
  '--policy': 'P',
  '--rename-chain': 'E',
  '--version': 'V',
  '--help': 'h',
};

const flags: Readonly<Record<string, string>> = {
  '--numeric': 'n',
  '--verbose': 'v',
  '--exact': 'x',
  '--line-numbers': '0',
  '--ipv4': '4',
  '--ipv6': '6',
  '--wait': 'w',
  '--table': 't',
  '--set-counters': 'c',
  '--wait-interval': 'W',
  '--modprobe': 'M',
};

/** Long options that stand beside those of rules, which can be shortened to the same letters. */
const OWN = [
  ...Object.keys(acts),
  ...Object.keys(flags),
  ...['--source', '--destination', '--protocol', '--in-interface', '--out-interface'],
  ...['--match', '--jump', '--goto', '--fragments', '--src', '--dst'],
];

interface Draft {
  table: string;
  act?: Act;
  chain?: string;
  number?: number;
  argument?: string;
  flags: Set<string>;
  counters?: readonly [packets: number, bytes: number];
}

/** Names that are looked up while a rule is read. */
export interface LookUps {
  /** Whether ipset knows a set; without it every set is taken to be there. */
  readonly hasSet?: (name: string) => boolean;
  /** Address of a name in /etc/hosts. */
  readonly hostAddress?: (name: string) => string | undefined;
}

/**
 * Reads one command line without the tool's name. `hasChain` tells whether a table has a chain of
 * the user's (built-in ones cannot be jumped to).
 */
export function parseCommand(
  words: readonly string[],
  hasChain: (table: string, chain: string) => boolean,
  defaultTable = 'filter',
  family: Family = 'IPv4',
  names: LookUps = {},
): Command | CommandError {
  const draft: Draft = { table: tableNamed(words) ?? defaultTable, flags: new Set() };
  const reader = createRuleReader((name) => hasChain(draft.table, name), family, names);
  let index = 0;
  let invert = false;
  while (index < words.length) {
    const word = words[index] as string;
    if (word === '!') {
      if (words[index + 1] === '!') return wrong('multiple consecutive ! not allowed');
      if (words[index + 1]?.startsWith('-') !== true)
        return wrong('nothing appropriate following !');
      invert = true;
      index += 1;
      continue;
    }
    const extended = reader.knows(word.split('=')[0] ?? '');
    const own = extended ? undefined : takeOwn(draft, words, index, family);
    const next = own ?? reader.take(words, index, invert);
    if (isCommandError(next)) return next;
    if (own !== undefined && invert) return wrong(`unexpected ! flag before --${word.slice(2)}`);
    index = next;
    invert = false;
  }
  return finish(draft, reader.finish(), reader);
}

/** The table is needed before anything else is read, wherever it stands. */
function tableNamed(words: readonly string[]): string | undefined {
  let found: string | undefined;
  words.forEach((word, index) => {
    if (word === '-t' || word === '--table') found = words[index + 1];
    else if (word.startsWith('--table=')) found = word.slice(8);
    else if (/^-t./.test(word)) found = word.slice(2);
  });
  return found;
}

/** Long names may be shortened to what is the beginning of one only (`getopt_long`). */
function wholeName(given: string): string {
  if (!given.startsWith('--') || given.length < 4 || OWN.includes(given)) return given;
  const fitting = OWN.filter((name) => name.startsWith(given));
  return fitting.length === 1 ? (fitting[0] as string) : given;
}

/** A command or a flag of the tool itself; undefined if the word belongs to a rule. */
function takeOwn(
  draft: Draft,
  words: readonly string[],
  index: number,
  family: Family,
): number | CommandError | undefined {
  const word = words[index] as string;
  const [given = word, attached] = word.startsWith('--') ? word.split('=') : [word];
  const long = wholeName(given);
  if (acts[long] !== undefined) return setAct(draft, acts[long] as Act, attached, words, index + 1);
  if (flags[long] !== undefined)
    return setFlag(draft, flags[long] as string, attached, words, index + 1);
  if (!/^-[A-Za-z046]/.test(word)) return undefined;
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] as string;
    const rest = word.slice(at + 1);
    if (/[ACDIRLSFZNXPEVh]/.test(letter)) {
      return setAct(draft, letter as Act, rest === '' ? undefined : rest, words, index + 1);
    }
    if (/[tcwWM]/.test(letter))
      return setFlag(draft, letter, rest === '' ? undefined : rest, words, index + 1);
    if (letter === (family === 'IPv4' ? '6' : '4')) return { ...wrong(''), plain: true };
    if (!/[nvx046]/.test(letter) || word === '-0') return at === 1 ? undefined : takeRest(letter);
    draft.flags.add(letter);
  }
  return index + 1;
}

const takeRest = (letter: string) => wrong(`unknown option "-${letter}"`);

function setFlag(
  draft: Draft,
  letter: string,
  attached: string | undefined,
  words: readonly string[],
  next: number,
): number | CommandError {
  draft.flags.add(letter);
  if (letter === 't') {
    if (attached === undefined && words[next] === undefined)
      return wrong('option "-t" requires an argument');
    return attached === undefined ? next + 1 : next;
  }
  // The lock that -w waits for is never held here.
  if (letter === 'M') return attached === undefined ? next + 1 : next;
  if (letter === 'w' || letter === 'W')
    return attached === undefined && /^\d+$/.test(words[next] ?? '') ? next + 1 : next;
  if (letter !== 'c') return next;
  if (!isArgument(words[next]) || !isArgument(words[next + 1])) {
    return wrong('-c requires packet and byte counter');
  }
  if (!/^\d+$/.test(words[next] ?? '')) return wrong('-c packet counter not numeric');
  if (!/^\d+$/.test(words[next + 1] ?? '')) return wrong('-c byte counter not numeric');
  draft.counters = [Number(words[next]), Number(words[next + 1])];
  return next + 2;
}

const isArgument = (word: string | undefined) =>
  word !== undefined && !word.startsWith('-') && word !== '!';

function setAct(
  draft: Draft,
  act: Act,
  attached: string | undefined,
  words: readonly string[],
  next: number,
): number | CommandError {
  const zeroing = draft.act !== undefined && `${draft.act}${act}`.match(/^([LSFN]Z|Z[LSFN])$/);
  if (draft.act !== undefined && !zeroing) return wrong(`Cannot use -${act} with -${draft.act}\n`);
  if (zeroing) draft.flags.add('Z');
  if (!zeroing || act !== 'Z') draft.act = act;
  const optional = 'LSFZX'.includes(act);
  let index = next;
  const take = () => (isArgument(words[index]) ? words[index++] : undefined);
  if (act === 'V' || act === 'h') return index;
  const chain = attached ?? take();
  if (chain === undefined) return optional ? index : wrong(`option "-${act}" requires an argument`);
  draft.chain = chain;
  if ('ARDIC'.includes(act) || act === 'N') {
    const bad = chainName(chain, act);
    if (bad) return bad;
  }
  if (act === 'P' || act === 'E') {
    draft.argument = take();
    if (draft.argument === undefined) {
      const what = act === 'P' ? 'a chain and a policy' : 'old-chain-name and new-chain-name';
      return wrong(`-${act} requires ${what}`);
    }
    const bad = act === 'E' && /^[-!]/.test(draft.argument);
    return bad ? (chainName(draft.argument, 'N') ?? index) : index;
  }
  if (!'DIRLSZ'.includes(act)) return index;
  const number = take();
  if (number === undefined) return act === 'R' ? wrong('-R requires a rule number') : index;
  if (!/^\d+$/.test(number) || Number(number) === 0)
    return wrong(`Invalid rule number \`${number}'`);
  draft.number = Number(number);
  return index;
}

function chainName(name: string, act: Act): CommandError | undefined {
  if (act !== 'N') return undefined;
  if (name.length > 28) return wrong(`chain name \`${name}' too long (must be under 29 chars)`);
  if (/^[-!]/.test(name) || name === '')
    return wrong(`chain name not allowed to start with \`${name[0] ?? ''}'\n`);
  if (/\s/.test(name)) return wrong(`Invalid chain name \`${name}'`);
  const target = [...standardTargets, 'QUEUE'].includes(name) || targets.has(name);
  if (target) return wrong('chain name may not clash with target name');
  return undefined;
}

/** Devices that a packet cannot have yet, or no longer, in a built-in chain. */
function wrongDevice(chain: string | undefined, rule: Rule | undefined): CommandError | undefined {
  if (rule?.outInterface && (chain === 'PREROUTING' || chain === 'INPUT')) {
    return wrong(`Can't use -o with ${chain}\n`);
  }
  if (rule?.inInterface && (chain === 'POSTROUTING' || chain === 'OUTPUT')) {
    return wrong(`Can't use -i with ${chain}\n`);
  }
  return undefined;
}

/** Options in the order in which they are looked at, and those that a command does not take. */
const ORDER = 'nsdpjvxio0cf';
const LISTING = 'nsdpjxio0cf';
const ILLEGAL: Readonly<Record<string, string>> = {
  ...{ I: 'nx0', A: 'nx0', R: 'nx0', D: 'nx0c', C: 'nx0c', d: LISTING, L: 'sdpjiocf' },
  ...{ F: LISTING, Z: LISTING, N: LISTING, X: LISTING, E: LISTING, S: LISTING },
  P: 'nsdpjxio0f',
};

const NO_FILTER =
  '\nThe "nat" table is not intended for filtering, ' +
  'the use of DROP is therefore inhibited.\n\n';

function finish(
  draft: Draft,
  rules: readonly Rule[] | CommandError,
  { warnings, used }: Pick<RuleReader, 'warnings' | 'used'>,
): Command | CommandError {
  if (draft.act === undefined) return wrong('no command specified');
  if (isCommandError(rules)) return rules;
  const drops = draft.argument === 'DROP' || rules.some(({ target }) => target?.name === 'DROP');
  if (draft.table === 'nat' && drops) return wrong(NO_FILTER);
  const takesRule = 'ACDIR'.includes(draft.act);
  const device = takesRule ? wrongDevice(draft.chain, rules[0]) : undefined;
  if (device) return device;
  if (draft.flags.has('W') && !draft.flags.has('w')) {
    return wrong('--wait-interval only makes sense with --wait\n');
  }
  const letters = new Set([...draft.flags, ...used, ...(draft.counters ? ['c'] : [])]);
  const numbered = draft.act === 'D' && draft.number !== undefined ? 'd' : draft.act;
  const illegal = [...ORDER].find(
    (letter) => letters.has(letter) && ILLEGAL[numbered]?.includes(letter),
  );
  if (illegal) return wrong(`Illegal option \`-${illegal}' with this command`);
  if (draft.act === 'R' && rules.length > 1) {
    return wrong('Replacement rule does not specify a unique address');
  }
  return {
    table: draft.table,
    act: draft.act,
    ...(draft.chain === undefined ? {} : { chain: draft.chain }),
    ...(draft.number === undefined ? {} : { number: draft.number }),
    ...(draft.argument === undefined ? {} : { argument: draft.argument }),
    rules: takesRule && !(draft.act === 'D' && draft.number !== undefined) ? rules : [],
    numeric: draft.flags.has('n'),
    verbose: draft.flags.has('v'),
    exact: draft.flags.has('x'),
    lineNumbers: draft.flags.has('0'),
    warnings,
    ...(draft.counters ? { counters: draft.counters } : {}),
  };
}
