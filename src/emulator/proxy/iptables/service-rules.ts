import type { ProxyEndpoint, ServicePort } from '../services.ts';
import { externallyAccessible, usesClusterEndpoints, usesLocalEndpoints } from '../services.ts';
import type { Categorized } from '../topology.ts';
import { endpointChain, serviceChains } from './chain-name.ts';
import type { PlanOptions } from './plan.ts';
import { containsAddress } from './node-addresses.ts';
import { template, type Line } from './rule-text.ts';

/** Lines for the two tables; chains are those of the nat table that the service needs. */
export interface ServiceRules {
  readonly chains: string[];
  readonly nat: Line[];
  readonly filter: Line[];
}

const SERVICES = 'KUBE-SERVICES';
const EXTERNAL = 'KUBE-EXTERNAL-SERVICES';
const NODE_PORTS = 'KUBE-NODEPORTS';

/** All kinds of lines; `$` stands for what differs, the chain first. */
const lines = {
  atAddress: template('-A $ -m comment --comment "$" -m $ -p $ -d $ --dport $ -j $'),
  onLocalhost: template(
    '-A $ -m comment --comment $ -m $ -p $ -d 127.0.0.0/8 --dport $ -m ' +
      'nfacct --nfacct-name localhost_nps_accepted_pkts -j $',
  ),
  atNodePort: template('-A $ -m comment --comment $ -m $ -p $ --dport $ -j $'),
  refuseNodePort: template(
    '-A $ -m comment --comment "$" -m addrtype --dst-type LOCAL -m $ -p $ ' + '--dport $ -j $',
  ),
  healthCheck: template('-A $ -m comment --comment "$" -m tcp -p tcp --dport $ -j ACCEPT'),
  markAll: template('-A $ -m comment --comment "$" -m $ -p $ -d $ --dport $ -j KUBE-MARK-MASQ'),
  markOthers: template(
    '-A $ -m comment --comment "$" -m $ -p $ -d $ --dport $ $ -j ' + 'KUBE-MARK-MASQ',
  ),
  mark: template('-A $ -m comment --comment "$" -j KUBE-MARK-MASQ'),
  shortCircuit: template('-A $ -m comment --comment "$" $ -j $'),
  markLocal: template(
    '-A $ -m comment --comment "$" -m addrtype --src-type LOCAL -j ' + 'KUBE-MARK-MASQ',
  ),
  routeLocal: template('-A $ -m comment --comment "$" -m addrtype --src-type LOCAL -j $'),
  jump: template('-A $ -j $'),
  allow: template('-A $ -m comment --comment "$" -s $ -j $'),
  note: template('-A $ -m comment --comment "$"'),
  seenBrief: template('-A $ -m recent --name $ --rcheck --seconds $ --reap -j $'),
  seen: template(
    '-A $ -m comment --comment "$" -m recent --name $ --rcheck --seconds $ ' + '--reap -j $',
  ),
  chanceBrief: template('-A $ -m statistic --mode random --probability $ -j $'),
  last: template('-A $ -m comment --comment "$" -j $'),
  chance: template(
    '-A $ -m comment --comment "$" -m statistic --mode random ' + '--probability $ -j $',
  ),
  hairpinBrief: template('-A $ -s $ -j KUBE-MARK-MASQ'),
  destinationBrief: template('-A $ -m $ -p $ -j DNAT --to-destination $'),
  hairpin: template('-A $ -m comment --comment $ -s $ -j KUBE-MARK-MASQ'),
  destination: template('-A $ -m comment --comment $ -m $ -p $ -j DNAT --to-destination $'),
  rememberBrief: template('-A $ -m recent --name $ --set -m $ -p $ -j DNAT --to-destination $'),
  remember: template(
    '-A $ -m comment --comment $ -m recent --name $ --set -m $ -p $ -j ' +
      'DNAT --to-destination $',
  ),
};

/** What is decided once for a service port and used in all its rules. */
interface Decided {
  readonly port: ServicePort;
  readonly options: PlanOptions;
  readonly endpoints: Categorized;
  readonly chains: ReturnType<typeof serviceChains>;
  readonly internalChain: string;
  readonly externalPolicyChain: string;
  readonly hasInternal: boolean;
  readonly hasExternal: boolean;
  readonly usesExternal: boolean;
  readonly usesFirewall: boolean;
}

