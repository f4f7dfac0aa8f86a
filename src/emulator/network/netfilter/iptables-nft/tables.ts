import type {
  NftChain,
  NftFamily,
  NftHook,
  NftRule,
  NftTable,
  Statement,
} from '../nftables/ast.ts';
import type { AddressMatch, Chain, NameMatch, Rule, Ruleset, Table } from '../iptables/rules.ts';
import type { ChainCounters } from '../iptables/print.ts';
import { symbols } from '../nftables/symbols.ts';
import { translateMatch } from './translate.ts';
import { translateTarget } from './target.ts';

/** Priority and type of the base chains of each table. */
const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  nat: -100,
  filter: 0,
  security: 150,
};

/** Counters of a chain of a table. */
export type CountersOf = (table: string, chain: string) => ChainCounters;

/** The tables that iptables-nft keeps for these rules; handles begin with `first`. */
export function tablesOfIptables(
  rules: Ruleset,
  family: 'ip' | 'ip6',
  counters: CountersOf,
  first: number,
): readonly NftTable[] {
  // The order in which a node's tables come to be: the network plugin begins with nat.
  const order = ['nat', 'filter', 'mangle', 'raw', 'security'];
  return rules.tables
    .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
    .map((table, index) => tableOf(table, family, counters, first + index));
}

function tableOf(
  table: Table,
  family: 'ip' | 'ip6',
  counters: CountersOf,
  handle: number,
): NftTable {
  // Base chains are made when the first rule comes, after the chains that it leads to.
  const own = table.chains.filter(({ policy }) => policy === undefined);
  const bases = table.chains.filter(
    ({ policy, rules }) => policy !== undefined && (rules.length > 0 || policy !== 'ACCEPT'),
  );
  let next = 1;
  const take = () => next++;
  const chains = [...own, ...bases].map((chain): NftChain => {
    const base = chain.policy === undefined ? {} : { base: baseOf(table, chain) };
    return { name: chain.name, handle: take(), ...base, rules: [] };
  });
  const names = new Set(table.chains.map(({ name }) => name));
  const filled = chains.map((chain): NftChain => {
    const from = table.chains.find(({ name }) => name === chain.name) as Chain;
    const counted = counters(table.name, chain.name).rules;
    const rules = from.rules.map((rule, index): NftRule => {
      const { packets = 0, bytes = 0 } = counted[index] ?? {};
      return { handle: take(), statements: statementsOf(rule, family, names, packets, bytes) };
    });
    return { ...chain, rules };
  });
  return {
    family: family as NftFamily,
    name: table.name,
    handle,
    nextHandle: next,
    chains: filled,
    sets: [],
    objects: [],
    flowtables: [],
  };
}

function baseOf(table: Table, chain: Chain): NonNullable<NftChain['base']> {
  const hook = chain.name.toLowerCase() as NftHook;
  const source = hook === 'postrouting' || hook === 'input';
  const priority = table.name === 'nat' && source ? 100 : (PRIORITIES[table.name] ?? 0);
  const routes = table.name === 'mangle' && hook === 'output';
  return {
    type: table.name === 'nat' ? 'nat' : routes ? 'route' : 'filter',
    hook,
    priority,
    policy: chain.policy === 'DROP' ? 'drop' : 'accept',
  };
}

function statementsOf(
  rule: Rule,
  family: 'ip' | 'ip6',
  chains: ReadonlySet<string>,
  packets: number,
  bytes: number,
): readonly Statement[] {
  const matches = rule.matches.map(translateMatch);
  const target = translateTarget(rule.target, chains.has(rule.target?.name ?? ''));
  const multiport = rule.matches.some(({ name }) => name === 'multiport');
  const [first] = matches.filter((_each, index) => index === firstForeign(matches));
  const implied = first?.protocol === rule.protocol?.name && !rule.protocol?.invert;
  const own: string[] = [
    ...deviceWords('iifname', rule.inInterface),
    ...deviceWords('oifname', rule.outInterface),
    ...(rule.protocol && !implied ? [protocolWords(rule.protocol)] : []),
    ...addressWords(`${family} saddr`, rule.source, family),
    ...addressWords(`${family} daddr`, rule.destination, family),
    ...(rule.fragment ? [`ip frag-off & 8191 ${rule.fragment.invert ? '==' : '!='} 0`] : []),
  ];
  const verb = chains.has(rule.target?.name ?? '') ? (rule.goto ? 'goto ' : 'jump ') : '';
  const protocol = rule.protocol?.name ?? 'tcp';
  const said = matches.map(({ text }) =>
    multiport ? text.replaceAll('tcp ', `${protocol} `) : text,
  );
  return [
    ...[...own, ...said].map((text): Statement => ({ kind: 'xt', text })),
    { kind: 'counter', packets, bytes },
    ...(target ? [{ kind: 'xt', text: `${verb}${target.text}` } as const] : []),
  ];
}

/** nft forgets which protocol was asked for at a match of xtables: the first one counts. */
function firstForeign(
  matches: readonly { readonly native?: boolean; readonly protocol?: string }[],
) {
  const index = matches.findIndex(({ native, protocol }) => !native || protocol !== undefined);
  return index < 0 ? matches.length : index;
}

function deviceWords(side: string, match: NameMatch | undefined): readonly string[] {
  if (!match) return [];
  const name = match.name.replace(/\+$/, '*');
  return [`${side} ${match.invert ? '!= ' : ''}"${name}"`];
}

function protocolWords({ name, invert }: NameMatch): string {
  const number = Number(name);
  const known = symbols('inet_proto').find(([, value]) => value === number)?.[0];
  return `meta l4proto ${invert ? '!= ' : ''}${known ?? name}`;
}

function addressWords(
  side: string,
  match: AddressMatch | undefined,
  family: 'ip' | 'ip6',
): readonly string[] {
  if (!match) return [];
  const { address, prefix, mask, invert } = match;
  if (mask !== undefined) return [`${side} & ${mask} ${invert ? '!=' : '=='} ${address}`];
  const whole = prefix === (family === 'ip' ? 32 : 128);
  return [`${side} ${invert ? '!= ' : ''}${address}${whole ? '' : `/${prefix}`}`];
}

/** Whether rules of a table use matches or targets of xtables: then nft warns. */
export function hasForeign(table: Table): boolean {
  const chains = new Set(table.chains.map(({ name }) => name));
  return table.chains.some(({ rules }) =>
    rules.some(({ matches, target }) => {
      if (matches.some((match) => !translateMatch(match).native)) return true;
      return target !== undefined && !translateTarget(target, chains.has(target.name))?.native;
    }),
  );
}
