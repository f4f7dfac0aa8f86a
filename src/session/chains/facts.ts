import type { ApiObject } from '../../emulator/apimachinery/object.ts';
import type { Cluster } from '../../emulator/cluster/api.ts';
import type { NetworkConfig } from '../../emulator/network/api.ts';
import {
  allServicePorts,
  endpointsByPort,
  type EndpointSliceObject,
  type ProxyEndpoint,
  type ProxyNode,
  type ServiceObject,
  type ServicePort,
} from '../../emulator/proxy/services.ts';

/** What a mode's rules for one port depend on. */
export interface ChainFacts {
  readonly port: ServicePort;
  readonly ports: readonly ServicePort[];
  readonly endpoints: ReadonlyMap<string, readonly ProxyEndpoint[]>;
  readonly node: ProxyNode;
  readonly nodeIP: string;
  readonly nodeAddresses: readonly string[];
  readonly clusterCIDR: string;
  readonly masqueradeAll: boolean;
  /** The node's own network, for what is really loaded there. */
  readonly config: NetworkConfig;
}

/** Service ports that a proxy handles, in the order of their names. */
export function servicePortsOf(cluster: Cluster): readonly ServicePort[] {
  return allServicePorts(cluster.objects('services') as unknown as ServiceObject[], 'IPv4');
}

/** Gathers the facts as kube-proxy on a node would see them. */
export function factsOf(cluster: Cluster, port: ServicePort, nodeName: string): ChainFacts {
  const slices = cluster.objects('endpointslices.discovery.k8s.io');
  const config = cluster.network({ host: nodeName, netns: 'host' });
  const node = cluster.objects('nodes').find(({ metadata }) => metadata.name === nodeName);
  const file = proxyFile(cluster);
  return {
    port,
    ports: servicePortsOf(cluster),
    endpoints: endpointsByPort(slices as unknown as EndpointSliceObject[], 'IPv4', nodeName),
    node: { name: nodeName, labels: node?.metadata.labels ?? {} },
    nodeIP: internalIp(node) ?? '127.0.0.1',
    nodeAddresses: config
      .links()
      .flatMap((link) => link.addresses.map(({ address }) => address))
      .filter((address) => !address.includes(':')),
    clusterCIDR: /^clusterCIDR:\s*"?([\d./]+)/m.exec(file)?.[1] ?? '10.244.0.0/16',
    masqueradeAll: /^\s+masqueradeAll:\s*true/m.test(file),
    config,
  };
}

/** The configuration file in kube-proxy's ConfigMap. */
function proxyFile(cluster: Cluster): string {
  const map = cluster
    .objects('configmaps', 'kube-system')
    .find(({ metadata }) => metadata.name === 'kube-proxy');
  const data = map?.['data'] as Readonly<Record<string, string>> | undefined;
  return data?.['config.conf'] ?? '';
}

/**
 * The mode in which kube-proxy really runs on a node, asked of itself on a copy; what the ConfigMap
 * says where it does not answer.
 */
export function activeMode(cluster: Cluster, node: string): string {
  const place = { host: node, user: 'root' };
  const said = cluster.fork()?.script('curl -s -m 2 127.0.0.1:10249/proxyMode', place);
  if (said?.exit === 0 && /^\w+$/.test(said.stdout.trim())) return said.stdout.trim();
  return /^mode:\s*"?(\w+)/m.exec(proxyFile(cluster))?.[1] ?? 'iptables';
}

function internalIp(node: ApiObject | undefined): string | undefined {
  const status = node?.['status'] as
    | { readonly addresses?: readonly { readonly type: string; readonly address: string }[] }
    | undefined;
  return status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
}
