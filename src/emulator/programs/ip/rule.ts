import { normalDestination } from '../../network/route.ts';
import type { RuleInfo } from '../../network/policy-rule.ts';
import { isInet6 } from '../../network/address6.ts';
import { help } from './help.ts';
import {
  abbreviated,
  answers,
  badArgument,
  badPrefix,
  denied,
  fail,
  incomplete,
  isPrefix,
  json,
  notModelled,
  ok,
  readWords,
  tableKey,
  tableName,
  tableNumber,
  type IpContext,
  type IpResult,
  type Words,
} from './options.ts';

const commands = ['add', 'delete', 'flush', 'show', 'list', 'lst', 'save', 'restore', 'help'];

/** `ip rule …`. */
export function rule(words: readonly string[], context: IpContext): IpResult {
  const [first = 'show', ...rest] = words;
  const command = abbreviated(first, commands);
  if (command === undefined) return fail(`Command "${first}" is unknown, try "ip rule help".`, 255);
  if (command === 'help') return help('rule');
  if (command === 'save' || command === 'restore') return notModelled(`rule ${command}`);
  if (command === 'show' || command === 'list' || command === 'lst') return show(rest, context);
  if (!context.root) return denied;
  const family = familyOf(context);
  if (command === 'flush') {
    const left = context.network.rules(family).filter(({ priority }) => priority === 0);
    context.network.setRules(rest.length > 0 ? context.network.rules(family) : left, family);
    return ok();
  }
  if (rest.length === 0) {
    return fail(`"ip rule ${command === 'add' ? 'add' : 'del'}" requires arguments.`, 1);
  }
  const wanted = readRule(readWords(rest), context);
  if ('exit' in wanted) return wanted;
  return command === 'add' ? add(wanted, context) : remove(wanted, context);
}

const familyOf = ({ options }: IpContext) => (options.family === 'inet6' ? 'inet6' : 'inet');

type Wanted = { -readonly [K in keyof RuleInfo]?: RuleInfo[K] } & { family?: 'inet' | 'inet6' };

const types = ['blackhole', 'unreachable', 'prohibit'] as const;

function readRule(words: Words, context: IpContext): Wanted | IpResult {
  const wanted: Wanted = {};
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const failed = readWord(word, words, wanted, context);
    if (words.missing) return incomplete;
    if (failed) return failed;
  }
  return wanted;
}

function readWord(
  word: string,
  words: Words,
  wanted: Wanted,
  context: IpContext,
): IpResult | undefined {
  if (word === 'not') wanted.not = true;
  else if (word === 'from' || word === 'to') {
    const text = words.value();
    if (words.missing) return undefined;
    if (text !== 'all' && text !== 'any' && text !== 'default') {
      if (!isPrefix(text)) return badPrefix(text);
      if (isInet6(text)) wanted.family = 'inet6';
      wanted[word] = normalDestination(text) as string;
    }
  } else if (['preference', 'pref', 'order', 'priority'].some((name) => matches(word, name))) {
    const text = words.value();
    if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) {
      return badArgument(text, 'preference value is invalid\n');
    }
    wanted.priority = Number(text);
  } else if (word === 'fwmark') return readMark(words, wanted);
  else if (matches(word, 'table') || word === 'lookup') {
    const text = words.value();
    const number = tableNumber(text, context.tables);
    if (number === undefined)
      return words.missing ? undefined : badArgument(text, 'invalid table ID\n');
    wanted.table = tableKey(number);
    wanted.action = 'lookup';
  } else if (word === 'dev' || word === 'iif') wanted.input = words.value();
  else if (word === 'oif') wanted.output = words.value();
  else if (word === 'suppress_prefixlength' || word === 'sup_pl') {
    wanted.suppressPrefixLength = Number(words.value());
  } else if (word === 'ipproto') return readProtocol(words, wanted);
  else if (word === 'sport' || word === 'dport') {
    const text = words.value();
    const [from = '', to] = text.split('-');
    if (![from, to ?? from].every((each) => /^\d+$/.test(each)) && !words.missing) {
      return badArgument(text, `invalid ${word} range`);
    }
    const name = word === 'sport' ? 'sourcePort' : 'destinationPort';
    wanted[name] = Number(from);
    if (to !== undefined && Number(to) !== Number(from)) wanted[`${name}End`] = Number(to);
  } else if (word === 'protocol' || word === 'proto') words.value();
  else if (word === 'tos' || word === 'dsfield') {
    const text = words.value();
    if (!/^(0x)?[0-9a-f]{1,2}$/i.test(text)) return badArgument(text, 'TOS value is invalid\n');
    wanted.tos = Number.parseInt(text, 16);
  } else if (word === 'uidrange') {
    const [, from, to] = /^(\d+)-(\d+)$/.exec(words.value()) ?? [];
    if (to === undefined && !words.missing) return badArgument('', 'invalid UID range\n');
    wanted.uids = { from: Number(from), to: Number(to) };
  } else if (['l3mdev', 'realms', 'nat', 'tun_id'].includes(word)) {
    return notModelled(`rule ${word}`);
  } else return readAction(word, words, wanted);
  return undefined;
}

