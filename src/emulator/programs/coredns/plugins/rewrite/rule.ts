import type { Json } from '../../../../world/json.ts';
import type { ConfigError } from '../../corefile/controller.ts';
import { isError } from '../../corefile/parse.ts';
import { readEdnsRule, type EdnsRule } from './edns-rule.ts';
import { readNameRule, type NameRule } from './name-rule.ts';

export type Match = 'exact' | 'prefix' | 'suffix' | 'substring' | 'regex';
export const matches: readonly string[] = ['exact', 'prefix', 'suffix', 'substring', 'regex'];

/** How a name is found, and what comes in its place. */
export interface Matcher {
  readonly match: Match;
  readonly from: string;
}

export type Rule = { readonly mode: 'stop' | 'continue' } & (
  | NameRule
  | EdnsRule
  | { readonly rule: 'type' | 'class'; readonly from: string; readonly to: string }
  | ({ readonly rule: 'ttl'; readonly least: number; readonly most: number } & Matcher)
  | ({ readonly rule: 'rcode'; readonly old: number; readonly new: number } & Matcher)
  | ({ readonly rule: 'cname'; readonly to: string } & Matcher)
);

const types = new Set(
  (
    'A NS CNAME SOA PTR MX TXT AAAA SRV NAPTR DS RRSIG NSEC DNSKEY ' +
    'CAA ANY HINFO TLSA SVCB HTTPS AXFR IXFR LOC SPF URI'
  ).split(' '),
);
const classes = new Set(['IN', 'CS', 'CH', 'HS', 'NONE', 'ANY']);
export const rcodeNames = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

/** A name in lower case with its final dot (plugin.Name.Normalize). */
export const normalize = (name: string) => `${name.toLowerCase().replace(/\.$/, '')}.`;

/** Reads one rule (rewrite.go: newRule); what is wrong is upstream's text. */
export function readRule(args: readonly string[]): Rule | ConfigError {
  const [first] = args;
  if (first === undefined) return { error: 'no rule type specified for rewrite' };
  let mode: Rule['mode'] = 'stop';
  let [type, rest] = [first.toLowerCase(), args.slice(1)];
  if (type === 'continue' || type === 'stop') {
    if (args.length < 2) return { error: `${type} rule must begin with a rule type` };
    mode = type;
    [type, rest] = [(args[1] as string).toLowerCase(), args.slice(2)];
  }
  const read = readers[type];
  if (!read) {
    if (type === 'answer') return { error: 'response rewrites must begin with a name rule' };
    return { error: `invalid rule type ${JSON.stringify(first)}` };
  }
  const rule = read(rest);
  return isError(rule) ? rule : ({ ...rule, mode } as Rule);
}

type Reader = (args: readonly string[]) => Omit<Rule, 'mode'> | ConfigError;

const readers: Readonly<Record<string, Reader>> = {
  name: readNameRule,
  edns0: readEdnsRule,
  type: (args) => readPair('type', types, args),
  class: (args) => readPair('class', classes, args),
  ttl: readTtlRule,
  rcode: readRcodeRule,
  cname: readCnameRule,
};

function readPair(
  rule: 'type' | 'class',
  known: ReadonlySet<string>,
  args: readonly string[],
): Omit<Rule, 'mode'> | ConfigError {
  if (args.length !== 2) return { error: `${rule} rules must have exactly two arguments` };
  const [from = '', to = ''] = args.map((each) => each.toUpperCase());
  for (const [index, each] of [from, to].entries()) {
    if (!known.has(each)) return { error: `invalid ${rule} ${JSON.stringify(args[index])}` };
  }
  return { rule, from, to } as Omit<Rule, 'mode'>;
}

/** A match type in front of a name is optional: exact. */
function readMatcher(args: readonly string[], kind: string): Matcher | ConfigError {
  const [first = '', second] = args;
  if (second === undefined) return { match: 'exact', from: normalize(first) };
  const match = first.toLowerCase();
  if (!matches.includes(match)) {
    return {
      error: `${kind} rule supports only exact, prefix, suffix, substring, and regex name matching`,
    };
  }
  const found = match as Match;
  return { match: found, from: found === 'regex' ? second : normalize(second) };
}

function readTtlRule(args: readonly string[]): Omit<Rule, 'mode'> | ConfigError {
  if (args.length < 2) return { error: `too few (${args.length}) arguments for a ttl rule` };
  if (args.length > 3) return { error: "invalid TTL '' for a ttl rule" };
  const text = args.at(-1) as string;
  const limits = readLimits(text);
  if (!limits) return { error: `invalid TTL '${text}' for a ttl rule` };
  const matcher = readMatcher(args.slice(0, -1), 'ttl');
  return isError(matcher)
    ? matcher
    : ({ rule: 'ttl', ...matcher, ...limits } as Omit<Rule, 'mode'>);
}

/** `30`, `30-300`, `-300`, `30-`. */
function readLimits(text: string): { least: number; most: number } | undefined {
  const [, low, dash, high] = /^(\d*)(-?)(\d*)$/.exec(text) ?? [];
  if (low === undefined || (low === '' && high === '')) return undefined;
  const [least, most] = [
    Number(low),
    dash === '' ? Number(low) : high === '' ? 2 ** 31 - 1 : Number(high),
  ];
  return least > most || least >= 2 ** 32 || most >= 2 ** 32 ? undefined : { least, most };
}

function readRcodeRule(args: readonly string[]): Omit<Rule, 'mode'> | ConfigError {
  if (args.length < 3) return { error: `too few (${args.length}) arguments for a rcode rule` };
  const [oldText = '', newText = ''] = args.length > 4 ? [] : args.slice(-2);
  const [old, fresh] = [readRcode(oldText), readRcode(newText)];
  if (old === undefined) return { error: `invalid matching RCODE '${oldText}' for a rcode rule` };
  if (fresh === undefined)
    return { error: `invalid replacement RCODE '${newText}' for a rcode rule` };
  const matcher = readMatcher(args.slice(0, -2), 'rcode');
  return isError(matcher)
    ? matcher
    : ({ rule: 'rcode', ...matcher, old, new: fresh } as Omit<Rule, 'mode'>);
}

function readRcode(text: string): number | undefined {
  if (/^\d+$/.test(text) && Number(text) <= 23) return Number(text);
  const index = rcodeNames.indexOf(text.toUpperCase());
  return index < 0 ? undefined : index;
}

function readCnameRule(args: readonly string[]): Omit<Rule, 'mode'> | ConfigError {
  if (args.length !== 2 && args.length !== 3) {
    return { error: `too few (${args.length}) arguments for a cname rule` };
  }
  const match = args.length === 2 ? 'exact' : (args[0] as string).toLowerCase();
  if (!matches.includes(match)) return { error: `unknown cname rewrite type: ${match}` };
  const [from = '', to = ''] = args.slice(-2).map((each) => each.toLowerCase());
  const whole = match === 'exact' || match === 'suffix';
  const dotted = (text: string) => (whole ? normalize(text) : text);
  return { rule: 'cname', match, from: dotted(from), to: dotted(to) } as Omit<Rule, 'mode'>;
}

export type RuleJson = Rule & Json;
