import { parseCommand } from '../../network/netfilter/iptables/command.ts';
import { isCommandError } from '../../network/netfilter/iptables/parse-rule.ts';
import type { Rule, TableName } from '../../network/netfilter/iptables/rules.ts';
import { assert } from '../../world/index.ts';
import { freeze } from '../../world/json.ts';
import type { Family } from '../services.ts';

/** A line of a plan: the text between its values, and the values, the chain first. */
export interface Line {
  readonly strings: readonly string[];
  readonly values: readonly string[];
}

/**
 * Lines for `iptables-restore` of one form, which begins with `-A $`; each `$` stands for a value.
 * Lines of one form share its text, by which it is known again.
 */
export function template(form: string): (...values: readonly string[]) => Line {
  const strings = form.split('$');
  return (...values) => ({ strings, values });
}

/** The chain that a line is appended to. */
export const chainOf = ({ values }: Line): string => values[0] as string;

/** The line as it stands in the text. */
export function textOf({ strings, values }: Line): string {
  let text = strings[0] as string;
  for (let i = 0; i < values.length; i++)
    text += (values[i] as string) + (strings[i + 1] as string);
  return text;
}

/** Flags whose values differ from line to line, and what stands for them while a line is read. */
const HOLES: Readonly<Record<string, readonly [four: string, six: string]>> = {
  '--comment': ['KUBE-COMMENT', 'KUBE-COMMENT'],
  '-d': ['203.0.113.1', '2001:db8:ffff::1'],
  '-s': ['203.0.113.2', '2001:db8:ffff::2'],
  '--dport': ['61001', '61001'],
  '--to-destination': ['203.0.113.3:61002', '[2001:db8:ffff::3]:61002'],
  '--name': ['KUBE-SEP-NAME', 'KUBE-SEP-NAME'],
  '-j': ['KUBE-SEP-JUMP', 'KUBE-SEP-JUMP'],
};

/** The flag that each value of a template belongs to, by the text before it. */
const flags = new WeakMap<readonly string[], readonly string[]>();

function flagsOf(strings: readonly string[]): readonly string[] {
  const known = flags.get(strings);
  if (known) return known;
  const found = strings.slice(0, -1).map((text) => /(\S+) "?$/.exec(text)?.[1] ?? '');
  flags.set(strings, found);
  return found;
}

/** Jumps to fixed chains and networks stay as they are: there are few of them. */
function isHole(flag: string, value: string): boolean {
  if (flag === '-j') return /^KUBE-(SVC|SVL|SEP|EXT|FW)-/.test(value);
  if (flag === '-d' || flag === '-s') return !value.includes('/');
  return flag in HOLES;
}

type Fill = (values: readonly string[]) => Rule;

const shapes = new WeakMap<readonly string[], Map<string, Fill>>();

/**
 * The rule that a line says. Each template is read once by the parser, with stand-ins for what
 * differs, and filled in afterwards: tens of thousands of rules are the same few. What two rules
 * after one another have in common is one object.
 */
export function readLine(given: Line, table: TableName, family: Family): Rule {
  const { strings, values } = given;
  const names = flagsOf(strings);
  let key = family === 'IPv6' ? `6${table}` : table;
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as string;
    if (!isHole(names[i] as string, value)) key += ` ${value}`;
  }
  let known = shapes.get(strings);
  if (!known) shapes.set(strings, (known = new Map<string, Fill>()));
  let fill = known.get(key);
  if (!fill) known.set(key, (fill = compile(given, table, family)));
  return fill(values);
}

/** Reads a line with stand-ins, and finds where in the rule they are. */
function compile({ strings, values }: Line, table: TableName, family: Family): Fill {
  const six = family === 'IPv6' ? 1 : 0;
  const places = new Map<string, number>();
  const stand = flagsOf(strings).map((flag, i) => {
    const value = values[i] as string;
    if (i === 0 || !isHole(flag, value)) return i === 0 ? 'KUBE-SEP-CHAIN' : value;
    const other = (HOLES[flag] as readonly [string, string])[six];
    places.set(other, i);
    return other;
  });
  const rule = read(textOf({ strings, values: stand }), table, family);
  const filled = compileFill(rule, places);
  return (filled ?? (() => rule)) as Fill;
}

function read(text: string, table: TableName, family: Family): Rule {
  const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, word]) => quoted ?? word ?? '',
  );
  const has = (_table: string, name: string) => name.startsWith('KUBE-');
  const command = parseCommand(words, has, table, family);
  const wrong = isCommandError(command) ? command.message : '';
  assert(!isCommandError(command), `a plan does not load: ${wrong} in ${text}`);
  const [rule] = command.rules;
  assert(rule, 'a line is one rule');
  return freeze(rule);
}

type FillPart = (values: readonly string[]) => unknown;

/** How a part of a rule is made of values; undefined where nothing in it differs. */
function compileFill(part: unknown, places: ReadonlyMap<string, number>): FillPart | undefined {
  if (typeof part === 'string') {
    const place = places.get(part);
    return place === undefined ? undefined : (values) => values[place];
  }
  if (typeof part !== 'object' || part === null) return undefined;
  const members = Object.entries(part).map(([name, member]) => {
    return [name, compileFill(member as unknown, places)] as const;
  });
  const differing = members.filter(([, fill]) => fill !== undefined) as [string, FillPart][];
  if (differing.length === 0) return undefined;
  const make: FillPart = (values) => {
    const made = (Array.isArray(part) ? [...(part as unknown[])] : { ...part }) as Record<
      string,
      unknown
    >;
    for (const [name, fill] of differing) made[name] = fill(values);
    return Object.freeze(made);
  };
  const used = [...places].filter(([text]) => holds(part, text)).map(([, place]) => place);
  return used.length === 1 ? remembering(make, used[0] as number) : make;
}

function holds(part: unknown, text: string): boolean {
  if (typeof part !== 'object' || part === null) return part === text;
  return Object.values(part).some((member) => holds(member, text));
}

/** What hangs on one value is made again only for another one. */
function remembering(make: FillPart, place: number): FillPart {
  let last: string | undefined;
  let made: unknown;
  return (values) => {
    if (values[place] !== last) {
      last = values[place];
      made = make(values);
    }
    return made;
  };
}
