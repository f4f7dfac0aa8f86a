import { differences, keep, recall, renderPorts, type Rendered } from '../memo.ts';
import type { Family, ProxyEndpoint, ProxyNode, ServicePort } from '../services.ts';
import { categorize } from '../topology.ts';
import { matchesAll, nodePortAddresses } from '../iptables/node-addresses.ts';
import { serviceRules, type ServicePlan } from './service-rules.ts';

/** What does not change between two syncs. */
export interface NftablesOptions {
  readonly family: Family;
  readonly node: ProxyNode;
  readonly nodeIP: string;
  /** Addresses of the node's interfaces, loopback included. */
  readonly nodeAddresses: readonly string[];
  /** How pods of this node are told from others; undefined if they cannot be. */
  readonly localTraffic?: { readonly ifLocal: string; readonly ifNotLocal: string };
  readonly masqueradeAll: boolean;
  /** The mark as in `0x4000`. */
  readonly masqueradeMark: string;
  readonly nodePortAddresses: readonly string[];
  /** Ranges that ClusterIPs come from, as the ServiceCIDR objects say. */
  readonly serviceCIDRs: readonly string[];
}

/** A set or map that is always there. */
export interface SetPlan {
  readonly kind: 'set' | 'map';
  readonly name: string;
  /** What stands between the braces. */
  readonly block: string;
}

export interface ChainPlan {
  readonly name: string;
  /** What stands between the braces, if there are any. */
  readonly block?: string;
  readonly rules: readonly string[];
}

/** An element of a set or map, in nft's words. */
export interface ElementPlan {
  readonly set: string;
  readonly key: string;
  readonly comment?: string;
  readonly value?: string;
}

/** The whole table as it should be. */
export interface NftablesPlan {
  readonly family: 'ip' | 'ip6';
  readonly sets: readonly SetPlan[];
  /** Chains that are always there. */
  readonly chains: readonly ChainPlan[];
  readonly services: readonly ServicePlan[];
  /** The same with what they were made of. */
  readonly parts: readonly Rendered<ServicePlan>[];
  /** Elements of all sets and maps, each once. */
  readonly elements: readonly ElementPlan[];
  /** The same by set and key. */
  readonly bySet: ReadonlyMap<string, ReadonlyMap<string, ElementPlan>>;
}

/** Name and comment of the table. */
export const TABLE = 'kube-proxy';
export const TABLE_COMMENT = 'rules for kube-proxy';

/** What the last sync came to. */
interface Last {
  readonly options: string;
  readonly plan: NftablesPlan;
}

/**
 * The rules of all service ports for one node (upstream pkg/proxy/nftables/proxier.go). Parts that
 * are the same as in the last plan for `owner` are the same objects.
 */
export function plan(
  ports: readonly ServicePort[],
  endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>,
  options: NftablesOptions,
  owner: object = {},
): NftablesPlan {
  const key = JSON.stringify(options);
  const name = `nftables/${options.family}`;
  const kept = recall<Last>(owner, name);
  const last = kept?.options === key ? kept.plan : undefined;
  const parts = renderPorts<ServicePlan>(last?.parts, ports, endpoints, (port, list) =>
    serviceRules(port, categorize(list, port, options.node), options),
  );
  const change = differences(last?.parts ?? [], parts);
  const touched = [...change.gone, ...change.came].map(({ made }) => made);
  if (last && touched.length === 0) return last;
  const services = parts.map(({ made }) => made);
  const bySet = elementsBySet(services, touched, last?.bySet, options);
  const made: NftablesPlan = {
    family: options.family === 'IPv6' ? 'ip6' : 'ip',
    sets: last?.sets ?? fixedSets(options),
    chains: last?.chains ?? fixedChains(options),
    parts,
    services,
    bySet,
    get elements() {
      return [...bySet.values()].flatMap((elements) => [...elements.values()]);
    },
  };
  keep(owner, name, { options: key, plan: made } satisfies Last);
  return made;
}

/** Elements of each set, each once; sets that no change touches are those of before. */
function elementsBySet(
  services: readonly ServicePlan[],
  touched: readonly ServicePlan[],
  before: NftablesPlan['bySet'] | undefined,
  options: NftablesOptions,
): NftablesPlan['bySet'] {
  const made = new Map<string, Map<string, ElementPlan>>();
  const due = new Set(touched.flatMap(({ elements }) => elements.map(({ set }) => set)));
  if (!before) for (const { name } of fixedSets(options)) due.add(name);
  for (const set of due) made.set(set, new Map());
  if (due.has('nodeport-ips')) {
    for (const key of nodePorts(options).addresses) {
      made.get('nodeport-ips')?.set(key, { set: 'nodeport-ips', key });
    }
  }
  for (const { elements } of services) {
    for (const element of elements) {
      const own = made.get(element.set);
      if (own && !own.has(element.key)) own.set(element.key, element);
    }
  }
  return new Map([...(before ?? []), ...made]);
}

function nodePorts(options: NftablesOptions) {
  const all = matchesAll(options.nodePortAddresses);
  const isLoopback = (address: string) => address.startsWith('127.') || address === '::1';
  const chosen = nodePortAddresses(options.nodePortAddresses, options.nodeAddresses);
  return { all, addresses: all ? [] : [...new Set(chosen.filter((each) => !isLoopback(each)))] };
}

