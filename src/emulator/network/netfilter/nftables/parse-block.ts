import type { Element, Expr, NftBase, NftFlowtable, NftHook, NftObject, NftSet } from './ast.ts';
import { dataTypes } from './datatype.ts';
import { span, type Place, type Token } from './lexer.ts';
import {
  accept,
  atEnd,
  expect,
  Failure,
  identifier,
  is,
  next,
  notModelled,
  number,
  peek,
  quoted,
  skipNewlines,
  unexpected,
  wrong,
  type Parser,
} from './parser.ts';
import { parseLeft, typesOf } from './parse-expr.ts';
import { counterOf, counts, limitOf, limitRate, quotaOf, quotaSize } from './parse-stateful.ts';
import { keyPlace, parseElement, parseTime } from './parse-value.ts';

/** What stands in a chain's block, apart from rules. */
export interface ChainOptions {
  readonly base?: NftBase;
  /** A policy without a hook: for a chain that is there already. */
  readonly policy?: NftBase['policy'];
  readonly comment?: string;
}

/** Skips newlines and semicolons. */
export function skipSeparators(p: Parser): void {
  while (peek(p).type === 'newline' || is(p, ';')) next(p);
}

/** The end of a statement within a block; `also` are tokens that could have gone on with it. */
export function endOfStatement(p: Parser, ...also: readonly string[]): void {
  if (peek(p).type !== 'newline' && !is(p, ';')) {
    throw unexpected(p, ['newline', 'semicolon', ...also]);
  }
  skipSeparators(p);
}

/** The same behind what may also stand last in its block without a separator. */
export function looseEnd(p: Parser): void {
  if (!is(p, '}')) endOfStatement(p);
}

const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'];
const TYPES = ['filter', 'nat', 'route'];

/** A chain's declaration; `rule` is called where a rule begins, and must step over it. */
export function parseChainBlock(p: Parser, rule: () => void): ChainOptions {
  expect(p, '{');
  let base: NftBase | undefined;
  let comment: string | undefined;
  let only: NftBase['policy'] | undefined;
  skipSeparators(p);
  while (!is(p, '}')) {
    if (is(p, 'type') && peek(p, 2).text === 'hook') {
      base = parseHook(p);
      endOfStatement(p);
    } else if (is(p, 'policy')) {
      next(p);
      const policy = parsePolicy(p);
      if (base) base = { ...base, policy };
      else only = policy;
      endOfStatement(p);
    } else if (is(p, 'comment') && peek(p, 1).type === 'quoted') {
      next(p);
      comment = quoted(p).text;
      endOfStatement(p);
    } else if (is(p, 'flags')) throw notModelled('flags of a chain', peek(p));
    else {
      rule();
      endOfStatement(p);
    }
  }
  expect(p, '}');
  return {
    ...(base ? { base } : {}),
    ...(only ? { policy: only } : {}),
    ...(comment === undefined ? {} : { comment }),
  };
}

function parseHook(p: Parser): NftBase {
  next(p);
  const type = identifier(p);
  if (!TYPES.includes(type.text)) throw wrong('unknown chain type', type);
  expect(p, 'hook');
  const hook = identifier(p);
  if (!HOOKS.includes(hook.text)) throw wrong('unknown chain hook', hook);
  const devices = parseDevices(p);
  const priority = parsePriority(p, hook.text);
  return {
    type: type.text as NftBase['type'],
    hook: hook.text as NftHook,
    priority,
    policy: 'accept',
    ...(devices.length > 0 ? { devices } : {}),
  };
}

function parseDevices(p: Parser): string[] {
  if (accept(p, 'device')) return [next(p).text];
  if (!accept(p, 'devices')) return [];
  expect(p, '=');
  return parseNames(p);
}

function parseNames(p: Parser): string[] {
  expect(p, '{');
  const names: string[] = [];
  skipNewlines(p);
  while (!is(p, '}')) {
    names.push(next(p).text);
    skipNewlines(p);
    if (!accept(p, ',')) break;
    skipNewlines(p);
  }
  expect(p, '}');
  return names;
}

const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
  srcnat: 100,
};
const BRIDGE: Readonly<Record<string, number>> = {
  dstnat: -300,
  filter: -200,
  out: 100,
  srcnat: 300,
};