/** All rules of one service port (the loop body of upstream's syncProxyRules). */
export function serviceRules(
  port: ServicePort,
  endpoints: Categorized,
  options: PlanOptions,
): ServiceRules {
  const rules: ServiceRules = { chains: [], nat: [], filter: [] };
  const decided = decide(port, endpoints, options);
  captureAddresses(decided, rules);
  captureNodePorts(decided, rules);
  masqueradeInternal(decided, rules);
  externalChain(decided, rules);
  firewallChain(decided, rules);
  policyChains(decided, rules);
  for (const endpoint of endpoints.reachable) endpointRules(port, endpoint, options, rules);
  return rules;
}

function decide(port: ServicePort, endpoints: Categorized, options: PlanOptions): Decided {
  const chains = serviceChains(port);
  const has = (local: boolean) => endpoints.hasAny && (!local || endpoints.local.length > 0);
  return {
    port,
    options,
    endpoints,
    chains,
    internalChain: port.internalLocal ? chains.local : chains.cluster,
    externalPolicyChain: port.externalLocal ? chains.local : chains.cluster,
    hasInternal: has(port.internalLocal),
    hasExternal: has(port.externalLocal),
    usesExternal: endpoints.hasAny && externallyAccessible(port),
    usesFirewall:
      endpoints.hasAny && port.loadBalancerIPs.length > 0 && port.sourceRanges.length > 0,
  };
}

/** What becomes of traffic that no endpoint may take. */
function refusal({ port, endpoints }: Decided): readonly [comment: string, target: string] {
  return endpoints.hasAny
    ? [`${port.label} has no local endpoints`, 'DROP']
    : [`${port.label} has no endpoints`, 'REJECT'];
}

function captureAddresses(decided: Decided, { nat, filter }: ServiceRules): void {
  const { port, chains, endpoints } = decided;
  const { label, protocol: p } = port;
  const number = String(port.port);
  const [why, target] = refusal(decided);
  const capture = (about: string, address: string, to: string) =>
    nat.push(lines.atAddress(SERVICES, about, p, p, address, number, to));
  const refuse = (chain: string, address: string, about: string, to: string) =>
    filter.push(lines.atAddress(chain, about, p, p, address, number, to));
  if (decided.hasInternal) {
    capture(`${label} cluster IP`, port.clusterIP, decided.internalChain);
  } else refuse(SERVICES, port.clusterIP, why, target);
  for (const address of port.externalIPs) {
    if (endpoints.hasAny) capture(`${label} external IP`, address, chains.external);
    if (!decided.hasExternal) refuse(EXTERNAL, address, why, target);
  }
  const balancerChain = decided.usesFirewall ? chains.firewall : chains.external;
  for (const address of port.loadBalancerIPs) {
    if (endpoints.hasAny) capture(`${label} loadbalancer IP`, address, balancerChain);
    if (decided.usesFirewall) {
      const dropped = `${label} traffic not accepted by ${chains.firewall}`;
      refuse('KUBE-PROXY-FIREWALL', address, dropped, 'DROP');
    }
  }
  if (decided.hasExternal) return;
  for (const address of port.loadBalancerIPs) refuse(EXTERNAL, address, why, target);
}

function captureNodePorts(decided: Decided, { nat, filter }: ServiceRules): void {
  const { port, chains, endpoints, options } = decided;
  const { label, protocol: p } = port;
  if (port.nodePort !== 0) {
    const number = String(port.nodePort);
    if (endpoints.hasAny) {
      if (options.localhostNodePorts && options.family === 'IPv4' && options.nfacct.localhost) {
        // Counts connections to NodePorts on localhost, which are to be given up one day.
        nat.push(lines.onLocalhost(NODE_PORTS, label, p, p, number, chains.external));
      }
      nat.push(lines.atNodePort(NODE_PORTS, label, p, p, number, chains.external));
    }
    if (!decided.hasExternal) {
      const [why, target] = refusal(decided);
      filter.push(lines.refuseNodePort(EXTERNAL, why, p, p, number, target));
    }
  }
  if (port.healthCheckNodePort !== 0) {
    const about = `${label} health check node port`;
    const number = String(port.healthCheckNodePort);
    filter.push(lines.healthCheck(NODE_PORTS, about, number));
  }
}

function masqueradeInternal(
  { port, options, hasInternal, internalChain: chain }: Decided,
  { nat }: ServiceRules,
): void {
  if (!hasInternal) return;
  const { label, protocol: p, clusterIP } = port;
  const number = String(port.port);
  const about = `${label} cluster IP`;
  if (options.masqueradeAll) {
    nat.push(lines.markAll(chain, about, p, p, clusterIP, number));
  } else if (options.localTraffic) {
    const { ifNotLocal } = options.localTraffic;
    nat.push(lines.markOthers(chain, about, p, p, clusterIP, number, ifNotLocal));
  }
}

