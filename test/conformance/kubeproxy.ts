// Cases of kube-proxy: rules, flows and topology (suite conformance/kubeproxy).
import { evaluate } from '../../src/emulator/network/netfilter/iptables/match.ts';
import { noRules } from '../../src/emulator/network/netfilter/iptables/tables.ts';
import type {
  Evaluation,
  MatchContext,
  MatchPacket,
  Ruleset,
} from '../../src/emulator/network/netfilter/iptables/rules.ts';
import { withCanaries, withJumps, withPlan } from '../../src/emulator/proxy/iptables/load.ts';
import {
  jumpRules,
  kubeletJumpRules,
  plan,
  type PlanOptions,
} from '../../src/emulator/proxy/iptables/plan.ts';
import { containsAddress } from '../../src/emulator/proxy/iptables/node-addresses.ts';
import {
  allServicePorts,
  endpointsByPort,
  type EndpointSliceObject,
  type Family,
  type ProxyEndpoint,
  type ServiceObject,
  type ServicePort,
} from '../../src/emulator/proxy/services.ts';
import { categorize } from '../../src/emulator/proxy/topology.ts';

interface Config {
  readonly ipFamily: Family;
  readonly localhostNodePorts?: boolean;
  readonly masqueradeAll: boolean;
  readonly masqueradeMark?: string;
  readonly nodeIP: string;
  readonly nodeName: string;
  readonly nodePortAddresses: string;
  readonly topologyLabels?: Readonly<Record<string, string>> | null;
}

interface Case {
  readonly id: string;
  readonly test: string;
  readonly sync?: number;
  readonly config: Config;
  readonly nodeIPs?: readonly string[];
  readonly services: readonly ServiceObject[];
  readonly endpointSlices: readonly EndpointSliceObject[];
  readonly iptablesSave?: string;
  readonly packet?: {
    readonly sourceIP: string;
    readonly protocol: string;
    readonly destIP: string;
    readonly destPort: number;
  };
  readonly expect?: { readonly output: string; readonly masquerade: boolean };
}

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

const NODE_IPS = [
  '192.168.0.2',
  '192.168.1.2',
  '192.168.99.11',
  '2001:db8::1',
  '2001:db8:1::2',
  '127.0.0.1',
  '::1',
];

export const handles = (path: string): boolean =>
  path.startsWith('conformance/kubeproxy/') && !path.includes('nftables');

export function* run(file: { file: string; cases: readonly never[] }): Iterable<Result> {
  for (const each of file.cases) {
    if (file.file === 'topology') yield topology(each);
    else if (file.file === 'iptables') yield rules(each, file.cases as readonly Case[]);
    else if (file.file === 'iptables-flows') yield flow(each);
    else yield { id: (each as { id: string }).id, outcome: 'unsupported' };
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
function options({ id, config, nodeIPs }: Case): PlanOptions {
  const family = config.ipFamily;
  const pods = family === 'IPv6' ? 'fd00:10::/64' : '10.0.0.0/8';
  const detects = !/no_LocalTrafficDetector/.test(id);
  return {
    family,
    node: { name: config.nodeName, labels: config.topologyLabels ?? {} },
    nodeIP: config.nodeIP,
    nodeAddresses: [...(nodeIPs ?? []), ...NODE_IPS],
    ...(detects ? { localTraffic: { ifLocal: `-s ${pods}`, ifNotLocal: `! -s ${pods}` } } : {}),
    masqueradeAll: config.masqueradeAll,
    masqueradeMark: config.masqueradeMark ?? '0x4000',
    localhostNodePorts: config.localhostNodePorts ?? !/localhost-nodeports_disabled/.test(id),
    nodePortAddresses: config.nodePortAddresses.replace(/[[\]]/g, '').split(' '),
    randomFully: /randomFully_true/.test(id),
    tcpLiberal: /tcpLiberal_is_true/.test(id),
    nfacct: { invalid: !/nfacctEnsured_is_false/.test(id), localhost: true },
  };
}

function planned(each: Case) {
  const { ipFamily, nodeName } = each.config;
  return plan(
    allServicePorts(each.services, ipFamily),
    endpointsByPort(each.endpointSlices, ipFamily, nodeName),
    options(each),
  );
}

/** The proxier's own lines by chain; shared chains are sorted, for Services come in any order. */
function byChain(text: string): string {
  const chains = new Map<string, string[]>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line;
    const chain = /^-A (KUBE-\S+)/.exec(line)?.[1];
    if (chain === undefined) continue;
    const key = `${table} ${chain}`;
    chains.set(key, [...(chains.get(key) ?? []), `${table} ${line}`]);
  }
  const shared = /SERVICES|NODEPORTS|PROXY-FIREWALL/;
  return [...chains]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([chain, lines]) => (shared.test(chain) ? [...lines].sort() : lines))
    .join('\n');
}

