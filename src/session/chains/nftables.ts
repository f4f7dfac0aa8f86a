import {
  findNftChain,
  findNftTable,
  noTables,
  type NftTable,
} from '../../emulator/network/netfilter/nftables/ast.ts';
import {
  nothingLive,
  printChain,
  printRule,
  printSet,
} from '../../emulator/network/netfilter/nftables/print.ts';
import { plainPrint } from '../../emulator/network/netfilter/nftables/print-expr.ts';
import { serviceNames } from '../../emulator/proxy/nftables/names.ts';
import { withPlan } from '../../emulator/proxy/nftables/load.ts';
import { plan, TABLE } from '../../emulator/proxy/nftables/plan.ts';
import type { Choice, EntryLine, ModeView } from './api.ts';
import type { ChainFacts } from './facts.ts';

/** Maps in which an address of the port stands, in the order in which packets ask them. */
const MAPS = [
  'firewall-ips',
  'no-endpoint-services',
  'no-endpoint-nodeports',
  'service-ips',
  'service-nodeports',
];

/** The port in nftables mode: elements of the maps that lead to it, and its own chains. */
export function nftablesView(facts: ChainFacts, active: boolean): ModeView {
  const loaded = active ? findNftTable(facts.config.nftables(), 'ip', TABLE) : undefined;
  const table = loaded ?? planned(facts);
  const names = serviceNames(facts.port);
  const own = [names.firewall, names.external, names.cluster, names.local];
  const elements = MAPS.flatMap((map) => elementsOf(table, map, facts));
  const chooses = [facts.port.internalLocal ? names.local : names.cluster, names.local].find(
    (name) => findNftChain(table, name),
  );
  const rules = chooses === undefined ? [] : rulesOf(table, chooses);
  const choices = choicesOf(rules);
  return {
    mode: 'nftables',
    active,
    entry: elements.filter(({ place }) => !place.startsWith('no-endpoint')),
    ...(chooses !== undefined && { chooses: { place: chooses, how: 'throw' as const } }),
    choices,
    affinity: rules.filter((text) => text.includes('@affinity-')),
    refuses: elements
      .filter(({ place }) => place.startsWith('no-endpoint'))
      .map(({ text }) => text),
    lines: [
      ...elements.map(({ place, text }) => `map ${place}: ${text}`),
      ...own.flatMap((name) => chainLines(table, name)),
      ...endpointChains(table, rules).flatMap((name) => chainLines(table, name)),
    ],
  };
}

function planned(facts: ChainFacts): NftTable {
  const { port, endpoints, clusterCIDR, masqueradeAll, node, nodeIP, nodeAddresses } = facts;
  const made = plan([port], endpoints, {
    family: 'IPv4',
    ...{ node, nodeIP, nodeAddresses, masqueradeAll },
    localTraffic: {
      ifLocal: `ip saddr ${clusterCIDR}`,
      ifNotLocal: `ip saddr != ${clusterCIDR}`,
    },
    masqueradeMark: '0x4000',
    nodePortAddresses: [`${nodeIP}/32`],
    serviceCIDRs: ['10.96.0.0/12'],
  });
  const { rules } = withPlan(noTables, made, { now: 0, stale: {} });
  return findNftTable(rules, 'ip', TABLE) as NftTable;
}

/** Elements of a map that are about this port, as nft lists them. */
function elementsOf(table: NftTable, map: string, { port }: ChainFacts): EntryLine[] {
  const set = table.sets.find(({ name }) => name === map);
  if (!set) return [];
  const text = printSet(table, set, plainPrint, nothingLive);
  const body = /elements = \{([^}]*)\}/.exec(text)?.[1] ?? '';
  const addresses = [port.clusterIP, ...port.externalIPs, ...port.loadBalancerIPs];
  const keys = map.includes('nodeport')
    ? [`${port.protocol} . ${port.nodePort}`]
    : addresses.map((address) => `${address} . ${port.protocol} . ${port.port}`);
  return body
    .split(',')
    .map((element) => element.replaceAll(/\s+/g, ' ').trim())
    .filter((element) => keys.some((key) => element === key || element.startsWith(`${key} `)))
    .map((element) => ({ place: map, text: element }));
}

function rulesOf(table: NftTable, name: string): string[] {
  const rules = findNftChain(table, name)?.rules ?? [];
  return rules.map((rule) => printRule(table, rule, plainPrint, nothingLive));
}

function chainLines(table: NftTable, name: string): string[] {
  const chain = findNftChain(table, name);
  return chain ? printChain(table, chain, plainPrint, nothingLive).trimEnd().split('\n') : [];
}

/** Doors of `numgen random mod N`: to an address at once, or to the chain of an endpoint. */
function choicesOf(rules: readonly string[]): Choice[] {
  const rule = rules.find((text) => text.includes('numgen random mod '));
  if (!rule) return [];
  const doors = [
    ...rule.matchAll(/(\d+) : (?:goto (\S+?__([\d.]+)\/(\d+))|([\d.]+) \. (\d+))(?=[ ,}])/g),
  ];
  return doors.map(([, number = '', chain, address, port, plain, plainPort]): Choice => {
    const endpoint = chain ? `${address}:${port}` : `${plain}:${plainPort}`;
    return {
      endpoint,
      by: `${number} :`,
      target: chain ? `goto ${chain}` : `${plain} . ${plainPort}`,
      arrives: 1 / doors.length,
      all: 1 / doors.length,
      rules: [rule],
    };
  });
}

function endpointChains(table: NftTable, rules: readonly string[]): string[] {
  const named = rules.flatMap((rule) => [...rule.matchAll(/goto (endpoint-[^\s,}]+)/g)]);
  const names = new Set(named.map(([, name = '']) => name));
  return table.chains.map(({ name }) => name).filter((name) => names.has(name));
}
