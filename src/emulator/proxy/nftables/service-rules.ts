import type { ProxyEndpoint, ServicePort } from '../services.ts';
import { externallyAccessible, usesClusterEndpoints, usesLocalEndpoints } from '../services.ts';
import type { Categorized } from '../topology.ts';
import { containsAddress } from '../iptables/node-addresses.ts';
import { endpointNames, serviceNames } from './names.ts';
import type { ChainPlan, ElementPlan, NftablesOptions } from './plan.ts';

/** All that one service port puts into the table. */
export interface ServicePlan {
  /** `namespace/name`: which Service it belongs to, for syncs of the changed ones only. */
  readonly service: string;
  readonly chains: readonly ChainPlan[];
  readonly affinitySets: readonly { readonly name: string; readonly block: string }[];
  readonly elements: readonly ElementPlan[];
}

/** What is decided once for a service port and used in all its rules. */
interface Decided {
  readonly port: ServicePort;
  readonly options: NftablesOptions;
  readonly endpoints: Categorized;
  readonly names: ReturnType<typeof serviceNames>;
  readonly ip: 'ip' | 'ip6';
  readonly hasInternal: boolean;
  readonly hasExternal: boolean;
  readonly usesExternal: boolean;
  readonly usesFirewall: boolean;
}

/** The loop body of upstream's syncProxyRules. */
export function serviceRules(
  port: ServicePort,
  endpoints: Categorized,
  options: NftablesOptions,
): ServicePlan {
  const has = (local: boolean) => endpoints.hasAny && (!local || endpoints.local.length > 0);
  const decided: Decided = {
    port,
    options,
    endpoints,
    names: serviceNames(port),
    ip: options.family === 'IPv6' ? 'ip6' : 'ip',
    hasInternal: has(port.internalLocal),
    hasExternal: has(port.externalLocal),
    usesExternal: endpoints.hasAny && externallyAccessible(port),
    usesFirewall: port.loadBalancerIPs.length > 0 && port.sourceRanges.length > 0,
  };
  const sticky = port.affinitySeconds !== undefined;
  const address = decided.ip === 'ip6' ? 'ipv6_addr' : 'ipv4_addr';
  const timeout = `flags dynamic,timeout ; timeout ${port.affinitySeconds}s ;`;
  return {
    service: `${port.namespace}/${port.service}`,
    chains: [
      ...(sticky ? endpoints.reachable.map((each) => endpointChain(decided, each)) : []),
      ...policyChains(decided),
      ...externalChain(decided),
      ...firewallChain(decided),
    ],
    affinitySets: sticky
      ? endpoints.reachable.map((endpoint) => ({
          name: endpointNames(port, endpoint).affinity,
          block: `type ${address} ; ${timeout}`,
        }))
      : [],
    elements: [...addressElements(decided), ...nodePortElements(decided), ...hairpins(decided)],
  };
}

/** What becomes of traffic that no endpoint may take. */
function refusal({ endpoints }: Decided): string {
  return endpoints.hasAny ? 'drop' : 'goto reject-chain';
}

function addressElements(decided: Decided): readonly ElementPlan[] {
  const { port, names, endpoints } = decided;
  const elements: ElementPlan[] = [{ set: 'cluster-ips', key: port.clusterIP }];
  const key = (address: string) => `${address} . ${port.protocol} . ${port.port}`;
  const serve = (address: string, chain: string) =>
    elements.push({ set: 'service-ips', key: key(address), value: `goto ${chain}` });
  const refuse = (address: string) =>
    elements.push({
      set: 'no-endpoint-services',
      key: key(address),
      comment: port.label,
      value: refusal(decided),
    });
  if (decided.hasInternal) {
    serve(port.clusterIP, port.internalLocal ? names.local : names.cluster);
  } else refuse(port.clusterIP);
  for (const address of port.externalIPs) {
    if (endpoints.hasAny) serve(address, names.external);
    if (!decided.hasExternal) refuse(address);
  }
  for (const address of port.loadBalancerIPs) {
    if (endpoints.hasAny) serve(address, names.external);
    if (decided.usesFirewall) {
      elements.push({ set: 'firewall-ips', key: key(address), value: `goto ${names.firewall}` });
    }
  }
  if (!decided.hasExternal) port.loadBalancerIPs.forEach(refuse);
  return elements;
}