function externalChain(decided: Decided, { nat, chains: declared }: ServiceRules): void {
  if (!decided.usesExternal) return;
  const { port, chains, options } = decided;
  const { external, cluster } = chains;
  const about = (what: string) => `${what} ${port.label} external destinations`;
  declared.push(external);
  if (!port.externalLocal) {
    const why = about('masquerade traffic for');
    nat.push(lines.mark(external, why));
  } else {
    if (options.localTraffic) {
      const { ifLocal } = options.localTraffic;
      const why = about('pod traffic for');
      nat.push(lines.shortCircuit(external, why, ifLocal, cluster));
    }
    const why = [about('masquerade LOCAL traffic for'), about('route LOCAL traffic for')] as const;
    nat.push(lines.markLocal(external, why[0]), lines.routeLocal(external, why[1], cluster));
  }
  if (decided.hasExternal) nat.push(lines.jump(external, decided.externalPolicyChain));
}

function firewallChain(decided: Decided, { nat, chains: declared }: ServiceRules): void {
  if (!decided.usesFirewall) return;
  const { port, chains, options } = decided;
  const { firewall, external } = chains;
  const allow = (source: string) => {
    const about = `${port.label} loadbalancer IP`;
    nat.push(lines.allow(firewall, about, source, external));
  };
  declared.push(firewall);
  port.sourceRanges.forEach(allow);
  // A node that may connect appears with the balancer's own address, which loops back to it.
  if (port.sourceRanges.some((range) => containsAddress(range, options.nodeIP))) {
    port.loadBalancerIPs.forEach(allow);
  }
  const rest = `other traffic to ${port.label} will be dropped by KUBE-PROXY-FIREWALL`;
  nat.push(lines.note(firewall, rest));
}

function policyChains(decided: Decided, rules: ServiceRules): void {
  const { port, endpoints, chains } = decided;
  const write = (chain: string, list: readonly ProxyEndpoint[]) => {
    rules.chains.push(chain);
    balance(decided, chain, list, rules);
  };
  if (endpoints.cluster.length > 0 && usesClusterEndpoints(port))
    write(chains.cluster, endpoints.cluster);
  if (endpoints.local.length > 0 && usesLocalEndpoints(port)) write(chains.local, endpoints.local);
}

/** First clients that are remembered, then one chance after the other. */
function balance(
  { port, options }: Decided,
  chain: string,
  list: readonly ProxyEndpoint[],
  { nat }: ServiceRules,
): void {
  const brief = options.largeCluster === true;
  if (port.affinitySeconds !== undefined) {
    const seconds = String(port.affinitySeconds);
    for (const endpoint of list) {
      const to = endpointChain(port, endpoint);
      const about = `${port.label} -> ${endpoint.text}`;
      nat.push(
        brief ? lines.seenBrief(chain, to, seconds, to) : lines.seen(chain, about, to, seconds, to),
      );
    }
  }
  list.forEach((endpoint, index) => {
    const left = list.length - index;
    const to = endpointChain(port, endpoint);
    const about = `${port.label} -> ${endpoint.text}`;
    const chance = left > 1 ? (1 / left).toFixed(10) : '';
    nat.push(
      brief
        ? chance === ''
          ? lines.jump(chain, to)
          : lines.chanceBrief(chain, chance, to)
        : chance === ''
          ? lines.last(chain, about, to)
          : lines.chance(chain, about, chance, to),
    );
  });
}

function endpointRules(
  port: ServicePort,
  endpoint: ProxyEndpoint,
  options: PlanOptions,
  { chains, nat }: ServiceRules,
): void {
  const chain = endpointChain(port, endpoint);
  const { label, protocol: p } = port;
  const { address, text } = endpoint;
  chains.push(chain);
  if (port.affinitySeconds !== undefined) stickyRules(port, endpoint, options, nat);
  else if (options.largeCluster) {
    nat.push(lines.hairpinBrief(chain, address), lines.destinationBrief(chain, p, p, text));
  } else {
    nat.push(lines.hairpin(chain, label, address), lines.destination(chain, label, p, p, text));
  }
}

/** The same, and the client is remembered. */
function stickyRules(
  port: ServicePort,
  endpoint: ProxyEndpoint,
  options: PlanOptions,
  nat: Line[],
): void {
  const chain = endpointChain(port, endpoint);
  const { label, protocol: p } = port;
  const { address, text } = endpoint;
  if (options.largeCluster) {
    nat.push(lines.hairpinBrief(chain, address), lines.rememberBrief(chain, chain, p, p, text));
    return;
  }
  nat.push(lines.hairpin(chain, label, address), lines.remember(chain, label, chain, p, p, text));
}
