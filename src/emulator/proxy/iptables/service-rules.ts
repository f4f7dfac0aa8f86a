import type { ProxyEndpoint, ServicePort } from '../services.ts';
import { externallyAccessible, usesClusterEndpoints, usesLocalEndpoints } from '../services.ts';
import type { Categorized } from '../topology.ts';
import { endpointChain, serviceChains } from './chain-name.ts';
import type { PlanOptions } from './plan.ts';
import { containsAddress } from './node-addresses.ts';

/** Lines for the two tables; chains are those of the nat table that the service needs. */
export interface ServiceRules {
  readonly chains: string[];
  readonly nat: string[];
  readonly filter: string[];
}

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
  for (const endpoint of endpoints.reachable) endpointRules(port, endpoint, rules);
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

const comment = (text: string) => `-m comment --comment "${text}"`;
const to = ({ protocol }: ServicePort, address: string, port: number) =>
  `-m ${protocol} -p ${protocol} -d ${address} --dport ${port}`;

/** What becomes of traffic that no endpoint may take. */
function filterTarget({ port, endpoints }: Decided): readonly [comment: string, target: string] {
  return endpoints.hasAny
    ? [comment(`${port.label} has no local endpoints`), 'DROP']
    : [comment(`${port.label} has no endpoints`), 'REJECT'];
}

function captureAddresses(decided: Decided, { nat, filter }: ServiceRules): void {
  const { port, chains, endpoints } = decided;
  const [why, target] = filterTarget(decided);
  const cluster = to(port, port.clusterIP, port.port);
  if (decided.hasInternal) {
    const about = comment(`${port.label} cluster IP`);
    nat.push(`-A KUBE-SERVICES ${about} ${cluster} -j ${decided.internalChain}`);
  } else filter.push(`-A KUBE-SERVICES ${why} ${cluster} -j ${target}`);
  const refuse = (address: string) =>
    filter.push(`-A KUBE-EXTERNAL-SERVICES ${why} ${to(port, address, port.port)} -j ${target}`);
  for (const address of port.externalIPs) {
    const about = `${comment(`${port.label} external IP`)} ${to(port, address, port.port)}`;
    if (endpoints.hasAny) nat.push(`-A KUBE-SERVICES ${about} -j ${chains.external}`);
    if (!decided.hasExternal) refuse(address);
  }
  const balancerChain = decided.usesFirewall ? chains.firewall : chains.external;
  for (const address of port.loadBalancerIPs) {
    const about = `${comment(`${port.label} loadbalancer IP`)} ${to(port, address, port.port)}`;
    if (endpoints.hasAny) nat.push(`-A KUBE-SERVICES ${about} -j ${balancerChain}`);
    if (decided.usesFirewall) {
      const dropped = comment(`${port.label} traffic not accepted by ${chains.firewall}`);
      filter.push(`-A KUBE-PROXY-FIREWALL ${dropped} ${to(port, address, port.port)} -j DROP`);
    }
  }
  if (!decided.hasExternal) port.loadBalancerIPs.forEach(refuse);
}

function captureNodePorts(decided: Decided, { nat, filter }: ServiceRules): void {
  const { port, chains, endpoints, options } = decided;
  if (port.nodePort !== 0) {
    const { protocol, nodePort } = port;
    const about = `-m comment --comment ${port.label} -m ${protocol} -p ${protocol}`;
    if (endpoints.hasAny) {
      if (options.localhostNodePorts && options.family === 'IPv4' && options.nfacct.localhost) {
        // Counts connections to NodePorts on localhost, which are to be given up one day.
        nat.push(
          `-A KUBE-NODEPORTS ${about} -d 127.0.0.0/8 --dport ${nodePort} ` +
            `-m nfacct --nfacct-name localhost_nps_accepted_pkts -j ${chains.external}`,
        );
      }
      nat.push(`-A KUBE-NODEPORTS ${about} --dport ${nodePort} -j ${chains.external}`);
    }
    if (!decided.hasExternal) {
      const [why, target] = filterTarget(decided);
      const types = '-m addrtype --dst-type LOCAL';
      const local = `${types} -m ${protocol} -p ${protocol} --dport ${nodePort}`;
      filter.push(`-A KUBE-EXTERNAL-SERVICES ${why} ${local} -j ${target}`);
    }
  }
  if (port.healthCheckNodePort !== 0) {
    const about = comment(`${port.label} health check node port`);
    const dport = `-m tcp -p tcp --dport ${port.healthCheckNodePort}`;
    filter.push(`-A KUBE-NODEPORTS ${about} ${dport} -j ACCEPT`);
  }
}

