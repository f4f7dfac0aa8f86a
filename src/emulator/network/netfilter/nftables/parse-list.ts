import type { NftFamily } from './ast.ts';
import { findDraft } from './draft.ts';
import type { Token } from './lexer.ts';
import type { Outcome } from './outcome.ts';
import { missingObject } from './missing.ts';
import { noSuch, parseTableName } from './parse-command.ts';
import {
  accept,
  atEnd,
  identifier,
  is,
  next,
  notModelled,
  peek,
  unexpected,
  type Parser,
} from './parser.ts';

const FAMILIES: readonly string[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev'];
const MANY = ['tables', 'chains', 'sets', 'maps', 'meters', 'flowtables'];
const OBJECTS = ['counters', 'quotas', 'limits', 'counter', 'quota', 'limit'];
const ONE = ['table', 'chain', 'set', 'map', 'meter', 'flowtable'];

/** `list …` and `reset …`. */
export function parseList(p: Parser, outcome: Outcome, reset: boolean): void {
  const token = peek(p);
  const what = token.text;
  if (reset && !OBJECTS.slice(0, 2).concat('counter', 'quota').includes(what)) throw unexpected(p);
  if (what === 'ruleset' || MANY.includes(what)) {
    next(p);
    const family = optionalFamily(p);
    outcome.listings.push({ what, reset, ...(family ? { family } : {}) });
    return;
  }
  if (OBJECTS.includes(what)) return parseObjects(p, outcome, reset);
  if (ONE.includes(what)) {
    next(p);
    const table = parseTableName(p);
    const name = what === 'table' ? undefined : identifier(p);
    check(p, what, table, name);
    const named = name ? { name: name.text } : {};
    outcome.listings.push({ what, reset, family: p.family, table: p.table, ...named });
    return;
  }
  if (['hooks', 'ct', 'secmarks', 'secmark', 'synproxys', 'synproxy'].includes(what)) {
    throw notModelled(`list ${what}`, token);
  }
  throw unexpected(p);
}

function optionalFamily(p: Parser): NftFamily | undefined {
  if (atEnd(p)) return undefined;
  if (FAMILIES.includes(peek(p).text)) return next(p).text as NftFamily;
  throw unexpected(p, ['end of file', 'newline', 'semicolon']);
}

/** `list counters`, of a family or a table, or one of them. */
function parseObjects(p: Parser, outcome: Outcome, reset: boolean): void {
  const what = next(p).text;
  if (!what.endsWith('s')) {
    const table = parseTableName(p);
    const name = identifier(p);
    check(p, what, table, name);
    const where = { family: p.family, table: p.table, name: name.text };
    outcome.listings.push({ what, reset, ...where });
    return;
  }
  if (accept(p, 'table')) {
    const table = parseTableName(p);
    check(p, 'table', table, undefined);
    outcome.listings.push({ what, reset, family: p.family, table: p.table });
    return;
  }
  const family = optionalFamily(p);
  outcome.listings.push({ what, reset, ...(family ? { family } : {}) });
}

/** What is named must be there. */
function check(p: Parser, what: string, tableName: Token, name: Token | undefined): void {
  const table = findDraft(p.draft, p.family, tableName.text);
  if (!table) throw noSuch(tableName);
  if (!name) return;
  const found =
    what === 'chain'
      ? table.chains.has(name.text)
      : what === 'set' || what === 'meter'
        ? table.sets.has(name.text) && !table.sets.get(name.text)?.set.data
        : what === 'map'
          ? table.sets.get(name.text)?.set.data !== undefined
          : what === 'flowtable'
            ? table.flowtables.has(name.text)
            : table.objects.has(`${what} ${name.text}`);
  const object = ['counter', 'quota', 'limit'].includes(what);
  const places = { table: tableName, member: name };
  if (!found && object) throw missingObject(p, name.text, places, 'meaning');
  if (!found) throw noSuch(name);
  if (is(p, '{')) throw unexpected(p);
}