function rules(each: Case, all: readonly Case[]): Result {
  const text = planned(each);
  // The recorded first sync of some tests happens before both informers have synced: nothing is
  // written then. The second sync of the same test has the same, empty input.
  const empty = (other: Case) => other.services.length + other.endpointSlices.length === 0;
  const waits =
    each.sync === 1 &&
    empty(each) &&
    all.some((other) => other.test === each.test && other.sync === 2 && empty(other));
  const got = waits ? '' : byChain(text.nat + text.filter);
  return judged(each.id, got, byChain(each.iptablesSave ?? ''));
}

function flow(each: Case): Result {
  const { packet, expect, config } = each;
  if (!packet || !expect) return { id: each.id, outcome: 'unsupported' };
  const family = config.ipFamily;
  const jumps = family === 'IPv6' ? jumpRules : [...jumpRules, ...kubeletJumpRules];
  const prepared = withJumps(withCanaries(noRules), jumps);
  const loaded = withPlan(prepared, planned(each), family);
  const got = trace(loaded, packet);
  return judged(each.id, JSON.stringify(got), JSON.stringify(expect));
}

/** All ways that a packet can take, because of `statistic`, with what each ends in. */
function trace(
  loaded: Ruleset,
  { sourceIP, protocol, destIP, destPort }: NonNullable<Case['packet']>,
) {
  const local = (address: string) =>
    NODE_IPS.includes(address) || containsAddress('127.0.0.0/8', address);
  const outputs: string[] = [];
  let masquerade = false;
  for (let choices: boolean[] | undefined = []; choices;) {
    let asked = 0;
    const taken: boolean[] = [...choices];
    const context: MatchContext = {
      chance() {
        taken[asked] ??= true;
        return taken[asked++] ? 0 : 0.999_999;
      },
      addressType: (address) => (local(address) ? 'LOCAL' : 'UNICAST'),
      inSet: () => false,
      recent: () => undefined,
      limit: () => true,
    };
    const packet: MatchPacket = {
      source: sourceIP,
      destination: destIP,
      protocol: protocol.toLowerCase() as MatchPacket['protocol'],
      sourcePort: 12345,
      destinationPort: destPort,
      mark: 0,
      ttl: 64,
      size: 60,
      connection: { state: 'NEW', direction: 'ORIGINAL', dnat: false, snat: false, mark: 0 },
    };
    const nat = evaluate(loaded, 'nat', local(sourceIP) ? 'OUTPUT' : 'PREROUTING', packet, context);
    const ended = afterNat(loaded, packet, nat, local, context);
    if (ended.output !== '' && !outputs.includes(ended.output)) outputs.push(ended.output);
    masquerade ||= ended.masquerade;
    // The next way: the last choice that can still be turned.
    while (taken.length > 0 && !taken.at(-1)) taken.pop();
    choices = taken.length > 0 ? [...taken.slice(0, -1), false] : undefined;
  }
  return { output: outputs.join(', '), masquerade };
}

