import { ruleHashes } from './names.ts';

/** A rule before it has its hash: matches and action in the order felix writes them. */
export interface FelixRule {
  readonly match?: readonly string[];
  readonly action?: string;
  readonly comments?: readonly string[];
}

export interface FelixChain {
  readonly name: string;
  readonly rules: readonly FelixRule[];
}

/** Bits of the packet's mark that Calico uses. */
export const MARK = { accept: 0x10000, pass: 0x20000, scratch0: 0x40000, scratch1: 0x80000 };
export const ALL_MARKS = MARK.accept | MARK.pass | MARK.scratch0 | MARK.scratch1;

const hex = (value: number) => `0x${value.toString(16)}`;

export const jump = (chain: string) => `--jump ${chain}`;
export const goto = (chain: string) => `--goto ${chain}`;
export const setMark = (bits: number) => `--jump MARK --set-mark ${hex(bits)}/${hex(bits)}`;
export const clearMark = (bits: number) => `--jump MARK --set-mark 0/${hex(bits)}`;
/** As Go writes `%#x`: a zero without its prefix. */
export const maskedMark = (bits: number, mask: number) =>
  `--jump MARK --set-mark ${hex(bits)}/${hex(mask)}`;
export const markSet = (bit: number) => `-m mark --mark ${hex(bit)}/${hex(bit)}`;
export const markClear = (bits: number) => `-m mark --mark 0/${hex(bits)}`;
export const inSet = (name: string, side: string, negated = false) =>
  `-m set ${negated ? '! ' : ''}--match-set ${name} ${side}`;
export const ctstate = (state: string) => `-m conntrack --ctstate ${state}`;

export const ACCEPT = jump('ACCEPT');
export const DROP = jump('DROP');
export const RETURN = jump('RETURN');

/** The rule in the long words that its hash is made of. */
function rendered(chain: string, { match = [], action, comments = [] }: FelixRule, head: string) {
  const remarks = comments.map((text) => `-m comment --comment "${commentText(text)}"`);
  return ['-A', chain, head, ...remarks, ...match, ...(action ? [action] : [])].join(' ');
}

/** Signs that a comment may have; all others become `_`, and what is too long is cut. */
function commentText(text: string): string {
  return text.replace(/[^\w @%+=:,./-]/g, '_').slice(0, 256);
}

/** A chain's rules as lines of `iptables-restore`, each with its hash. */
export function chainLines({ name, rules }: FelixChain): readonly string[] {
  const hashes = ruleHashes(
    name,
    rules.map((rule) => rendered(name, rule, 'HASH')),
  );
  return rules.map((rule, index) =>
    rendered(name, rule, `-m comment --comment "cali:${hashes[index]}"`),
  );
}

/** The chain that a rule leads to, if it leads to one. */
export function targetOf({ action }: FelixRule): string | undefined {
  return /^--(?:jump|goto) (\S+)/.exec(action ?? '')?.[1];
}
