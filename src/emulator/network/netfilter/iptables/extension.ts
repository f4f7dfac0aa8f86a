import type { Family } from './address.ts';
import type {
  Extension,
  MatchContext,
  MatchPacket,
  Rule,
  RuleRef,
  RuleVerdict,
  SetChange,
  TableName,
} from './rules.ts';

/** One option of an extension, as it stands in a rule. */
export type Option = Extension['options'][number];
export type Options = readonly Option[];

/** Why words could not be read; `text` is the tool's own message. */
export interface ReadError {
  readonly error: string;
}

export function isReadError(value: unknown): value is ReadError {
  return typeof value === 'object' && value !== null && 'error' in value;
}

/** How one option of a match or target is written. */
export interface OptionDefinition {
  readonly flag: string;
  readonly aliases?: readonly string[];
  /** Number of words after the flag; `optional` takes a word that is no option. */
  readonly values: number;
  readonly optional?: boolean;
  readonly invertible?: boolean;
  /** The rule is refused without it. */
  readonly required?: boolean;
  /** Options that cannot stand beside it, and those that must. */
  readonly excludes?: readonly string[];
  readonly needs?: readonly string[];
  /** How messages call it where its flag is an alias there. */
  readonly title?: string;
  /** Text for a second use; the usual one where it is left out. */
  readonly onceText?: string;
  /** The last one counts. */
  readonly repeats?: boolean;
  /** Brings the words into the form in which the tool prints them. */
  readonly read?: (values: readonly string[], names: ReadNames) => readonly string[] | ReadError;
}

/** Names that the tool looks up while reading. */
export interface ReadNames {
  port(name: string): number | undefined;
  /** Number of a protocol's name. */
  protocolNumber?(name: string): number | undefined;
  readonly protocol?: string;
  readonly inverted?: boolean;
  /** Address of a name in /etc/hosts. */
  hostAddress?(name: string): string | undefined;
  /** A line for standard error that refuses nothing. */
  warn?(text: string): void;
  /** Whether the extension has an option already. */
  given?(flag: string): boolean;
  readonly family: Family;
  /** Whether ipset knows a set; without it every set is taken to be there. */
  hasSet?(name: string): boolean;
}

/** Names that `-L` looks up while printing; with `-n` it asks for none. */
export interface PrintNames {
  readonly numeric: boolean;
  readonly family?: Family;
  port(port: number, protocol: string): string | undefined;
  host(address: string): string | undefined;
}

/** What one packet's way through a chain carries along. */
export interface Walk {
  readonly packet: MatchPacket;
  readonly source: number;
  readonly destination: number;
  /** Addresses of IPv6 packets in groups; the numbers are 0 then. */
  readonly source6?: readonly number[];
  readonly destination6?: readonly number[];
  readonly context: MatchContext;
  readonly table: TableName;
  /** The built-in chain that the packet is in. */
  readonly base: string;
  mark: number;
  connectionMark: number | undefined;
  /** Rules that were looked at, as the kernel does it: one after the other. */
  compared: number;
  ttl?: number;
  zone?: number;
  readonly sets: SetChange[];
  /** The rule that is being looked at. */
  at: RuleRef;
  readonly recent: { list: string; address: string; act: 'set' | 'update' | 'remove' }[];
  readonly log: string[];
}

/** Texts of the errors with which the kernel refuses a rule. */
export type Errno = 'Invalid argument' | 'No such file or directory' | 'Operation not supported';

export type Test = (walk: Walk) => boolean;
/** What a target does: decides, or (undefined) lets the packet go on to the next rule. */
export type Act = (walk: Walk) => RuleVerdict | undefined;

/** One match or target: how it is written, printed and applied. */
export interface ExtensionDefinition {
  readonly name: string;
  readonly kind: 'match' | 'target';
  /** The only family that has it. */
  readonly family?: Family;
  readonly options: readonly OptionDefinition[];
  /** Protocols that a rule must name before this match or target may be used. */
  readonly protocol?: readonly string[];
  /** Text where the rule does not name such a protocol; otherwise the kernel refuses the rule. */
  readonly protocolText?: string;
  /** Tables and built-in chains in which the kernel takes the match or target. */
  readonly tables?: readonly TableName[];
  readonly hooks?: readonly string[];
  /** Puts options in order, adds what the tool adds, refuses what it refuses. */
  readonly finish?: (
    options: Options,
    protocol: string | undefined,
    family: Family,
  ) => Options | ReadError;
  /** What the kernel says about options that the tool took. */
  readonly refuses?: (options: Options, rule: Rule, hook: string | undefined) => Errno | undefined;
  /** Text in `-L`, each part with its leading blank. */
  readonly list: (options: Options, names: PrintNames, protocol: string) => string;
  readonly test?: (options: Options) => Test;
  readonly act?: (options: Options) => Act;
}

/** The option with this flag, if it was given. */
export function option(options: Options, flag: string): Option | undefined {
  return options.find((each) => each.flag === flag);
}

/** First word of an option, or undefined if it was not given. */
export function value(options: Options, flag: string): string | undefined {
  return option(options, flag)?.values[0];
}

/** Options in the order of the flags; others after them. */
export function inOrder(options: Options, flags: readonly string[]): Options {
  const rank = (each: Option) => {
    const index = flags.indexOf(each.flag);
    return index < 0 ? flags.length : index;
  };
  return [...options].sort((a, b) => rank(a) - rank(b));
}

/** `!` with a blank where an option is inverted. */
export function not(each: Option | undefined): string {
  return each?.invert ? '!' : '';
}

/** A whole number in C notation (decimal, 0x, leading 0) within bounds, or undefined. */
export function readNumber(text: string, max: number): number | undefined {
  if (!/^(0[xX][0-9a-fA-F]+|\d+)$/.test(text)) return undefined;
  const number = /^0\d/.test(text) ? parseInt(text, 8) : Number(text);
  return Number.isInteger(number) && number <= max ? number : undefined;
}

/** `value/mask` of marks; the mask is all ones where it is left out. */
export function readMark(text: string): { value: number; mask: number } | undefined {
  const [head = '', tail, ...more] = text.split('/');
  const mark = readNumber(head, 0xffffffff);
  const mask = tail === undefined ? 0xffffffff : readNumber(tail, 0xffffffff);
  if (more.length > 0 || mark === undefined || mask === undefined) return undefined;
  return { value: mark, mask };
}

export function hex(number: number): string {
  return `0x${(number >>> 0).toString(16)}`;
}
