// kube-proxy's nftables mode: its table after each sync of upstream's tests, and packets through it
// (suite conformance/kubeproxy).
import { noTables, type NftRuleset } from '../../src/emulator/network/netfilter/nftables/ast.ts';
import { evaluateBase } from '../../src/emulator/network/netfilter/nftables/compile.ts';
import { basesOf } from '../../src/emulator/network/netfilter/nftables/records.ts';
import type {
  NftContext,
  NftPacket,
  NftVerdict,
} from '../../src/emulator/network/netfilter/nftables/walk.ts';
import { containsAddress } from '../../src/emulator/proxy/iptables/node-addresses.ts';
import { elementText, withPlan, type StaleChains } from '../../src/emulator/proxy/nftables/load.ts';
import { isServiceChain } from '../../src/emulator/proxy/nftables/names.ts';
import {
  plan,
  type ChainPlan,
  type NftablesOptions,
  type NftablesPlan,
} from '../../src/emulator/proxy/nftables/plan.ts';
import {
  allServicePorts,
  endpointsByPort,
  type EndpointSliceObject,
  type Family,
  type ServiceObject,
} from '../../src/emulator/proxy/services.ts';

interface Case {
  readonly id: string;
  readonly test: string;
  readonly sync?: number;
  readonly config: {
    readonly ipFamily: Family;
    readonly masqueradeAll: boolean;
    readonly masqueradeMark?: string;
    readonly nodeIP: string;
    readonly nodeName: string;
    readonly nodePortAddresses: string;
    readonly topologyLabels?: Readonly<Record<string, string>> | null;
  };
  readonly nodeIPs?: readonly string[];
  readonly services: readonly ServiceObject[];
  readonly endpointSlices: readonly EndpointSliceObject[];
  readonly nft?: string;
  readonly packet?: {
    readonly sourceIP: string;
    readonly protocol: string;
    readonly destIP: string;
    readonly destPort: number;
  };
  readonly expect?: { readonly output: string; readonly masquerade: boolean };
}

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

/** Addresses that the fake interfaces of upstream's tests have. */
const NODE_IPS = ['192.168.0.2', '192.168.1.2', '192.168.99.11', '2001:db8::1', '2001:db8:1::2'];
const SECOND = 1_000_000;

export const handles = (path: string): boolean =>
  /^conformance\/kubeproxy\/nftables(-flows)?\.json$/.test(path);

export function* run(file: { file: string; cases: readonly Case[] }): Iterable<Result> {
  let before: State | undefined;
  for (const each of file.cases) {
    if (file.file === 'nftables-flows') yield flow(each);
    else {
      before = synced(each, before?.each.test === each.test ? before : undefined, file.cases);
      yield judged(each.id, before.dump, sortedDump(each.nft ?? ''));
    }
  }
}

function judged(id: string, got: string, wanted: string): Result {
  if (got === wanted) return { id, outcome: 'pass' };
  const [a, b] = [got.split('\n'), wanted.split('\n')];
  const lines = [
    ...b.filter((line) => !a.includes(line)).map((line) => `- ${line}`),
    ...a.filter((line) => !b.includes(line)).map((line) => `+ ${line}`),
  ];
  return { id, outcome: 'fail', detail: lines.slice(0, 12).join('\n') };
}

/** Options of the test's proxier; what its configuration leaves out is told by the test's name. */
function options({ id, config, nodeIPs }: Case): NftablesOptions {
  const six = config.ipFamily === 'IPv6';
  const [ip, pods] = six ? ['ip6', 'fd00:10::/64'] : ['ip', '10.0.0.0/8'];
  const detects = !/no_LocalTrafficDetector/.test(id);
  return {
    family: config.ipFamily,
    node: { name: config.nodeName, labels: config.topologyLabels ?? {} },
    nodeIP: config.nodeIP,
    nodeAddresses: [...new Set([...(nodeIPs ?? []), ...NODE_IPS])],
    ...(detects
      ? { localTraffic: { ifLocal: `${ip} saddr ${pods}`, ifNotLocal: `${ip} saddr != ${pods}` } }
      : {}),
    masqueradeAll: config.masqueradeAll,
    masqueradeMark: config.masqueradeMark ?? '0x4000',
    nodePortAddresses: config.nodePortAddresses.replace(/[[\]]/g, '').split(' '),
    serviceCIDRs: [six ? 'fd00:10:96::/112' : '172.30.0.0/16'],
  };
}

function planned(each: Case): NftablesPlan {
  const { ipFamily, nodeName } = each.config;
  return plan(
    allServicePorts(each.services, ipFamily),
    endpointsByPort(each.endpointSlices, ipFamily, nodeName),
    options(each),
  );
}

interface State {
  readonly each: Case;
  readonly rules: NftRuleset;
  readonly stale: StaleChains;
  readonly now: number;
  readonly dump: string;
}

/** One sync after those before it in the same test. */
function synced(each: Case, before: State | undefined, all: readonly Case[]): State {
  const empty = (other: Case) => other.services.length + other.endpointSlices.length === 0;
  // The recorded first sync of some tests happens before both informers have synced: nothing is
  // written then. The second sync of the same test has the same, empty input.
  const waits =
    each.sync === 1 &&
    empty(each) &&
    all.some((other) => other.test === each.test && other.sync === 2 && empty(other));
  if (waits) return { each, rules: noTables, stale: {}, now: 0, dump: '' };
  const input = ({ services, endpointSlices }: Case) => JSON.stringify([services, endpointSlices]);
  // A sync of the same objects is upstream's way to let time pass.
  const same = before !== undefined && input(before.each) === input(each);
  const now = (before?.now ?? 0) + (same ? 2 * SECOND : 1000);
  const own = planned(each);
  const loaded = withPlan(before?.rules ?? noTables, own, { now, stale: before?.stale ?? {} });
  return { each, ...loaded, now, dump: sortedDump(dump(own, loaded.rules)) };
}

