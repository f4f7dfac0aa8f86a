import { parseCommand } from '../../network/netfilter/iptables/command.ts';
import { isCommandError } from '../../network/netfilter/iptables/parse-rule.ts';
import type { Rule, TableName } from '../../network/netfilter/iptables/rules.ts';
import { assert } from '../../world/index.ts';
import { freeze } from '../../world/json.ts';
import type { Family } from '../services.ts';

/** A line of a plan as data: the chain that it is appended to, and the rule. */
export interface ReadLine {
  readonly chain: string;
  readonly rule: Rule;
}

/** Words whose values differ from line to line, and what stands for them while a shape is read. */
const HOLES: Readonly<Record<string, readonly [string, string]>> = {
  '--comment': ['a comment', 'a comment'],
  '-d': ['203.0.113.1', '2001:db8:ffff::1'],
  '-s': ['203.0.113.2', '2001:db8:ffff::2'],
  '--dport': ['61001', '61001'],
  '--to-destination': ['203.0.113.3:61002', '[2001:db8:ffff::3]:61002'],
  '--name': ['KUBE-SEP-NAME', 'KUBE-SEP-NAME'],
  '-j': ['KUBE-SEP-JUMP', 'KUBE-SEP-JUMP'],
};

const shapes = new Map<string, Rule>();
const MOST = 2_000;

/**
 * Reads an `-A` line of kube-proxy's own. Lines have few shapes, so each shape is read once by the
 * parser, with stand-ins for what differs, and filled in afterwards: tens of thousands of rules are
 * the same few.
 */
export function readLine(line: string, table: TableName, family: Family): ReadLine {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, word]) => quoted ?? word ?? '',
  );
  const chain = words[1] ?? '';
  const six = family === 'IPv6' ? 1 : 0;
  const values = new Map<string, string>();
  for (let i = 2; i < words.length; i++) {
    const hole = HOLES[words[i - 1] as string];
    if (!hole || !isHole(words[i - 1] as string, words[i] as string)) continue;
    values.set(hole[six] as string, words[i] as string);
    words[i] = hole[six] as string;
  }
  const key = `${table} ${family} ${words.slice(2).join(' ')}`;
  let shape = shapes.get(key);
  if (!shape) {
    shape = read(words, table, family);
    if (shapes.size >= MOST) shapes.clear();
    shapes.set(key, shape);
  }
  return { chain, rule: freeze(fill(shape, values)) };
}

/** Jumps to fixed chains and networks stay as they are: there are few of them. */
function isHole(flag: string, value: string): boolean {
  if (flag === '-j') return /^KUBE-(SVC|SVL|SEP|EXT|FW)-/.test(value);
  return (flag !== '-d' && flag !== '-s') || !value.includes('/');
}

function read(words: readonly string[], table: TableName, family: Family): Rule {
  const has = (_table: string, name: string) => name.startsWith('KUBE-');
  const command = parseCommand(['-A', 'KUBE-SEP-CHAIN', ...words.slice(2)], has, table, family);
  const wrong = isCommandError(command) ? command.message : '';
  assert(!isCommandError(command), `a plan does not load: ${wrong} in ${words.join(' ')}`);
  const [rule] = command.rules;
  assert(rule, 'a line is one rule');
  return rule;
}

function fill<T>(value: T, values: ReadonlyMap<string, string>): T {
  if (typeof value === 'string') return (values.get(value) ?? value) as T;
  if (Array.isArray(value)) return value.map((each) => fill(each as unknown, values)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const filled: Record<string, unknown> = {};
  for (const name in value) filled[name] = fill(value[name] as unknown, values);
  return filled as T;
}