/** `priority filter - 10`, with the names that the family and the hook have. */
export function parsePriority(p: Parser, hook: string): number {
  const from = expect(p, 'priority');
  const sign = is(p, '-') ? (next(p), -1) : 1;
  if (peek(p).type === 'number') return sign * number(p).value;
  const name = peek(p);
  if (name.type !== 'word') throw unexpected(p);
  next(p);
  const known = (p.family === 'bridge' ? BRIDGE : PRIORITIES)[name.text];
  const belongs =
    known !== undefined &&
    (name.text !== 'dstnat' || hook === 'prerouting') &&
    (name.text !== 'srcnat' || hook === 'postrouting') &&
    (name.text !== 'out' || hook === 'output') &&
    (p.family !== 'netdev' && p.family !== 'arp' ? true : name.text === 'filter');
  const by = accept(p, '+') ? number(p).value : accept(p, '-') ? -number(p).value : 0;
  if (!belongs) {
    throw wrong('invalid priority expression value in this context.', span(from, name));
  }
  return known + by;
}

function parsePolicy(p: Parser): 'accept' | 'drop' {
  if (!is(p, 'accept') && !is(p, 'drop')) throw unexpected(p, ['accept', 'drop', '$']);
  return next(p).text as 'accept' | 'drop';
}

type Draft = { -readonly [K in keyof NftSet]?: NftSet[K] };

/** A set's or map's block; elements come with their places. */
export function parseSetBlock(
  p: Parser,
  name: string,
  map: boolean,
): {
  readonly set: Omit<NftSet, 'handle'>;
  readonly elements: readonly (readonly [Element, Place])[];
} {
  const open = expect(p, '{');
  const draft: Draft = { flags: [] };
  let elements: (readonly [Element, Place])[] = [];
  skipSeparators(p);
  while (!is(p, '}')) {
    if (is(p, 'elements')) {
      next(p);
      expect(p, '=');
      elements = parsePlacedElements(p, draft.key ?? ['integer'], draft.data);
      looseEnd(p);
      continue;
    }
    const option = peek(p).text;
    parseSetOption(p, draft, map);
    if (option === 'auto-merge' || option === 'counter') looseEnd(p);
    else if (option === 'type') endOfStatement(p, '.');
    else if (option === 'flags') endOfStatement(p, ',');
    else endOfStatement(p);
  }
  const last = p.tokens[p.at - 1] as Token;
  expect(p, '}');
  const what = map ? 'map' : 'set';
  if (!draft.key) throw wrong(`${what} definition does not specify key`, span(open, last));
  if (map && !draft.data) {
    throw wrong('map definition does not specify mapping data type', span(open, last));
  }
  if (draft.timeoutMillis !== undefined && !draft.flags?.includes('timeout')) {
    draft.flags = [...(draft.flags ?? []), 'timeout'];
  }
  const { key, flags = [], ...rest } = draft;
  return { set: { name, key, flags, ...rest, elements: [] }, elements };
}

const FLAGS = ['constant', 'dynamic', 'interval', 'timeout'];

function parseSetOption(p: Parser, draft: Draft, map: boolean): void {
  const option = peek(p);
  switch (option.text) {
    case 'type':
      next(p);
      readTypes(p, draft, map);
      return;
    case 'typeof':
      next(p);
      draft.typeof = parseLeft(p);
      draft.key = typesOf(draft.typeof);
      if (map && accept(p, ':')) parseTypeofData(p, draft);
      return;
    case 'flags': {
      next(p);
      const flags: string[] = [];
      do {
        if (!FLAGS.includes(peek(p).text)) throw unexpected(p, FLAGS);
        flags.push(next(p).text);
      } while (accept(p, ','));
      draft.flags = FLAGS.filter((flag) => flags.includes(flag));
      return;
    }
    case 'timeout':
      next(p);
      draft.timeoutMillis = parseTime(p);
      return;
    case 'gc-interval':
      next(p);
      draft.gcIntervalMillis = parseTime(p);
      return;
    case 'size':
      next(p);
      draft.size = number(p).value;
      return;
    case 'policy':
      next(p);
      draft.policy = identifier(p).text;
      return;
    case 'auto-merge':
      next(p);
      draft.autoMerge = true;
      return;
    case 'comment':
      next(p);
      draft.comment = quoted(p).text;
      return;
    case 'counter':
      draft.statements = [counterOf(p)];
      return;
    case 'limit':
      draft.statements = [limitOf(p)];
      return;
    case 'quota':
      draft.statements = [quotaOf(p)];
      return;
    default:
      throw unexpected(p);
  }
}