const matches = (word: string, name: string) => word.length > 0 && name.startsWith(word);

function readMark(words: Words, wanted: Wanted): IpResult | undefined {
  const text = words.value();
  const [mark = '', mask] = text.split('/');
  const number = (each: string) => (/^(0x[0-9a-f]+|\d+)$/i.test(each) ? Number(each) : NaN);
  if (Number.isNaN(number(mark))) return badArgument(text, 'fwmark value is invalid\n');
  if (mask !== undefined && Number.isNaN(number(mask))) {
    return badArgument(mask, 'fwmask value is invalid\n');
  }
  wanted.mark = number(mark);
  if (mask !== undefined) wanted.mask = number(mask);
  return undefined;
}

function readProtocol(words: Words, wanted: Wanted): IpResult | undefined {
  const text = words.value();
  const names: Readonly<Record<string, 'tcp' | 'udp' | 'icmp'>> = {
    1: 'icmp',
    6: 'tcp',
    17: 'udp',
    icmp: 'icmp',
    tcp: 'tcp',
    udp: 'udp',
  };
  const protocol = names[text];
  if (!protocol) return badArgument(text, 'Invalid "ipproto" value\n');
  wanted.protocol = protocol;
  return undefined;
}

function readAction(word: string, words: Words, wanted: Wanted): IpResult | undefined {
  const name = word === 'type' ? words.value() : word;
  if (matches(name, 'goto')) {
    const text = words.value();
    if (!/^\d+$/.test(text)) return badArgument(text, 'invalid target\n');
    wanted.target = Number(text);
    wanted.action = 'goto';
  } else if (matches(name, 'nop')) wanted.action = 'nop';
  else {
    const action = types.find((each) => each === name);
    if (!action) return badArgument(name, 'Failed to parse rule type');
    wanted.action = action;
  }
  return undefined;
}

function add({ family: told, ...wanted }: Wanted, context: IpContext): IpResult {
  const family = told ?? familyOf(context);
  const rules = context.network.rules(family);
  // The kernel puts a rule without a number before the second one that there is.
  const second = rules[1]?.priority ?? 0;
  const priority = wanted.priority ?? (second > 0 ? second - 1 : 0);
  const action = wanted.action ?? 'lookup';
  const made: RuleInfo = {
    ...wanted,
    priority,
    action,
    ...(action === 'lookup' ? { table: wanted.table ?? 'main' } : {}),
  };
  const own = rules.filter(({ origin }) => origin !== 'kernel');
  if (own.some((each) => wanted.priority !== undefined && isSame(each, made))) {
    return answers('EEXIST');
  }
  const after = rules.findIndex((each) => each.priority > priority);
  const at = after < 0 ? rules.length : after;
  context.network.setRules([...rules.slice(0, at), made, ...rules.slice(at)], family);
  return ok();
}

const fields = [
  'priority',
  'not',
  'from',
  'to',
  'mark',
  'mask',
  'input',
  'output',
  'protocol',
  'sourcePort',
  'destinationPort',
  'sourcePortEnd',
  'destinationPortEnd',
  'tos',
  'action',
  'table',
  'target',
  'suppressPrefixLength',
] as const;

const isSame = (a: RuleInfo, b: RuleInfo) => fields.every((field) => a[field] === b[field]);

/** Whether a rule is one of those that the words name: what was not said does not matter. */
function fits(rule: RuleInfo, { family: _family, ...wanted }: Wanted): boolean {
  const { uids } = wanted;
  const same = uids === undefined || (uids.from === rule.uids?.from && uids.to === rule.uids.to);
  return (
    same && fields.every((field) => wanted[field] === undefined || wanted[field] === rule[field])
  );
}

function remove(wanted: Wanted, context: IpContext): IpResult {
  const family = wanted.family ?? familyOf(context);
  const rules = context.network.rules(family);
  const index = rules.findIndex((each) => fits(each, wanted));
  if (index < 0) return answers('ENOENT');
  context.network.setRules(rules.toSpliced(index, 1), family);
  return ok();
}

