import type { NftRuleset, NftTable } from '../nftables/ast.ts';
import type { Ruleset, Table } from '../iptables/rules.ts';
import { emptyTable } from '../iptables/tables.ts';

/** What nft made of the tables of iptables. */
export type Changed =
  | { readonly rules: Ruleset; readonly gone: readonly Table['name'][] }
  /** Something was added, which is not modelled: the table's name. */
  | { readonly added: string };

/**
 * Brings what nft took away from the tables of iptables back into its rules. `shown` are the tables
 * as nft saw them before, `after` all tables now.
 */
export function changesOf(
  rules: Ruleset,
  shown: readonly NftTable[],
  after: NftRuleset,
): Changed | undefined {
  const tables: Table[] = [];
  const gone: Table['name'][] = [];
  let changed = false;
  for (const table of rules.tables) {
    const before = shown.find(({ name }) => name === table.name);
    const now = after.tables.find(
      ({ family, name }) => name === table.name && family === before?.family,
    );
    if (!before || now === before) tables.push(table);
    else {
      changed = true;
      if (!now) gone.push(table.name);
      else if (hasMore(before, now)) return { added: `${now.family} ${now.name}` };
      else tables.push(reduced(table, before, now));
    }
  }
  return changed ? { rules: { tables }, gone } : undefined;
}

function hasMore(before: NftTable, now: NftTable): boolean {
  if (now.sets.length + now.objects.length + now.flowtables.length > 0) return true;
  return now.chains.some((chain) => {
    const known = before.chains.find(({ name }) => name === chain.name);
    const handles = new Set(known?.rules.map(({ handle }) => handle));
    const policy = known?.base?.policy !== chain.base?.policy;
    return !known || policy || chain.rules.some(({ handle }) => !handles.has(handle));
  });
}

/** A table without the chains and rules that are not there any more. */
function reduced(table: Table, before: NftTable, now: NftTable): Table {
  const empty = emptyTable(table.name).chains;
  const chains = table.chains.flatMap((chain) => {
    const shown = before.chains.find(({ name }) => name === chain.name);
    if (!shown) return [chain];
    const left = now.chains.find(({ name }) => name === chain.name);
    if (!left) return empty.filter(({ name }) => name === chain.name);
    const handles = new Set(left.rules.map(({ handle }) => handle));
    const kept = chain.rules.filter((_rule, i) => handles.has(shown.rules[i]?.handle ?? -1));
    return kept.length === chain.rules.length ? [chain] : [{ ...chain, rules: kept }];
  });
  return { ...table, chains };
}