/** An unknown type is told of, and so is then that there is none. */
function readTypes(p: Parser, draft: Draft, map: boolean): void {
  try {
    const key = parseTypes(p);
    if (map && accept(p, ':')) draft.data = parseMapData(p);
    draft.key = key;
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.problem.stage === 'syntax') throw failure;
    p.problems.push(failure.problem);
    while (!atEnd(p)) next(p);
  }
}

function parseTypeofData(p: Parser, draft: Draft): void {
  if (is(p, 'verdict') || is(p, 'counter') || is(p, 'quota') || is(p, 'limit')) {
    draft.data = [next(p).text];
    return;
  }
  const data: Expr = parseLeft(p);
  draft.typeofData = data;
  draft.data = typesOf(data);
}

function parseTypes(p: Parser): string[] {
  const types = [parseType(p)];
  while (accept(p, '.')) types.push(parseType(p));
  return types;
}

function parseType(p: Parser): string {
  const token = peek(p);
  if (token.type !== 'word') throw unexpected(p);
  next(p);
  const alias = { icmpv6_code: 'icmpv6_code' }[token.text] ?? token.text;
  if (!dataTypes.has(alias)) throw wrong(`unknown datatype ${token.text}`, token);
  return alias;
}

function parseMapData(p: Parser): string[] {
  if (is(p, 'verdict') || is(p, 'counter') || is(p, 'quota') || is(p, 'limit')) {
    return [next(p).text];
  }
  if (is(p, 'interval')) throw notModelled('a map of intervals', peek(p));
  return parseTypes(p);
}

/** `{ a, b }` with the place of each element, for errors. */
export function parsePlacedElements(
  p: Parser,
  key: readonly string[],
  data: readonly string[] | undefined,
): (readonly [Element, Place])[] {
  expect(p, '{');
  p.inSet = true;
  const elements: (readonly [Element, Place])[] = [];
  skipNewlines(p);
  while (!is(p, '}')) {
    const start = p.at;
    const element = parseElement(p, key, data);
    elements.push([element, keyPlace(p, start)]);
    skipNewlines(p);
    if (!accept(p, ',')) break;
    skipNewlines(p);
  }
  if (!is(p, '}')) throw unexpected(p, [',', '}']);
  next(p);
  p.inSet = false;
  return elements;
}

/** A named counter, quota or limit, with its block or its settings in one line. */
export function parseObject(
  p: Parser,
  kind: NftObject['statement']['kind'],
  name: string,
): Omit<NftObject, 'handle'> {
  const read = () =>
    kind === 'counter' ? counts(p) : kind === 'quota' ? quotaSize(p) : limitRate(p);
  const none = { kind: 'counter', packets: 0, bytes: 0 } as const;
  if (!is(p, '{')) {
    const plain = atEnd(p) && kind === 'counter';
    return { name, statement: plain ? none : read() };
  }
  next(p);
  skipSeparators(p);
  let comment: string | undefined;
  let statement: NftObject['statement'] | undefined;
  while (!is(p, '}')) {
    if (accept(p, 'comment')) comment = quoted(p).text;
    else statement = read();
    looseEnd(p);
  }
  expect(p, '}');
  if (!statement && kind !== 'counter') throw unexpected(p);
  return { name, statement: statement ?? none, ...(comment === undefined ? {} : { comment }) };
}

/** A flowtable's block. */
export function parseFlowtable(p: Parser, name: string): Omit<NftFlowtable, 'handle'> {
  expect(p, '{');
  let hook = 'ingress';
  let priority = 0;
  let devices: string[] = [];
  let more: { counter?: boolean; flags?: string[] } = {};
  skipSeparators(p);
  while (!is(p, '}')) {
    if (accept(p, 'hook')) {
      hook = identifier(p).text;
      priority = parsePriority(p, hook);
    } else if (accept(p, 'devices')) {
      expect(p, '=');
      devices = parseNames(p);
    } else if (accept(p, 'counter')) more = { ...more, counter: true };
    else if (accept(p, 'flags')) more = { ...more, flags: [next(p).text] };
    else throw unexpected(p);
    looseEnd(p);
  }
  expect(p, '}');
  return { name, hook: hook as NftHook, priority, devices, ...more };
}
