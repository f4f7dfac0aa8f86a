import type { Element, NftFlowtable, NftObject, NftSet } from './ast.ts';
import type { DraftTable } from './draft.ts';
import {
  addChain,
  addElements,
  addFlowtable,
  addObject,
  addRule,
  addSet,
  addTable,
  chainOf,
  ENOENT,
} from './edit.ts';
import { span, type Place, type Token } from './lexer.ts';
import type { Outcome } from './outcome.ts';
import {
  endOfStatement,
  parseChainBlock,
  parseFlowtable,
  parseObject,
  parseSetBlock,
  skipSeparators,
  type ChainOptions,
} from './parse-block.ts';
import { parseRuleBody } from './parse-statement.ts';
import {
  accept,
  expect,
  identifier,
  is,
  next,
  notModelled,
  peek,
  previous,
  quoted,
  refused,
  unexpected,
  type Parser,
} from './parser.ts';
import { checkHooks } from './validate.ts';

/** What a table's block holds, before it is done in the order in which nft does it. */
interface Block {
  readonly chains: { readonly name: string; readonly options: ChainOptions; readonly at: Place }[];
  /** Where rules begin: they are read when all sets are known. */
  readonly rules: { readonly chain: Token; readonly start: number }[];
  readonly sets: {
    readonly set: Omit<NftSet, 'handle'>;
    readonly elements: readonly (readonly [Element, Place])[];
    readonly at: Place;
  }[];
  readonly objects: Omit<NftObject, 'handle'>[];
  readonly flowtables: Omit<NftFlowtable, 'handle'>[];
}

/** `{ chain … set … }` of a table; the table is made if it is not there (`nft_cmd_expand`). */
export function parseTableBlock(p: Parser, exclusive: Place | undefined, outcome: Outcome): void {
  const { family, table: name } = p;
  const block: Block = { chains: [], rules: [], sets: [], objects: [], flowtables: [] };
  let options: { comment?: string; flags?: string[] } = {};
  expect(p, '{');
  skipSeparators(p);
  while (!is(p, '}')) {
    if (accept(p, 'comment')) options = { ...options, comment: quoted(p).text };
    else if (accept(p, 'flags')) options = { ...options, flags: [parseFlag(p)] };
    else parseMember(p, block);
    endOfStatement(p);
  }
  expect(p, '}');
  const end = p.at;
  const table = addTable(p.draft, family, name, options, exclusive);
  outcome.echo.push({ what: 'table', family, table: name });
  for (const { name: chain, options: each, at } of block.chains) {
    addChain(table, chain, each, undefined, at);
    outcome.echo.push({ what: 'chain', family, table: name, chain });
  }
  for (const object of block.objects) addObject(table, object);
  for (const { set, at } of block.sets) addSet(table, set, undefined, at);
  for (const flowtable of block.flowtables) addFlowtable(table, flowtable);
  for (const { set, elements } of block.sets)
    addElements(table, set.name, elements, false, p.draft.now);
  for (const each of block.rules) addBlockRule(p, table, each, outcome);
  p.at = end;
}

function parseFlag(p: Parser): string {
  if (!is(p, 'dormant')) throw unexpected(p);
  return next(p).text;
}

function parseMember(p: Parser, block: Block): void {
  const what = peek(p);
  switch (what.text) {
    case 'chain': {
      next(p);
      const chain = identifier(p);
      const options = parseChainBlock(p, () => {
        block.rules.push({ chain, start: p.at });
        skipStatement(p);
      });
      block.chains.push({ name: chain.text, options, at: span(what, previous(p)) });
      return;
    }
    case 'set':
    case 'map': {
      next(p);
      const name = identifier(p);
      block.sets.push({ ...parseSetBlock(p, name.text, what.text === 'map'), at: name });
      return;
    }
    case 'counter':
    case 'quota':
    case 'limit':
      next(p);
      block.objects.push(parseObject(p, what.text, identifier(p).text));
      return;
    case 'flowtable':
      next(p);
      block.flowtables.push(parseFlowtable(p, identifier(p).text));
      return;
    case 'ct':
    case 'secmark':
    case 'synproxy':
      throw notModelled(what.text, what);
    default:
      throw unexpected(p);
  }
}

/** Steps over a rule: to the end of its line, or the semicolon or brace that ends it. */
function skipStatement(p: Parser): void {
  let depth = 0;
  for (;;) {
    const token = peek(p);
    if (token.type === 'end') return;
    if (token.type === 'sign') {
      if (depth === 0 && (token.text === ';' || token.text === '}')) return;
      if (token.text === '{') depth += 1;
      if (token.text === '}') depth -= 1;
    }
    if (token.type === 'newline' && depth === 0) return;
    next(p);
  }
}

function addBlockRule(
  p: Parser,
  table: DraftTable,
  { chain, start }: Block['rules'][number],
  outcome: Outcome,
): void {
  p.at = start;
  p.targets = [];
  const body = parseRuleBody(p);
  for (const { chain: target, at } of p.targets) {
    if (!table.chains.has(target)) throw refused(ENOENT, at);
  }
  const at = span(p.tokens[start] as Token, previous(p));
  const rule = addRule(table, chainOf(table, chain.text, chain), body, false, undefined);
  checkHooks(p, table, at);
  const where = { family: table.family, table: table.name, chain: chain.text };
  outcome.echo.push({ what: 'rule', ...where, rule });
}