/** The table as the fake of knftables dumps it: in the words that kube-proxy wrote. */
function dump(own: NftablesPlan, rules: NftRuleset): string {
  const at = `${own.family} kube-proxy`;
  const table = rules.tables[0];
  const chains = new Map<string, ChainPlan>(
    [...own.chains, ...own.services.flatMap((service) => service.chains)].map((chain) => [
      chain.name,
      chain,
    ]),
  );
  for (const { name } of table?.chains ?? []) {
    if (isServiceChain(name) && !chains.has(name)) chains.set(name, { name, rules: [] });
  }
  const sets = [
    ...own.sets,
    ...own.services
      .flatMap((service) => service.affinitySets)
      .map((set) => ({ kind: 'set', ...set })),
  ];
  return [
    `add table ${at} { comment "rules for kube-proxy" ; }`,
    ...[...chains.values()].map(
      ({ name, block }) => `add chain ${at} ${name}${block ? ` { ${block} }` : ''}`,
    ),
    ...sets.map(({ kind, name, block }) => `add ${kind} ${at} ${name} { ${block} }`),
    ...[...chains.values()].flatMap((chain) =>
      chain.rules.map((rule) => `add rule ${at} ${chain.name} ${rule}`),
    ),
    ...own.elements.map((each) => `add element ${at} ${each.set} { ${elementText(each)} }`),
  ].join('\n');
}

/** Services come in any order, so only rules of one chain are compared in their order. */
function sortedDump(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const rules = new Map<string, string[]>();
  for (const line of lines) {
    const chain = /^add rule \S+ \S+ (\S+)/.exec(line)?.[1];
    if (chain !== undefined) rules.set(chain, [...(rules.get(chain) ?? []), line]);
  }
  const others = lines.filter((line) => !line.startsWith('add rule'));
  const sortedRules = [...rules].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, list]) => list);
  return [...others.sort(), ...sortedRules].join('\n');
}

/** Follows a packet by all ways that chance may choose. */
function flow(each: Case): Result {
  const { packet, expect } = each;
  if (!packet || !expect) return { id: each.id, outcome: 'unsupported' };
  const { rules } = withPlan(noTables, planned(each), { now: 0, stale: {} });
  const locals = [...(each.nodeIPs ?? NODE_IPS), '::1'];
  const got = trace(rules, packet, (address) => {
    return locals.includes(address) || containsAddress('127.0.0.0/8', address);
  });
  return judged(each.id, JSON.stringify(got), JSON.stringify(expect));
}

/** How many values `numgen` is asked for: no service of these tests has more endpoints. */
const MOST = 12;

function trace(
  rules: NftRuleset,
  packet: NonNullable<Case['packet']>,
  local: (address: string) => boolean,
) {
  const outputs: string[] = [];
  let masquerade = false;
  for (let choice = 0; choice < MOST; choice++) {
    const ended = walk(rules, packet, local, (choice + 0.5) / MOST);
    if (ended.output !== '' && !outputs.includes(ended.output)) outputs.push(ended.output);
    masquerade ||= ended.masquerade;
  }
  return { output: outputs.join(', '), masquerade };
}

const PROTOCOLS: Readonly<Record<string, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

function walk(
  rules: NftRuleset,
  { sourceIP, protocol, destIP, destPort }: NonNullable<Case['packet']>,
  local: (address: string) => boolean,
  chance: number,
) {
  const bases = basesOf(rules.tables);
  const context: NftContext = {
    now: 0,
    chance: () => chance,
    increment: () => 0,
    addressType: (address) => (local(address) ? 'local' : 'unicast'),
    routeDevice: () => undefined,
    dynamic: () => undefined,
    change: () => undefined,
    limit: () => true,
    quota: () => 0,
    connections: () => 0,
  };
  let packet: NftPacket = {
    family: sourceIP.includes(':') ? 'ip6' : 'ip',
    source: sourceIP,
    destination: destIP,
    protocol: PROTOCOLS[protocol] ?? 0,
    sourcePort: 12_345,
    destinationPort: destPort,
    mark: 0,
    ttl: 64,
    size: 60,
    connection: { state: 8, status: 0, mark: 0, reply: false },
  };
  let output = '';
  let masquerade = false;
  const through = (hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting') => {
    for (const { table, chain } of bases.get(hook) ?? []) {
      const { verdict, mark } = evaluateBase(table, chain, packet, context);
      packet = { ...packet, mark };
      if (verdict.type === 'DROP' || verdict.type === 'REJECT') return verdict.type;
      if (verdict.type === 'MASQUERADE') masquerade = true;
      if (verdict.type === 'DNAT') output = moved(verdict);
    }
    return undefined;
  };
  const moved = ({ address, ports }: Extract<NftVerdict, { type: 'DNAT' | 'SNAT' }>) => {
    const port = ports?.[0] ?? destPort;
    const connection = { ...packet.connection, status: 32 };
    packet = { ...packet, destination: address, destinationPort: port, connection };
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  };
  const first = through(local(sourceIP) ? 'output' : 'prerouting');
  if (first) return { output: first, masquerade: false };
  if (!local(sourceIP)) {
    const second = through(local(packet.destination) ? 'input' : 'forward');
    if (second) return { output: second, masquerade: false };
  }
  through('postrouting');
  return { output, masquerade };
}