function afterNat(
  loaded: Ruleset,
  packet: MatchPacket,
  nat: Evaluation | undefined,
  local: (address: string) => boolean,
  context: MatchContext,
) {
  const dnat = nat?.verdict.type === 'DNAT' ? nat.verdict : undefined;
  const mark = nat?.mark ?? 0;
  const moved: MatchPacket = dnat
    ? {
        ...packet,
        destination: dnat.address,
        destinationPort: dnat.ports?.[0] ?? packet.destinationPort ?? 0,
        mark,
        connection: { ...packet.connection, dnat: true },
      }
    : { ...packet, mark };
  const chain = local(packet.source) ? 'OUTPUT' : local(moved.destination) ? 'INPUT' : 'FORWARD';
  const filter = evaluate(loaded, 'filter', chain, moved, context);
  const verdict = filter?.verdict.type ?? 'ACCEPT';
  const masquerade = (mark & 0x4000) !== 0;
  if (verdict === 'REJECT' || verdict === 'DROP') return { output: verdict, masquerade };
  const host = dnat?.address.includes(':') ? `[${dnat.address}]` : dnat?.address;
  if (dnat) return { output: `${host}:${dnat.ports?.[0]}`, masquerade };
  const accepted =
    filter !== undefined && filter.by.index >= 0 && filter.by.chain !== 'KUBE-FORWARD';
  return { output: accepted ? 'ACCEPT' : '', masquerade };
}

interface TopologyEndpoint {
  readonly endpoint: string;
  readonly isLocal: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints?: object;
  readonly nodeHints?: object;
}

interface TopologyCase {
  readonly id: string;
  readonly endpoints: readonly TopologyEndpoint[] | null;
  readonly servicePort: {
    readonly externalPolicyLocal: boolean;
    readonly internalPolicyLocal: boolean;
    readonly nodePort: number;
  };
  readonly nodeName: string;
  readonly topologyLabels: Readonly<Record<string, string>> | null;
  readonly result: Readonly<
    Record<
      'clusterEndpoints' | 'localEndpoints' | 'allReachableEndpoints',
      readonly TopologyEndpoint[] | null
    >
  > & { readonly hasAnyEndpoints: boolean };
}

function topology(each: TopologyCase): Result {
  const { servicePort, result } = each;
  const port: ServicePort = {
    namespace: 'ns',
    service: 'svc',
    label: 'ns/svc',
    key: 'ns/svc/tcp',
    protocol: 'tcp',
    clusterIP: '10.0.0.1',
    port: 80,
    nodePort: servicePort.nodePort,
    externalIPs: [],
    loadBalancerIPs: [],
    sourceRanges: [],
    healthCheckNodePort: 0,
    internalLocal: servicePort.internalPolicyLocal,
    externalLocal: servicePort.externalPolicyLocal,
  };
  const endpoints = (each.endpoints ?? []).map((given): ProxyEndpoint => {
    const [address = '', number = '0'] = given.endpoint.split(':');
    return {
      address,
      port: Number(number),
      text: given.endpoint,
      ready: given.ready,
      serving: given.serving,
      terminating: given.terminating,
      local: given.isLocal,
      zoneHints: Object.keys(given.zoneHints ?? {}),
      nodeHints: Object.keys(given.nodeHints ?? {}),
    };
  });
  const got = categorize(endpoints, port, {
    name: each.nodeName,
    labels: each.topologyLabels ?? {},
    ...(/feature_gate_disabled/.test(each.id) ? { ignoresNodeHints: true } : {}),
  });
  const texts = (list: readonly ProxyEndpoint[]) => list.map(({ text }) => text).sort();
  const wanted = (list: readonly TopologyEndpoint[] | null) =>
    (list ?? []).map(({ endpoint }) => endpoint).sort();
  const show = (cluster: string[], local: string[], all: string[], any: boolean) =>
    JSON.stringify({ cluster, local, all, any });
  return judged(
    each.id,
    show(texts(got.cluster), texts(got.local), texts(got.reachable), got.hasAny),
    show(
      wanted(result.clusterEndpoints),
      wanted(result.localEndpoints),
      wanted(result.allReachableEndpoints),
      result.hasAnyEndpoints,
    ),
  );
}