function nodePortElements(decided: Decided): readonly ElementPlan[] {
  const { port, names, endpoints } = decided;
  if (port.nodePort === 0) return [];
  const key = `${port.protocol} . ${port.nodePort}`;
  const elements: ElementPlan[] = [];
  // Node ports are not subject to source ranges, for better or for worse.
  if (endpoints.hasAny) {
    elements.push({ set: 'service-nodeports', key, value: `goto ${names.external}` });
  }
  if (!decided.hasExternal) {
    const value = refusal(decided);
    elements.push({ set: 'no-endpoint-nodeports', key, comment: port.label, value });
  }
  return elements;
}

/** Connections of an endpoint to itself, which must be masqueraded. */
function hairpins({ port, endpoints }: Decided): readonly ElementPlan[] {
  return endpoints.reachable
    .filter(({ local }) => local)
    .map(({ address, port: number }) => ({
      set: 'hairpin-connections',
      key: `${address} . ${address} . ${port.protocol} . ${number}`,
    }));
}

function policyChains(decided: Decided): readonly ChainPlan[] {
  const { port, endpoints, names } = decided;
  const chains: ChainPlan[] = [];
  if (endpoints.cluster.length > 0 && usesClusterEndpoints(port)) {
    chains.push({ name: names.cluster, rules: balance(decided, endpoints.cluster) });
  }
  if (endpoints.local.length > 0 && usesLocalEndpoints(port)) {
    chains.push({ name: names.local, rules: balance(decided, endpoints.local) });
  }
  return chains;
}

/** Clients that are remembered first, then one endpoint by chance. */
function balance({ port, ip }: Decided, list: readonly ProxyEndpoint[]): readonly string[] {
  const pick = `numgen random mod ${list.length}`;
  if (port.affinitySeconds === undefined) {
    const targets = list.map(({ address, port: number }, i) => `${i} : ${address} . ${number}`);
    const map = `map { ${targets.join(' , ')} }`;
    return [`meta l4proto ${port.protocol} dnat ${ip} addr . port to ${pick} ${map}`];
  }
  const names = list.map((endpoint) => endpointNames(port, endpoint));
  return [
    ...names.map(({ affinity, chain }) => `${ip} saddr @${affinity} goto ${chain}`),
    `${pick} vmap { ${names.map(({ chain }, i) => `${i} : goto ${chain}`).join(' , ')} }`,
  ];
}

function externalChain(decided: Decided): readonly ChainPlan[] {
  if (!decided.usesExternal) return [];
  const { port, names, options } = decided;
  const mark = `mark set mark or ${options.masqueradeMark}`;
  const rules: string[] = [];
  if (!port.externalLocal) rules.push(`${mark} comment "masquerade"`);
  else {
    if (options.localTraffic) {
      const pods = options.localTraffic.ifLocal;
      rules.push(`${pods} goto ${names.cluster} comment "short-circuit pod traffic"`);
    }
    rules.push(
      `fib saddr type local ${mark} comment "masquerade local traffic"`,
      `fib saddr type local goto ${names.cluster} comment "short-circuit local traffic"`,
    );
  }
  if (decided.hasExternal) {
    rules.push(`goto ${port.externalLocal ? names.local : names.cluster}`);
  }
  return [{ name: names.external, rules }];
}

function firewallChain({ port, names, options, ip, usesFirewall }: Decided): readonly ChainPlan[] {
  if (!usesFirewall) return [];
  const sources = [...port.sourceRanges];
  // A node that may connect appears with the balancer's own address, which loops back to it.
  if (sources.some((range) => containsAddress(range, options.nodeIP))) {
    sources.push(...port.loadBalancerIPs);
  }
  return [{ name: names.firewall, rules: [`${ip} saddr != { ${sources.join(' , ')} } drop`] }];
}

function endpointChain({ port, ip }: Decided, endpoint: ProxyEndpoint): ChainPlan {
  const { chain, affinity } = endpointNames(port, endpoint);
  return {
    name: chain,
    rules: [
      `update @${affinity} { ${ip} saddr }`,
      `meta l4proto ${port.protocol} dnat to ${endpoint.text}`,
    ],
  };
}