function show(words: readonly string[], context: IpContext): IpResult {
  const bare = words.find((word, index) => index === 0 && /^(foo|[\d.:/]+)$/.test(word));
  if (bare !== undefined) return badPrefix(bare, 'inet');
  const wanted = readRule(readWords(words), context);
  if ('exit' in wanted) {
    const [first = ''] = words;
    const unknown = wanted.stderr?.includes('Failed to parse rule type') ?? false;
    return unknown ? badPrefix(first, 'inet') : wanted;
  }
  const rules = context.network.rules(familyOf(context)).filter((each) => fits(each, wanted));
  const links = context.network.links();
  if (context.options.json) {
    return ok(
      json(
        rules.map((each) => jsonRule(each, context)),
        context.options,
      ),
    );
  }
  return ok(rules.map((each) => `${printRule(each, context, links, rules)}\n`).join(''));
}

const range = (from: number, to: number | undefined) =>
  to === undefined ? `${from}` : `${from}-${to}`;

function portsJson(name: string, from: number | undefined, to: number | undefined) {
  if (from === undefined) return {};
  return to === undefined ? { [name]: from } : { [`${name}_start`]: from, [`${name}_end`]: to };
}

const hex = (value: number) => `0x${(value >>> 0).toString(16)}`;

function printRule(
  each: RuleInfo,
  { options, network, tables }: IpContext,
  links: readonly { readonly name: string }[],
  _shown: readonly RuleInfo[],
): string {
  const detached = (name: string) =>
    links.some((link) => link.name === name) ? '' : ' [detached]';
  const resolved = network
    .rules(familyOf({ options } as IpContext))
    .some(({ priority }) => priority === each.target);
  const mark = each.mark === undefined ? '' : ` fwmark ${hex(each.mark)}`;
  return [
    `${each.priority}:\t`,
    each.not ? 'not ' : '',
    `from ${each.from ?? 'all'}`,
    each.to === undefined ? '' : ` to ${each.to}`,
    each.tos ? ` tos 0x${each.tos.toString(16)}` : '',
    mark,
    each.mask === undefined || each.mask === 0xffffffff ? '' : `/${hex(each.mask)}`,
    each.input === undefined ? '' : ` iif ${each.input}${detached(each.input)}`,
    each.output === undefined ? '' : ` oif ${each.output}${detached(each.output)}`,
    each.uids === undefined ? '' : ` uidrange ${each.uids.from}-${each.uids.to}`,
    each.protocol === undefined ? '' : ` ipproto ${each.protocol}`,
    each.sourcePort === undefined ? '' : ` sport ${range(each.sourcePort, each.sourcePortEnd)}`,
    each.destinationPort === undefined
      ? ''
      : ` dport ${range(each.destinationPort, each.destinationPortEnd)}`,
    each.action === 'lookup' ? ` lookup ${tableName(each.table ?? 'main', tables)}` : '',
    each.suppressPrefixLength === undefined
      ? ''
      : ` suppress_prefixlength ${each.suppressPrefixLength}`,
    each.action === 'goto' ? ` goto ${each.target}${resolved ? '' : ' [unresolved]'}` : '',
    each.action === 'lookup' || each.action === 'goto' ? '' : ` ${each.action}`,
    options.details ? ` proto ${each.origin === 'kernel' ? 'kernel' : 'unspec'}` : '',
  ].join('');
}

function jsonRule(each: RuleInfo, { tables }: IpContext) {
  const [address, length] = (each.from ?? 'all').split('/');
  const [to, toLength] = (each.to ?? '').split('/');
  return {
    priority: each.priority,
    ...(each.not ? { not: null } : {}),
    src: address,
    ...(length === undefined ? {} : { srclen: Number(length) }),
    ...(each.to === undefined ? {} : { dst: to }),
    ...(toLength === undefined ? {} : { dstlen: Number(toLength) }),
    ...(each.tos ? { tos: `0x${each.tos.toString(16)}` } : {}),
    ...(each.mark === undefined ? {} : { fwmark: hex(each.mark) }),
    ...(each.mask === undefined ? {} : { fwmask: hex(each.mask) }),
    ...(each.input === undefined ? {} : { iif: each.input }),
    ...(each.output === undefined ? {} : { oif: each.output }),
    ...(each.uids === undefined ? {} : { uid_start: each.uids.from, uid_end: each.uids.to }),
    ...(each.protocol === undefined ? {} : { ipproto: each.protocol }),
    ...portsJson('sport', each.sourcePort, each.sourcePortEnd),
    ...portsJson('dport', each.destinationPort, each.destinationPortEnd),
    ...(each.action === 'lookup' ? { table: tableName(each.table ?? 'main', tables) } : {}),
    ...(each.suppressPrefixLength === undefined
      ? {}
      : { suppress_prefixlen: each.suppressPrefixLength }),
    ...(each.action === 'goto' ? { goto: each.target } : {}),
    ...(each.action === 'lookup' || each.action === 'goto' ? {} : { action: each.action }),
  };
}
