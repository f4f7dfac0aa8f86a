import type { NftRuleset, NftSet, NftTable } from './ast.ts';
import { keyOf } from './draft.ts';
import type { Listing } from './outcome.ts';
import {
  printChain,
  printChainHead,
  printFlowtable,
  printObject,
  printSet,
  printTable,
  type LiveState,
} from './print.ts';
import type { PrintOptions } from './print-expr.ts';

/** What a listing prints, and which tables were printed whole. */
export interface Listed {
  readonly text: string;
  readonly whole: readonly NftTable[];
}

/** The answer to `list …` or `reset …`. */
export function listRules(
  rules: NftRuleset,
  listing: Listing,
  options: PrintOptions,
  live: LiveState,
): Listed {
  const tables = chosen(rules, listing);
  const { what } = listing;
  if (what === 'tables') {
    const handle = ({ handle: own }: NftTable) => (options.handle ? ` # handle ${own}` : '');
    const lines = tables.map((table) => `table ${table.family} ${table.name}${handle(table)}\n`);
    return { text: lines.join(''), whole: [] };
  }
  if (what === 'ruleset' || what === 'table') {
    const text = tables.map((table) => printTable(table, options, live)).join('');
    return { text, whole: tables };
  }
  const blocks = tables.map((table) =>
    block(table, members(table, listing, options, live), listing),
  );
  return { text: blocks.join(''), whole: [] };
}

/** Tables that a listing is about. */
export function chosen(rules: NftRuleset, { family, table }: Listing): readonly NftTable[] {
  return rules.tables.filter(
    (each) =>
      (family === undefined || each.family === family) &&
      (table === undefined || each.name === table),
  );
}

/** Sets or maps of a listing, with only the elements that were asked for. */
export function listedSets(table: NftTable, { what, name, only }: Listing): readonly NftSet[] {
  const maps = what === 'map' || what === 'maps';
  return table.sets
    .filter((set) => (set.data !== undefined) === maps)
    .filter((set) => name === undefined || set.name === name)
    .map((set) =>
      only
        ? { ...set, elements: set.elements.filter(({ key }) => only.includes(keyOf(key))) }
        : set,
    );
}

function members(
  table: NftTable,
  listing: Listing,
  options: PrintOptions,
  live: LiveState,
): readonly string[] {
  const { what, name, only } = listing;
  switch (what) {
    case 'chains':
      return table.chains.map((chain) => `${printChainHead(table.family, chain, options)}\t}\n`);
    case 'chain':
      return table.chains
        .filter((chain) => chain.name === name)
        .map((chain) => printChain(table, chain, options, live));
    case 'set':
    case 'sets':
    case 'map':
    case 'maps': {
      const shown = only
        ? { ...live, elements: (_t: NftTable, set: NftSet) => set.elements }
        : live;
      return listedSets(table, listing).map((set) => printSet(table, set, options, shown));
    }
    case 'flowtable':
    case 'flowtables':
      return table.flowtables
        .filter((each) => name === undefined || each.name === name)
        .map((each) => printFlowtable(table.family, each, options));
    case 'meter':
    case 'meters':
      return [];
    default:
      return table.objects
        .filter(({ statement }) => statement.kind === what.replace(/s$/, ''))
        .filter((object) => name === undefined || object.name === name)
        .map((object) => printObject(table, object, options, live));
  }
}

function block(table: NftTable, parts: readonly string[], { what }: Listing): string {
  const objects = /^(counter|quota|limit)s?$/.test(what);
  if (objects && table.objects.length === 0) return '';
  return `table ${table.family} ${table.name} {\n${parts.join('')}}\n`;
}
