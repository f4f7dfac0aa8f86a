import type {
  NftBase,
  NftChain,
  NftFamily,
  NftFlowtable,
  NftObject,
  NftRule,
  NftRuleset,
  NftSet,
  NftTable,
} from './ast.ts';
import {
  printElement,
  printExpr,
  printTime,
  sortElements,
  type PrintOptions,
} from './print-expr.ts';
import { printLimit, printStatement, type LiveCounts } from './print-statement.ts';

/** What packets did since rules were made, as the listing shows it. */
export interface LiveState {
  /** Counts of a rule's statement, or of a named object (`object` instead of the place). */
  counts(table: NftTable, handle: number, place: number | 'object'): LiveCounts | undefined;
  /** Elements of a set, with those that packets added. */
  elements(table: NftTable, set: NftSet): NftSet['elements'];
}

export const nothingLive: LiveState = {
  counts: () => undefined,
  elements: (_table, set) => set.elements,
};

/** All rules, as `nft list ruleset` prints them and `nft -f` reads them. */
export function printRuleset(
  rules: NftRuleset,
  options: PrintOptions,
  live: LiveState = nothingLive,
): string {
  return rules.tables.map((table) => printTable(table, options, live)).join('');
}

/** One table with all that is in it. */
export function printTable(table: NftTable, options: PrintOptions, live: LiveState): string {
  const handle = options.handle ? ` # handle ${table.handle}` : '';
  const head = [`table ${table.family} ${table.name} {${handle}\n`];
  if (table.flags && table.flags.length > 0) head.push(`\tflags ${table.flags.join(',')}\n`);
  if (table.comment !== undefined) head.push(`\tcomment "${table.comment}"\n`);
  const members = [
    ...table.objects.map((object) => printObject(table, object, options, live)),
    ...table.sets.map((set) => printSet(table, set, options, live)),
    ...table.flowtables.map((flowtable) => printFlowtable(table.family, flowtable, options)),
    ...table.chains.map((chain) => printChain(table, chain, options, live)),
  ];
  const apart = table.flags && table.flags.length > 0 ? '\n' : '';
  const body = members.length > 0 ? apart + members.join('\n') : '';
  return `${head.join('')}${body}}\n`;
}

/** A chain's first lines, without its rules. */
export function printChainHead(family: NftFamily, chain: NftChain, options: PrintOptions): string {
  const handle = options.handle ? ` # handle ${chain.handle}` : '';
  const comment = chain.comment === undefined ? '' : `\t\tcomment "${chain.comment}"\n`;
  const base = chain.base ? `\t\t${printBase(family, chain.base, options)}\n` : '';
  return `\tchain ${chain.name} {${handle}\n${comment}${base}`;
}

export function printChain(
  table: NftTable,
  chain: NftChain,
  options: PrintOptions,
  live: LiveState,
): string {
  const rules = chain.rules.map((rule) => `\t\t${printRule(table, rule, options, live)}\n`);
  return `${printChainHead(table.family, chain, options)}${rules.join('')}\t}\n`;
}

/** One rule, with its comment. */
export function printRule(
  table: NftTable,
  rule: NftRule,
  options: PrintOptions,
  live: LiveState,
): string {
  const parts = rule.statements.map((statement, place) =>
    printStatement(statement, options, live.counts(table, rule.handle, place)),
  );
  const comment = rule.comment === undefined ? '' : ` comment "${rule.comment}"`;
  const handle = options.handle ? ` # handle ${rule.handle}` : '';
  return `${parts.join(' ')}${comment}${handle}`;
}

const NAMES: readonly (readonly [number, string])[] = [
  [-300, 'raw'],
  [-150, 'mangle'],
  [-100, 'dstnat'],
  [0, 'filter'],
  [50, 'security'],
  [100, 'srcnat'],
];
const BRIDGE_NAMES: readonly (readonly [number, string])[] = [
  [-300, 'dstnat'],
  [-200, 'filter'],
  [100, 'out'],
  [300, 'srcnat'],
];

/** How far from a priority that has a name one may be to be written by it. */
const REACH = 10;

/** A priority by the name that is near, where the family and the hook have it. */
export function printPriority(
  family: NftFamily,
  hook: string,
  priority: number,
  options: PrintOptions,
): string {
  const names = family === 'bridge' ? BRIDGE_NAMES : NAMES;
  const near = names.find(([value]) => Math.abs(priority - value) <= REACH);
  if (options.numericPriority || !near || !compatible(family, hook, near[1])) {
    return String(priority);
  }
  const [value, name] = near;
  const offset = priority - value;
  if (offset === 0) return name;
  return offset > 0 ? `${name} + ${offset}` : `${name} - ${-offset}`;
}

function compatible(family: NftFamily, hook: string, name: string): boolean {
  const hooks: Readonly<Record<string, string>> = {
    dstnat: 'prerouting',
    srcnat: 'postrouting',
    out: 'output',
  };
  if (hooks[name] !== undefined && hooks[name] !== hook) return false;
  return name === 'filter' || family === 'bridge' || (family !== 'arp' && family !== 'netdev');
}