function masqueradeInternal(
  { port, options, hasInternal, internalChain }: Decided,
  { nat }: ServiceRules,
): void {
  if (!hasInternal) return;
  const cluster = to(port, port.clusterIP, port.port);
  const rule = `-A ${internalChain} ${comment(`${port.label} cluster IP`)} ${cluster}`;
  if (options.masqueradeAll) nat.push(`${rule} -j KUBE-MARK-MASQ`);
  else if (options.localTraffic) {
    nat.push(`${rule} ${options.localTraffic.ifNotLocal} -j KUBE-MARK-MASQ`);
  }
}

function externalChain(decided: Decided, { nat, chains: declared }: ServiceRules): void {
  if (!decided.usesExternal) return;
  const { port, chains, options } = decided;
  const add = (rule: string) => nat.push(`-A ${chains.external} ${rule}`);
  const about = (what: string) => comment(`${what} ${port.label} external destinations`);
  declared.push(chains.external);
  if (!port.externalLocal) add(`${about('masquerade traffic for')} -j KUBE-MARK-MASQ`);
  else {
    if (options.localTraffic) {
      add(`${about('pod traffic for')} ${options.localTraffic.ifLocal} -j ${chains.cluster}`);
    }
    const fromNode = '-m addrtype --src-type LOCAL';
    add(`${about('masquerade LOCAL traffic for')} ${fromNode} -j KUBE-MARK-MASQ`);
    add(`${about('route LOCAL traffic for')} ${fromNode} -j ${chains.cluster}`);
  }
  if (decided.hasExternal) add(`-j ${decided.externalPolicyChain}`);
}

function firewallChain(decided: Decided, { nat, chains: declared }: ServiceRules): void {
  if (!decided.usesFirewall) return;
  const { port, chains, options } = decided;
  const allow = (source: string) =>
    nat.push(
      `-A ${chains.firewall} ${comment(`${port.label} loadbalancer IP`)} ` +
        `-s ${source} -j ${chains.external}`,
    );
  declared.push(chains.firewall);
  port.sourceRanges.forEach(allow);
  // A node that may connect appears with the balancer's own address, which loops back to it.
  if (port.sourceRanges.some((range) => containsAddress(range, options.nodeIP))) {
    port.loadBalancerIPs.forEach(allow);
  }
  const rest = `other traffic to ${port.label} will be dropped by KUBE-PROXY-FIREWALL`;
  nat.push(`-A ${chains.firewall} ${comment(rest)}`);
}

function policyChains({ port, endpoints, chains }: Decided, rules: ServiceRules): void {
  const write = (chain: string, list: readonly ProxyEndpoint[]) => {
    rules.chains.push(chain);
    balance(port, chain, list, rules);
  };
  if (endpoints.cluster.length > 0 && usesClusterEndpoints(port))
    write(chains.cluster, endpoints.cluster);
  if (endpoints.local.length > 0 && usesLocalEndpoints(port)) write(chains.local, endpoints.local);
}

/** First clients that are remembered, then one chance after the other. */
function balance(
  port: ServicePort,
  chain: string,
  list: readonly ProxyEndpoint[],
  { nat }: ServiceRules,
): void {
  const about = (endpoint: ProxyEndpoint) => comment(`${port.label} -> ${endpoint.text}`);
  if (port.affinitySeconds !== undefined) {
    for (const endpoint of list) {
      const name = endpointChain(port, endpoint);
      const seen = `-m recent --name ${name} --rcheck --seconds ${port.affinitySeconds} --reap`;
      nat.push(`-A ${chain} ${about(endpoint)} ${seen} -j ${name}`);
    }
  }
  list.forEach((endpoint, index) => {
    const left = list.length - index;
    const chance = `-m statistic --mode random --probability ${(1 / left).toFixed(10)} `;
    nat.push(
      `-A ${chain} ${about(endpoint)} ${left > 1 ? chance : ''}-j ${endpointChain(port, endpoint)}`,
    );
  });
}

function endpointRules(port: ServicePort, endpoint: ProxyEndpoint, rules: ServiceRules): void {
  const chain = endpointChain(port, endpoint);
  const about = `-m comment --comment ${port.label}`;
  rules.chains.push(chain);
  rules.nat.push(`-A ${chain} ${about} -s ${endpoint.address} -j KUBE-MARK-MASQ`);
  const remember = port.affinitySeconds === undefined ? '' : `-m recent --name ${chain} --set `;
  rules.nat.push(
    `-A ${chain} ${about} ${remember}-m ${port.protocol} -p ${port.protocol} ` +
      `-j DNAT --to-destination ${endpoint.text}`,
  );
}