/** Sets and maps in the order in which upstream makes them. */
function fixedSets(options: NftablesOptions): readonly SetPlan[] {
  const address = options.family === 'IPv6' ? 'ipv6_addr' : 'ipv4_addr';
  const service = `${address} . inet_proto . inet_service`;
  const set = (name: string, type: string, comment: string): SetPlan => ({
    kind: 'set',
    name,
    block: `type ${type} ; comment "${comment}" ;`,
  });
  const map = (name: string, type: string, comment: string): SetPlan => ({
    ...set(name, `${type} : verdict`, comment),
    kind: 'map',
  });
  return [
    set('hairpin-connections', `${address} . ${service}`, 'service hairpin connections'),
    set('cluster-ips', address, 'Active ClusterIPs'),
    ...(nodePorts(options).all
      ? []
      : [set('nodeport-ips', address, 'IPs that accept NodePort traffic')]),
    map(
      'no-endpoint-services',
      service,
      'vmap to drop or reject packets to services with no endpoints',
    ),
    map(
      'no-endpoint-nodeports',
      'inet_proto . inet_service',
      'vmap to drop or reject packets to service nodeports with no endpoints',
    ),
    map('firewall-ips', service, 'destinations that are subject to LoadBalancerSourceRanges'),
    map('service-ips', service, 'ClusterIP, ExternalIP and LoadBalancer IP traffic'),
    map('service-nodeports', 'inet_proto . inet_service', 'NodePort traffic'),
  ];
}

const base = (name: string, type: string, hook: string, priority: number, rules: string[]) => ({
  name,
  block: `type ${type} hook ${hook} priority ${priority} ;`,
  rules,
});
const whenNew = (chain: string) => `ct state new jump ${chain}`;

/** Chains in the order in which upstream makes them: base chains, then those they lead to. */
function fixedChains(options: NftablesOptions): readonly ChainPlan[] {
  return [
    base('filter-prerouting-pre-dnat', 'filter', 'prerouting', -110, [whenNew('firewall-check')]),
    base('filter-output-pre-dnat', 'filter', 'output', -110, [whenNew('firewall-check')]),
    base('filter-input', 'filter', 'input', 0, [
      whenNew('nodeport-endpoints-check'),
      whenNew('service-endpoints-check'),
    ]),
    ...['forward', 'output'].map((hook) =>
      base(`filter-${hook}`, 'filter', hook, 0, [
        whenNew('service-endpoints-check'),
        whenNew('cluster-ips-check'),
      ]),
    ),
    base('nat-prerouting', 'nat', 'prerouting', -100, ['jump services']),
    base('nat-output', 'nat', 'output', -100, ['jump services']),
    base('nat-postrouting', 'nat', 'postrouting', 100, ['jump masquerading']),
    ...checkChains(options),
  ];
}

function checkChains(options: NftablesOptions): readonly ChainPlan[] {
  const ip = options.family === 'IPv6' ? 'ip6' : 'ip';
  const loopback = options.family === 'IPv6' ? '::1' : '127.0.0.0/8';
  const notLocal = `${ip} daddr != ${loopback}`;
  const { all } = nodePorts(options);
  const service = `${ip} daddr . meta l4proto . th dport vmap`;
  const nodePort = 'meta l4proto . th dport vmap';
  const mark = options.masqueradeMark;
  const check = all ? notLocal : `${ip} daddr @nodeport-ips`;
  const dispatch = all ? `fib daddr type local ${notLocal}` : `${ip} daddr @nodeport-ips`;
  const ranges = options.serviceCIDRs.join(',');
  return [
    { name: 'nodeport-endpoints-check', rules: [`${check} ${nodePort} @no-endpoint-nodeports`] },
    { name: 'service-endpoints-check', rules: [`${service} @no-endpoint-services`] },
    { name: 'firewall-check', rules: [`${service} @firewall-ips`] },
    {
      name: 'services',
      rules: [
        ...masqueradeRules(options, ip),
        `${service} @service-ips`,
        `${dispatch} ${nodePort} @service-nodeports`,
      ],
    },
    {
      name: 'masquerading',
      rules: [
        // The mark is cleared, so that the packet is not masqueraded twice on its way.
        `mark and ${mark} != 0 mark set mark xor ${mark} masquerade fully-random`,
        `ct status dnat ${ip} saddr . ${ip} daddr . meta l4proto . th dport ` +
          '@hairpin-connections masquerade fully-random',
      ],
    },
    {
      name: 'cluster-ips-check',
      rules: [
        `${ip} daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"`,
        ...(ranges === ''
          ? []
          : [`${ip} daddr { ${ranges} } drop comment "Drop traffic to unallocated ClusterIPs"`]),
      ],
    },
    {
      name: 'reject-chain',
      block: 'comment "helper for @no-endpoint-services / @no-endpoint-nodeports" ;',
      rules: ['reject'],
    },
  ];
}

function masqueradeRules(options: NftablesOptions, ip: string): readonly string[] {
  const { masqueradeMark: mark, localTraffic } = options;
  const set = `mark set mark or ${mark}`;
  if (options.masqueradeAll) {
    return [`${ip} daddr @cluster-ips ${set} comment "masquerade all clusterIP traffic"`];
  }
  if (!localTraffic) return [];
  const about = 'comment "masquerade clusterIP traffic from outside cluster"';
  return [`${ip} daddr @cluster-ips ${localTraffic.ifNotLocal} ${set} ${about}`];
}
