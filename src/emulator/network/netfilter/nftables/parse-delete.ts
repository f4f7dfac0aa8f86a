import { deleteChain, deleteRule, deleteSet, ENOENT, tableOf } from './edit.ts';
import type { Token } from './lexer.ts';
import { missingChain, missingObject, missingSet, missingTable } from './missing.ts';
import type { Outcome } from './outcome.ts';
import { parseElements, parseFamily, parseTableName, ruleChain } from './parse-command.ts';
import {
  accept,
  identifier,
  is,
  next,
  number,
  peek,
  refused,
  unexpected,
  type Parser,
} from './parser.ts';

/** `delete …`, by name or by handle. */
export function parseDelete(p: Parser, outcome: Outcome): void {
  const what = peek(p).text;
  if (what === 'rule') {
    next(p);
    const tableName = parseTableName(p);
    const chainName = identifier(p);
    if (!is(p, 'handle')) throw unexpected(p, ['handle']);
    next(p);
    const handle = number(p);
    const { table, chain } = ruleChain(p, tableName, chainName);
    return deleteRule(table, chain, handle.value, handle);
  }
  if (what === 'table') return deleteTable(p);
  if (what === 'element') {
    next(p);
    return parseElements(p, outcome, 'delete', peek(p));
  }
  if (!['chain', 'set', 'map', 'counter', 'quota', 'limit', 'flowtable'].includes(what)) {
    throw unexpected(p);
  }
  next(p);
  const tableName = parseTableName(p);
  const byHandle = accept(p, 'handle');
  const name = byHandle ? number(p) : identifier(p);
  const table = tableOf(p.draft, p.family, p.table, tableName);
  const places = { table: tableName, member: name };
  if (what === 'chain' && !byHandle && !table.chains.has(name.text)) {
    throw missingChain(p, name.text, places, 'kernel');
  }
  if ((what === 'set' || what === 'map') && !byHandle && !table.sets.has(name.text)) {
    throw missingSet(p, name.text, places, 'kernel');
  }
  if (what === 'chain') return deleteChain(table, named(table.chains, name), name);
  if (what === 'set' || what === 'map') {
    const sets = new Map([...table.sets].map(([key, { set }]) => [key, set]));
    return deleteSet(table, named(sets, name), name);
  }
  table.from = undefined;
  const gone =
    what === 'flowtable'
      ? table.flowtables.delete(name.text)
      : table.objects.delete(`${what} ${name.text}`);
  if (!gone && what === 'flowtable') throw refused(ENOENT, name);
  if (!gone) throw missingObject(p, name.text, places, 'kernel');
  return undefined;
}

/** A name as it stands, or that of the thing with the handle. */
function named(things: ReadonlyMap<string, { readonly handle: number }>, given: Token): string {
  if (given.type !== 'number') return given.text;
  return [...things].find(([, { handle }]) => handle === Number(given.text))?.[0] ?? '';
}

function deleteTable(p: Parser): void {
  next(p);
  parseFamily(p);
  const byHandle = accept(p, 'handle');
  const name = byHandle ? number(p) : identifier(p);
  const index = p.draft.tables.findIndex(
    (table) =>
      table.family === p.family &&
      (byHandle ? table.handle === Number(name.text) : table.name === name.text),
  );
  if (index < 0) throw missingTable({ ...p, table: name.text }, name, 'kernel');
  p.draft.tables.splice(index, 1);
}
