import type { DaemonSys } from '../../host/syscalls.ts';
import {
  canaryGone,
  natChainNames,
  sameChains,
  withCanaries,
  withJumps,
  withPlan,
} from '../../proxy/iptables/load.ts';
import { jumpRules, kubeletJumpRules, plan, type PlanOptions } from '../../proxy/iptables/plan.ts';
import {
  allServicePorts,
  endpointsByPort,
  type ProxyEndpoint,
  type ServicePort,
} from '../../proxy/services.ts';
import type { Json } from '../../world/index.ts';
import { log } from './log.ts';
import { remembered, type ProxyState } from './state.ts';

/** Computes all rules and loads what changed (upstream's syncProxyRules). */
export function sync(sys: DaemonSys, state: ProxyState): void {
  const { services, slices } = remembered(sys);
  const ports = allServicePorts(services, 'IPv4');
  const endpoints = endpointsByPort(slices, 'IPv4', state.config.nodeName);
  const before = sys.network.iptables();
  if (canaryGone(before) && state.lastSync > 0) {
    log(
      sys,
      'I',
      'iptables.go:641',
      '"IPTables canary deleted" table="mangle" chain="KUBE-PROXY-CANARY"',
    );
  }
  const options = planOptions(sys, state);
  const prepared = withJumps(
    withCanaries(before),
    options.localhostNodePorts ? [...jumpRules, ...kubeletJumpRules] : jumpRules,
  );
  const loaded = withPlan(prepared, plan(ports, endpoints, options, natChainNames(prepared)));
  if (!sameChains(before, loaded)) sys.network.setIptables(loaded);
  forgetStale(sys, ports, endpoints);
}

/** What the rules depend on besides Services and endpoints. */
export function planOptions(sys: DaemonSys, { config, nodeIP, labels }: ProxyState): PlanOptions {
  const local = localTraffic(config);
  return {
    family: 'IPv4',
    node: { name: config.nodeName, labels },
    nodeIP,
    nodeAddresses: sys.network
      .links()
      .flatMap((link) => link.addresses.map(({ address }) => address))
      .filter((address) => !address.includes(':')),
    ...(local ? { localTraffic: local } : {}),
    masqueradeAll: config.masqueradeAll,
    masqueradeMark: `0x${(2 ** config.masqueradeBit).toString(16)}`,
    localhostNodePorts: config.localhostNodePorts,
    nodePortAddresses: config.nodePortAddresses.includes('primary')
      ? [`${nodeIP}/32`]
      : config.nodePortAddresses,
    randomFully: true,
    tcpLiberal: config.tcpBeLiberal,
    nfacct: { invalid: true, localhost: true },
  };
}

function localTraffic(config: ProxyState['config']): PlanOptions['localTraffic'] {
  const { detectLocalMode, clusterCIDR, bridgeInterface, interfaceNamePrefix } = config;
  const pair = (match: string) => ({ ifLocal: match, ifNotLocal: `! ${match}` });
  if (detectLocalMode === 'BridgeInterface') return pair(`-i ${bridgeInterface}`);
  if (detectLocalMode === 'InterfaceNamePrefix') return pair(`-i ${interfaceNamePrefix}+`);
  const cidr = clusterCIDR.split(',').find((each) => each !== '' && !each.includes(':'));
  return cidr === undefined ? undefined : pair(`-s ${cidr}`);
}

/** A conntrack entry, as far as it matters here. */
interface Flow {
  readonly original: {
    readonly protocol: string;
    readonly destination: string;
    readonly destinationPort: number;
  };
  readonly reply: { readonly source: string; readonly sourcePort: number };
}

/**
 * UDP flows keep going to an endpoint that is gone, because each packet renews their entry; so
 * kube-proxy removes them (upstream pkg/proxy/conntrack/cleanup.go).
 */
function forgetStale(
  sys: DaemonSys,
  ports: readonly ServicePort[],
  endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>,
): void {
  const wanted = new Map<string, ReadonlySet<string>>();
  for (const port of ports) {
    if (port.protocol !== 'udp') continue;
    const serving = (endpoints.get(port.key) ?? []).filter((each) => each.serving);
    const texts = new Set(serving.map((each) => each.text));
    // Without endpoints there is nothing better to send to; the entry times out by itself.
    if (texts.size === 0) continue;
    for (const address of [port.clusterIP, ...port.externalIPs, ...port.loadBalancerIPs]) {
      wanted.set(`${address}:${port.port}`, texts);
    }
    if (port.nodePort !== 0) wanted.set(`:${port.nodePort}`, texts);
  }
  if (wanted.size === 0) return;
  const stale = (entry: Json) => {
    const { original, reply } = entry as unknown as Flow;
    if (original.protocol !== 'udp') return false;
    const to = `${original.destination}:${original.destinationPort}`;
    const texts = wanted.get(to) ?? wanted.get(`:${original.destinationPort}`);
    return texts !== undefined && !texts.has(`${reply.source}:${reply.sourcePort}`);
  };
  if (sys.network.conntrack().some(stale)) sys.network.flushConntrack(stale);
}
