import type { Family, ProxyEndpoint, ProxyNode, ServicePort } from '../services.ts';
import { categorize } from '../topology.ts';
import { matchesAll, nodePortAddresses } from './node-addresses.ts';
import { chainOf, template, textOf, type Line } from './rule-text.ts';
import { serviceRules } from './service-rules.ts';

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
  /** There are so many endpoints that their rules have no comments (`largeClusterMode`). */
  readonly largeCluster?: boolean;
}

/** Endpoints above which upstream writes shorter rules and cleans up more rarely. */
const LARGE = 1000;

/** Whether there are that many endpoints of all service ports together. */
export function isLargeCluster(
  ports: readonly ServicePort[],
  endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>,
): boolean {
  let total = 0;
  for (const { key } of ports) total += endpoints.get(key)?.length ?? 0;
  return total > LARGE;
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

/**
 * The rules of all service ports for one node (upstream pkg/proxy/iptables/proxier.go). Chains of
 * `existingNatChains` that no service has any more are deleted. `changed` names Services
 * (`namespace/name`): then only their own chains are in the text, and those of others stay as they
 * are (upstream's partial sync).
 */
export function plan(
  ports: readonly ServicePort[],
  endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>,
  given: PlanOptions,
  existingNatChains: readonly string[] = [],
  changed?: ReadonlySet<string>,
): IptablesPlan {
  const options = { ...given, largeCluster: isLargeCluster(ports, endpoints) };
  const fixed = planFixed(options);
  const nat: Line[] = [...fixed.before];
  const filter: Line[] = [];
  const used = new Set<string>();
  const declared: string[] = [];
  for (const port of ports) {
    const list = endpoints.get(port.key) ?? [];
    const rules = serviceRules(port, categorize(list, port, options.node), options);
    const due = changed === undefined || changed.has(serviceName(port));
    nat.push(...(due ? rules.nat : rules.nat.filter((each) => !isServiceChain(chainOf(each)))));
    filter.push(...rules.filter);
    rules.chains.forEach((chain) => used.add(chain));
    if (due) declared.push(...rules.chains);
  }
  const stale = existingNatChains.filter((name) => isServiceChain(name) && !used.has(name));
  const natText = [...nat, ...fixed.after].map(textOf);
  return {
    filter: text('filter', fixed.filterChains, [...filter, ...fixed.filter].map(textOf)),
    nat: text(
      'nat',
      [...natChains, ...declared, ...stale],
      [...natText, ...stale.map((name) => `-X ${name}`)],
    ),
    natChains: used,
  };
}

/** The Service that a port belongs to, as `namespace/name`. */
export const serviceName = ({ namespace, service }: ServicePort): string =>
  `${namespace}/${service}`;

const fixedLine = template('-A $ $');
const toLine = (rule: string): Line => {
  const [, chain = '', rest = ''] = /^-A (\S+) (.*)$/.exec(rule) ?? [];
  return fixedLine(chain, rest);
};

/** What the rules that belong to no Service are: before those of Services, and behind them. */
export function planFixed(options: PlanOptions) {
  const localnet = options.family === 'IPv4' && options.localhostNodePorts;
  return {
    before: postroutingRules(options).map(toLine),
    after: nodePortRules(options).map(toLine),
    filter: [...(localnet ? [localnetRule] : []), ...forwardRules(options)].map(toLine),
    filterChains: [...filterChains, ...(localnet ? ['KUBE-FIREWALL'] : [])],
    natChains,
  };
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
