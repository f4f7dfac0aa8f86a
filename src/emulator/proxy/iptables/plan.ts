import type { Family, ProxyEndpoint, ProxyNode, ServicePort } from '../services.ts';
import { categorize } from '../topology.ts';
import { matchesAll, nodePortAddresses } from './node-addresses.ts';
import { serviceRules, type ServiceRules } from './service-rules.ts';

/** What does not change between two syncs. */
export interface PlanOptions {
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
  readonly localhostNodePorts: boolean;
  readonly nodePortAddresses: readonly string[];
  readonly randomFully: boolean;
  /** `nf_conntrack_tcp_be_liberal` is set: packets out of window are let through. */
  readonly tcpLiberal: boolean;
  /** Which named counters the kernel gave. */
  readonly nfacct: { readonly invalid: boolean; readonly localhost: boolean };
}

/** A rule that leads from a built-in chain into one of kube-proxy's. */
export interface JumpRule {
  readonly table: 'nat' | 'filter';
  readonly from: string;
  readonly to: string;
  /** Words between `-A CHAIN` and `-j`. */
  readonly match: string;
}

/** Text for `iptables-restore --noflush`, by table. */
export interface IptablesPlan {
  readonly filter: string;
  readonly nat: string;
  /** Chains of the nat table that this plan uses, apart from the fixed ones. */
  readonly natChains: ReadonlySet<string>;
}

const NEW = '-m conntrack --ctstate NEW ';
const about = (text: string) => `-m comment --comment "${text}"`;
const portals = about('kubernetes service portals');
const external = NEW + about('kubernetes externally-visible service portals');
const firewall = NEW + about('kubernetes load balancer firewall');

/**
 * Jumps in the order in which they are made sure of. Each is put at the head of its chain, so the
 * last one comes first there.
 */
export const jumpRules: readonly JumpRule[] = [
  { table: 'filter', from: 'INPUT', to: 'KUBE-EXTERNAL-SERVICES', match: external },
  { table: 'filter', from: 'FORWARD', to: 'KUBE-EXTERNAL-SERVICES', match: external },
  {
    table: 'filter',
    from: 'INPUT',
    to: 'KUBE-NODEPORTS',
    match: about('kubernetes health check service ports'),
  },
  { table: 'filter', from: 'FORWARD', to: 'KUBE-SERVICES', match: NEW + portals },
  { table: 'filter', from: 'OUTPUT', to: 'KUBE-SERVICES', match: NEW + portals },
  {
    table: 'filter',
    from: 'FORWARD',
    to: 'KUBE-FORWARD',
    match: about('kubernetes forwarding rules'),
  },
  { table: 'filter', from: 'INPUT', to: 'KUBE-PROXY-FIREWALL', match: firewall },
  { table: 'filter', from: 'OUTPUT', to: 'KUBE-PROXY-FIREWALL', match: firewall },
  { table: 'filter', from: 'FORWARD', to: 'KUBE-PROXY-FIREWALL', match: firewall },
  { table: 'nat', from: 'OUTPUT', to: 'KUBE-SERVICES', match: portals },
  { table: 'nat', from: 'PREROUTING', to: 'KUBE-SERVICES', match: portals },
  {
    table: 'nat',
    from: 'POSTROUTING',
    to: 'KUBE-POSTROUTING',
    match: about('kubernetes postrouting rules'),
  },
];

/** Jumps that the kubelet makes as well (IPv4 only, because of NodePorts on localhost). */
export const kubeletJumpRules: readonly JumpRule[] = [
  { table: 'filter', from: 'INPUT', to: 'KUBE-FIREWALL', match: '' },
  { table: 'filter', from: 'OUTPUT', to: 'KUBE-FIREWALL', match: '' },
];

/** Chains of the filter and nat tables that are always there. */
const filterChains = [
  'KUBE-SERVICES',
  'KUBE-EXTERNAL-SERVICES',
  'KUBE-FORWARD',
  'KUBE-NODEPORTS',
  'KUBE-PROXY-FIREWALL',
];
const natChains = ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'];

/** Prefixes of chains that belong to one service, and may be left over from one. */
export function isServiceChain(name: string): boolean {
  return /^KUBE-(SVC|SVL|SEP|FW|EXT)-/.test(name);
}