/** `type filter hook input priority filter; policy accept;`. */
export function printBase(family: NftFamily, base: NftBase, options: PrintOptions): string {
  const { type, hook, priority, policy, devices } = base;
  const device = !devices
    ? ''
    : devices.length === 1
      ? ` device "${devices[0]}"`
      : ` devices = { ${devices.join(', ')} }`;
  const name = printPriority(family, hook, priority, options);
  return `type ${type} hook ${hook}${device} priority ${name}; policy ${policy};`;
}

/** A set or map with its elements. */
export function printSet(
  table: NftTable,
  set: NftSet,
  options: PrintOptions,
  live: LiveState,
): string {
  const lines = [`${set.data ? 'map' : 'set'} ${set.name} {${handleOf(set.handle, options)}`];
  const add = (line: string) => lines.push(`\t${line}`);
  add(printTypes(set, options));
  if (set.policy !== undefined && set.policy !== 'performance') add(`policy ${set.policy}`);
  if (set.size !== undefined) add(`size ${set.size}`);
  // The flag says nothing new where the set has a time-out of its own.
  const shown = set.flags.filter((flag) => flag !== 'timeout' || set.timeoutMillis === undefined);
  if (shown.length > 0) add(`flags ${set.flags.join(',')}`);
  if (set.statements) {
    const quiet = { ...options, stateless: true };
    add(set.statements.map((each) => printStatement(each, quiet)).join(' '));
  }
  if (set.autoMerge) add('auto-merge');
  if (set.timeoutMillis !== undefined) add(`timeout ${printTime(set.timeoutMillis, options)}`);
  if (set.gcIntervalMillis !== undefined)
    add(`gc-interval ${printTime(set.gcIntervalMillis, options)}`);
  if (set.comment !== undefined) add(`comment "${set.comment}"`);
  const elements = options.terse ? [] : live.elements(table, set);
  if (elements.length > 0) add(`elements = { ${printElements(set, elements, options)} }`);
  return `\t${lines.join('\n\t')}\n\t}\n`;
}

const handleOf = (handle: number, options: PrintOptions) =>
  options.handle ? ` # handle ${handle}` : '';

function printTypes(set: NftSet, options: PrintOptions): string {
  if (set.typeof) {
    const data = set.typeofData ? printExpr(set.typeofData, options) : set.data?.join(' . ');
    const tail = data === undefined ? '' : ` : ${data}`;
    return `typeof ${printExpr(set.typeof, options)}${tail}`;
  }
  return `type ${set.key.join(' . ')}${set.data ? ` : ${set.data.join(' . ')}` : ''}`;
}

/** How many elements of a type share a line. */
const PER_LINE: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    ['nf_proto', 'integer', 'arp_op', 'inet_proto', 'inet_service', 'tcp_flag', 'mark']
      .concat('iface_index', 'classid', 'uid', 'gid', 'ct_dir')
      .map((type) => [type, 5]),
  ),
  ipv4_addr: 2,
  ct_state: 2,
  ct_status: 2,
  pkt_type: 2,
};

function printElements(set: NftSet, elements: NftSet['elements'], options: PrintOptions): string {
  const type = (set.key[0] ?? '').split(':')[0] as string;
  const each = set.key.length === 1 ? (PER_LINE[type] ?? 1) : 1;
  return sortElements(elements)
    .map((element) => printElement(element, options))
    .reduce((text, element, index) => {
      if (index === 0) return element;
      return `${text},${index % each === 0 ? '\n\t\t\t     ' : ' '}${element}`;
    }, '');
}

export function printObject(
  table: NftTable,
  object: NftObject,
  options: PrintOptions,
  live: LiveState,
): string {
  const { statement, name, handle, comment } = object;
  const note = comment === undefined ? '' : `\t\tcomment "${comment}"\n`;
  const counts = live.counts(table, handle, 'object');
  const text = printStatement(statement, options, counts);
  const inner =
    statement.kind === 'limit'
      ? printLimit(statement).slice('limit '.length)
      : text.slice(statement.kind.length + 1);
  const line = options.stateless && statement.kind === 'counter' ? '' : `\t\t${inner}\n`;
  return `\t${statement.kind} ${name} {${handleOf(handle, options)}\n${note}${line}\t}\n`;
}

export function printFlowtable(
  _family: NftFamily,
  flowtable: NftFlowtable,
  options: PrintOptions,
): string {
  const { name, handle, hook, priority, devices, flags, counter } = flowtable;
  const lines = [`flowtable ${name} {${handleOf(handle, options)}`];
  lines.push(`\thook ${hook} priority ${printPriority('netdev', hook, priority, options)}`);
  if (devices.length > 0) lines.push(`\tdevices = { ${devices.join(', ')} }`);
  if (flags) lines.push(`\tflags ${flags.join(',')}`);
  if (counter) lines.push('\tcounter');
  return `\t${lines.join('\n\t')}\n\t}\n`;
}
