import type { Element, NftFamily } from './ast.ts';
import { closeSet, findDraft, keyOf } from './draft.ts';
import {
  addChain,
  addElements,
  addFlowtable,
  addObject,
  addRule,
  addSet,
  addTable,
  chainOf,
  deleteElements,
  ENOENT,
  flushSet,
  replaceRule,
  setChain,
  tableOf,
  type RulePosition,
} from './edit.ts';
import { holds } from './intervals.ts';
import { span, type Place, type Token } from './lexer.ts';
import {
  parseChainBlock,
  parseFlowtable,
  parseObject,
  parsePlacedElements,
  parseSetBlock,
} from './parse-block.ts';
import { parseDescribe } from './describe.ts';
import { parseDelete } from './parse-delete.ts';
import { parseList } from './parse-list.ts';
import { parseRuleBody } from './parse-statement.ts';
import { parseTableBlock } from './parse-table.ts';
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
  previous,
  refused,
  since,
  unexpected,
  type Parser,
} from './parser.ts';
import { checkHooks } from './validate.ts';
import { missingChain, missingSet, missingTable } from './missing.ts';
import type { Outcome } from './outcome.ts';

const FAMILIES: readonly string[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'];

/** Reads one command and does it to the draft. */
export function parseCommand(p: Parser, outcome: Outcome): void {
  const from = peek(p);
  if (from.type !== 'word') throw unexpected(p);
  switch (from.text) {
    case 'add':
      next(p);
      return parseAdd(p, outcome, from, false);
    case 'create':
      next(p);
      if (is(p, 'rule')) throw unexpected(p);
      return parseAdd(p, outcome, from, true);
    case 'insert':
      next(p);
      accept(p, 'rule');
      return parseRule(p, outcome, from, true);
    case 'replace':
      next(p);
      expect(p, 'rule');
      return parseReplace(p, from);
    case 'delete':
      next(p);
      return parseDelete(p, outcome);
    case 'flush':
      next(p);
      return parseFlush(p);
    case 'rename':
      next(p);
      return parseRename(p);
    case 'list':
    case 'reset':
      next(p);
      return parseList(p, outcome, from.text === 'reset');
    case 'get':
      next(p);
      return parseGet(p, outcome, from);
    case 'describe':
      next(p);
      return parseDescribe(p, outcome);
    case 'monitor':
    case 'import':
    case 'export':
      throw notModelled(from.text, from);
    default:
      return parseAdd(p, outcome, from, false);
  }
}

/** Family, if one is named; `ip` otherwise. */
export function parseFamily(p: Parser): NftFamily {
  p.family = 'ip';
  if (FAMILIES.includes(peek(p).text) && peek(p, 1).type === 'word') {
    p.family = next(p).text as NftFamily;
  }
  return p.family;
}

/** Family and name of a table. */
export function parseTableName(p: Parser): Token {
  parseFamily(p);
  const name = identifier(p);
  p.table = name.text;
  return name;
}

function parseAdd(p: Parser, outcome: Outcome, from: Token, create: boolean): void {
  const what = peek(p).text;
  switch (what) {
    case 'table': {
      next(p);
      const name = parseTableName(p);
      const exclusive = create ? name : undefined;
      if (is(p, '{')) return parseTableBlock(p, exclusive, outcome);
      addTable(p.draft, p.family, name.text, {}, exclusive);
      outcome.echo.push({ what: 'table', family: p.family, table: name.text });
      return undefined;
    }
    case 'chain':
      next(p);
      return parseAddChain(p, outcome, from, create);
    case 'set':
    case 'map':
      next(p);
      return parseAddSet(p, outcome, what === 'map', create);
    case 'element':
      next(p);
      return parseElements(p, outcome, create ? 'create' : 'add', from);
    case 'flowtable': {
      next(p);
      const table = parseTableName(p);
      const name = identifier(p);
      const flowtable = parseFlowtable(p, name.text);
      addFlowtable(tableOf(p.draft, p.family, p.table, table), flowtable);
      return undefined;
    }
    case 'counter':
    case 'quota':
    case 'limit': {
      next(p);
      const table = parseTableName(p);
      const name = identifier(p);
      const object = parseObject(p, what, name.text);
      const found = findDraft(p.draft, p.family, p.table);
      if (!found) throw missingTable(p, table, 'meaning');
      addObject(found, object, create ? name : undefined);
      return undefined;
    }
    case 'ct':
    case 'secmark':
    case 'synproxy':
      throw notModelled(what, peek(p));
    default:
      accept(p, 'rule');
      return parseRule(p, outcome, from, false);
  }
}

function parseAddChain(p: Parser, outcome: Outcome, from: Token, create: boolean): void {
  const tableName = parseTableName(p);
  const name = identifier(p);
  const options = is(p, '{') ? parseChainBlock(p, () => void unexpectedRule(p)) : {};
  const table = findDraft(p.draft, p.family, p.table);
  if (!table) throw missingTable(p, tableName, 'meaning');
  addChain(table, name.text, options, create ? name : undefined, wholeCommand(p, from));
  outcome.echo.push({ what: 'chain', family: p.family, table: p.table, chain: name.text });
}

function unexpectedRule(p: Parser): never {
  throw unexpected(p);
}

/** From the first word of a command to the newline behind it. */
function wholeCommand(p: Parser, from: Token): Place {
  const place = span(from, previous(p));
  return { ...place, last: place.last + 1 };
}

/** Not there, as nft finds out by itself, without asking the kernel. */
export function noSuch(at: Place): Failure {
  return new Failure({ message: ENOENT, at, stage: 'meaning' });
}

function parseAddSet(p: Parser, outcome: Outcome, map: boolean, create: boolean): void {
  const tableName = parseTableName(p);
  const name = identifier(p);
  if (!is(p, '{')) throw unexpected(p, ['{']);
  const { set, elements } = parseSetBlock(p, name.text, map);
  const table = findDraft(p.draft, p.family, p.table);
  if (!table) throw missingTable(p, tableName, 'meaning');
  addSet(table, set, create ? name : undefined, name);
  addElements(table, name.text, elements, false, p.draft.now);
  outcome.echo.push({ what: 'set', family: p.family, table: p.table, set: name.text });
}

/** Elements of a set that are added or deleted. */
export function parseElements(
  p: Parser,
  outcome: Outcome,
  act: 'add' | 'create' | 'delete',
  from: Token,
): void {
  const tableName = parseTableName(p);
  const name = identifier(p);
  const table = findDraft(p.draft, p.family, p.table);
  const draft = table?.sets.get(name.text);
  if (!table || !draft) {
    const places = { table: tableName, member: name };
    throw table
      ? missingSet(p, name.text, places, 'meaning')
      : missingTable(p, tableName, 'meaning');
  }
  const elements = parsePlacedElements(p, draft.set.key, draft.set.data);
  if (act === 'delete') {
    deleteElements(table, name.text, elements);
    const keys = elements.map(([{ key }]) => keyOf(key));
    outcome.forget.push({ family: p.family, table: p.table, set: name.text, keys });
    return;
  }
  addElements(table, name.text, elements, act === 'create', p.draft.now);
  checkHooks(p, table, wholeCommand(p, from));
  outcome.echo.push({
    what: 'element',
    family: p.family,
    table: p.table,
    set: name.text,
    elements: elements.map(([element]) => element),
  });
}

/** Where a rule goes: table, chain, and the rule that it stands beside. */
function parseRulePosition(p: Parser): {
  readonly table: Token;
  readonly chain: Token;
  readonly position?: RulePosition;
} {
  const table = parseTableName(p);
  const chain = identifier(p);
  const word = peek(p);
  if (!['position', 'handle', 'index'].includes(word.text)) return { table, chain };
  next(p);
  const value = number(p);
  const at = span(word, value);
  const place = word.text === 'index' ? { index: value.value } : { handle: value.value };
  return { table, chain, position: { ...place, at } };
}

/** Table and chain of a rule's command, or the error about what is not there. */
export function ruleChain(p: Parser, tableName: Token, chainName: Token) {
  const table = findDraft(p.draft, p.family, p.table);
  const chain = table?.chains.get(chainName.text);
  if (table && chain) return { table, chain };
  throw missingChain(p, chainName.text, { table: tableName, member: chainName }, 'kernel');
}

function parseRule(p: Parser, outcome: Outcome, from: Token, insert: boolean): void {
  const { table: tableName, chain: chainName, position } = parseRulePosition(p);
  p.targets = [];
  const body = parseRuleBody(p);
  const { table, chain } = ruleChain(p, tableName, chainName);
  for (const { chain: target, at } of p.targets) {
    if (!table.chains.has(target)) throw refused(ENOENT, at);
  }
  const rule = addRule(table, chain, body, insert, position);
  checkHooks(p, table, wholeCommand(p, from));
  const where = { family: p.family, table: p.table, chain: chain.name };
  outcome.echo.push({ what: insert ? 'insert' : 'rule', ...where, rule });
}

function parseReplace(p: Parser, from: Token): void {
  const tableName = parseTableName(p);
  const chainName = identifier(p);
  expect(p, 'handle');
  const handle = number(p);
  p.targets = [];
  const body = parseRuleBody(p);
  const { table, chain } = ruleChain(p, tableName, chainName);
  replaceRule(table, chain, handle.value, body, handle);
  checkHooks(p, table, wholeCommand(p, from));
}

function parseFlush(p: Parser): void {
  const what = peek(p).text;
  if (what === 'ruleset') {
    next(p);
    const only = atEnd(p) ? undefined : parseFamilyOnly(p);
    p.draft.tables = p.draft.tables.filter(({ family }) => only !== undefined && family !== only);
    return;
  }
  if (!['table', 'chain', 'set', 'map', 'meter'].includes(what)) throw unexpected(p);
  next(p);
  const tableName = parseTableName(p);
  if (what === 'table') {
    const table = tableOf(p.draft, p.family, p.table, tableName);
    for (const chain of table.chains.values()) setChain(table, { ...chain, rules: [] });
    return;
  }
  const name = identifier(p);
  const table = tableOf(p.draft, p.family, p.table, tableName);
  if (what === 'chain') setChain(table, { ...chainOf(table, name.text, name), rules: [] });
  else {
    const places = { table: tableName, member: name };
    if (!table.sets.has(name.text)) throw missingSet(p, name.text, places, 'meaning');
    flushSet(table, name.text, name);
  }
}

function parseFamilyOnly(p: Parser): NftFamily {
  if (!FAMILIES.includes(peek(p).text))
    throw unexpected(p, ['end of file', 'newline', 'semicolon']);
  return next(p).text as NftFamily;
}

function parseRename(p: Parser): void {
  expect(p, 'chain');
  const tableName = parseTableName(p);
  const old = identifier(p);
  const name = identifier(p);
  const table = findDraft(p.draft, p.family, p.table);
  if (!table) throw noSuch(tableName);
  const chain = table.chains.get(old.text);
  if (!chain) throw missingChain(p, old.text, { table: tableName, member: old }, 'meaning');
  if (table.chains.has(name.text)) throw refused('File exists', since(p, name));
  table.from = undefined;
  const all = [...table.chains.values()];
  table.chains.clear();
  for (const each of all) {
    const renamed = each === chain ? { ...each, name: name.text } : each;
    table.chains.set(renamed.name, retarget(renamed, old.text, name.text));
  }
  for (const draft of table.sets.values()) {
    draft.set = retarget(closeSet(draft), old.text, name.text);
    draft.elements = undefined;
  }
}

/** Rules keep leading to a chain whatever it is called. */
function retarget<T>(value: T, from: string, to: string): T {
  const text = JSON.stringify(value);
  const old = `"chain":${JSON.stringify(from)}`;
  if (!text.includes(old)) return value;
  return JSON.parse(text.replaceAll(old, `"chain":${JSON.stringify(to)}`)) as T;
}

function parseGet(p: Parser, outcome: Outcome, from: Token): void {
  expect(p, 'element');
  const tableName = parseTableName(p);
  const name = identifier(p);
  const table = findDraft(p.draft, p.family, p.table);
  if (!table) throw noSuch(tableName);
  const draft = table.sets.get(name.text);
  if (!draft) throw noSuch(name);
  const set = closeSet(draft);
  const wanted = parsePlacedElements(p, set.key, set.data).map(([{ key }]) =>
    set.elements.find((each) => holds(each.key, key)),
  );
  if (wanted.includes(undefined)) throw refused(ENOENT, wholeCommand(p, from));
  outcome.listings.push({
    what: draft.set.data ? 'map' : 'set',
    family: p.family,
    table: p.table,
    name: name.text,
    only: wanted.map((each) => keyOf((each as Element).key)),
    reset: false,
  });
}