/** The rules of all service ports for one node (upstream pkg/proxy/iptables/proxier.go). */
export function plan(
  ports: readonly ServicePort[],
  endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>,
  options: PlanOptions,
  existingNatChains: readonly string[] = [],
): IptablesPlan {
  const nat: string[] = postroutingRules(options);
  const filter: string[] = [];
  const used = new Set<string>();
  for (const rules of planServices(ports, endpoints, options)) {
    nat.push(...rules.nat);
    filter.push(...rules.filter);
    rules.chains.forEach((chain) => used.add(chain));
  }
  nat.push(...nodePortRules(options));
  const stale = existingNatChains.filter((name) => isServiceChain(name) && !used.has(name));
  const localnet = options.family === 'IPv4' && options.localhostNodePorts;
  if (localnet) filter.push(localnetRule);
  filter.push(...forwardRules(options));
  return {
    filter: text('filter', [...filterChains, ...(localnet ? ['KUBE-FIREWALL'] : [])], filter),
    nat: text(
      'nat',
      [...natChains, ...used, ...stale],
      [...nat, ...stale.map((name) => `-X ${name}`)],
    ),
    natChains: used,
  };
}

/** What the rules that belong to no Service are: before those of Services, and behind them. */
export function planFixed(options: PlanOptions) {
  const localnet = options.family === 'IPv4' && options.localhostNodePorts;
  return {
    before: postroutingRules(options),
    after: nodePortRules(options),
    filter: [...(localnet ? [localnetRule] : []), ...forwardRules(options)],
    filterChains: [...filterChains, ...(localnet ? ['KUBE-FIREWALL'] : [])],
    natChains,
  };
}

interface KnownRules {
  readonly endpoints: readonly ProxyEndpoint[];
  readonly options: string;
  readonly rules: ServiceRules;
}

const rulesKnown = new WeakMap<ServicePort, KnownRules>();
const noEndpoints: readonly ProxyEndpoint[] = [];

/** The rules of each service port, in order; those of ports that did not change are as before. */
export function planServices(
  ports: readonly ServicePort[],
  endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>,
  options: PlanOptions,
): readonly ServiceRules[] {
  const key = JSON.stringify(options);
  return ports.map((port) => {
    const list = endpoints.get(port.key) ?? noEndpoints;
    const known = rulesKnown.get(port);
    if (known?.endpoints === list && known.options === key) return known.rules;
    const rules = serviceRules(port, categorize(list, port, options.node), options);
    rulesKnown.set(port, { endpoints: list, options: key, rules });
    return rules;
  });
}

function text(table: string, chains: readonly string[], rules: readonly string[]): string {
  const declared = chains.map((chain) => `:${chain} - [0:0]`);
  return `${[`*${table}`, ...declared, ...rules, 'COMMIT'].join('\n')}\n`;
}

function postroutingRules({ masqueradeMark: mark, randomFully }: PlanOptions): string[] {
  const masquerade = about('kubernetes service traffic requiring SNAT');
  return [
    `-A KUBE-POSTROUTING -m mark ! --mark ${mark}/${mark} -j RETURN`,
    // The mark is cleared, so that the packet is not masqueraded twice on its way.
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${mark}`,
    `-A KUBE-POSTROUTING ${masquerade} -j MASQUERADE${randomFully ? ' --random-fully' : ''}`,
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${mark}`,
  ];
}

/** The kernel lets 127.0.0.0/8 be routed for NodePorts on localhost; nobody else may use that. */
const localnetRule =
  `-A KUBE-FIREWALL ${about('block incoming localnet connections')} -d 127.0.0.0/8 ` +
  '! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP';

function nodePortRules(options: PlanOptions): string[] {
  const last = about(
    'kubernetes service nodeports; NOTE: this must be the last rule in this chain',
  );
  const rule = (match: string) => `-A KUBE-SERVICES ${last} ${match} -j KUBE-NODEPORTS`;
  const isLoopback = (address: string) => address.startsWith('127.') || address === '::1';
  const withLoopback = options.family === 'IPv4' && options.localhostNodePorts;
  if (matchesAll(options.nodePortAddresses)) {
    const loopback = options.family === 'IPv6' ? '::1/128' : '127.0.0.0/8';
    return [rule(`-m addrtype --dst-type LOCAL${withLoopback ? '' : ` ! -d ${loopback}`}`)];
  }
  return nodePortAddresses(options.nodePortAddresses, options.nodeAddresses)
    .filter((address) => withLoopback || !isLoopback(address))
    .map((address) => rule(`-d ${address}`));
}

function forwardRules({ masqueradeMark: mark, tcpLiberal, nfacct }: PlanOptions): string[] {
  const counter = nfacct.invalid ? '-m nfacct --nfacct-name ct_state_invalid_dropped_pkts ' : '';
  const forward = '-A KUBE-FORWARD';
  const rules = [
    `${forward} ${about('kubernetes forwarding rules')} -m mark --mark ${mark}/${mark} -j ACCEPT`,
    `${forward} ${about('kubernetes forwarding conntrack rule')} ` +
      '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ];
  return tcpLiberal
    ? rules
    : [`${forward} -m conntrack --ctstate INVALID ${counter}-j DROP`, ...rules];
}
