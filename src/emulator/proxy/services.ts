import ipaddr from 'ipaddr.js';
import type { ObjectMeta } from '../apimachinery/object.ts';

/** The parts of a Service that a proxy looks at. */
export interface ServiceObject {
  readonly metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'labels' | 'annotations'>;
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalIPs?: readonly string[];
    readonly ports?: readonly {
      readonly name?: string;
      readonly protocol?: string;
      readonly port: number;
      readonly nodePort?: number;
    }[];
    readonly sessionAffinity?: string;
    readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
    readonly externalTrafficPolicy?: string;
    readonly internalTrafficPolicy?: string;
    readonly loadBalancerSourceRanges?: readonly string[];
    readonly healthCheckNodePort?: number;
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly ipMode?: string }[];
    };
  };
}

/** The parts of an EndpointSlice that a proxy looks at. */
export interface EndpointSliceObject {
  readonly metadata: Pick<ObjectMeta, 'name' | 'namespace' | 'labels'>;
  readonly addressType: string;
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: {
          readonly ready?: boolean;
          readonly serving?: boolean;
          readonly terminating?: boolean;
        };
        readonly nodeName?: string;
        readonly hints?: {
          readonly forZones?: readonly { readonly name: string }[];
          readonly forNodes?: readonly { readonly name: string }[];
        };
      }[]
    | null;
  readonly ports?:
    | readonly {
        readonly name?: string;
        readonly protocol?: string;
        readonly port?: number;
      }[]
    | null;
}

export type Family = 'IPv4' | 'IPv6';

/** One port of a Service as proxies see it (upstream `ServicePort`). */
export interface ServicePort {
  readonly namespace: string;
  readonly service: string;
  /** `namespace/name:port`, without the colon where the port has no name. */
  readonly label: string;
  /** Key of its endpoints: label and protocol. */
  readonly key: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly clusterIP: string;
  readonly port: number;
  readonly nodePort: number;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly sourceRanges: readonly string[];
  /** Seconds of ClientIP affinity; undefined for none. */
  readonly affinitySeconds?: number;
  readonly healthCheckNodePort: number;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
}

/** One endpoint of a service port (upstream `Endpoint`). */
export interface ProxyEndpoint {
  readonly address: string;
  readonly port: number;
  /** `address:port`, with brackets around IPv6. */
  readonly text: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly local: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

/** Which node decides, and where it stands. */
export interface ProxyNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The feature gate PreferSameTrafficDistribution is off. */
  readonly ignoresNodeHints?: boolean;
}

const familyOf = (address: string): Family => (address.includes(':') ? 'IPv6' : 'IPv4');

/** IPv4 octets may carry leading zeros in old objects; they are decimal. */
const plain = (address: string) =>
  address.includes(':') ? address : address.replace(/\d+/g, (digits) => String(Number(digits)));

/** Label of the Services that another proxy looks after. */
const PROXY_NAME = 'service.kubernetes.io/service-proxy-name';
const HEADLESS = 'service.kubernetes.io/headless';
const SERVICE_NAME = 'kubernetes.io/service-name';
const AFFINITY_SECONDS = 10_800;

/**
 * The ports of one Service that a proxy of this family handles; none for headless and ExternalName
 * Services and those of another proxy (upstream pkg/proxy/serviceport.go).
 */
export function servicePorts(service: ServiceObject, family: Family): readonly ServicePort[] {
  const known = portsKnown[family].get(service);
  if (known) return known;
  const made = makePorts(service, family);
  portsKnown[family].set(service, made);
  return made;
}

/** What was made of Services and slices, which are frozen records, by family. */
const portsKnown = {
  IPv4: new WeakMap<ServiceObject, readonly ServicePort[]>(),
  IPv6: new WeakMap<ServiceObject, readonly ServicePort[]>(),
};

function makePorts(service: ServiceObject, family: Family): readonly ServicePort[] {
  const { metadata, spec } = service;
  const all = spec.clusterIPs?.length ? spec.clusterIPs : [spec.clusterIP ?? ''];
  const isSet = spec.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None';
  if (!isSet || spec.type === 'ExternalName') return [];
  if (metadata.labels?.[PROXY_NAME] !== undefined) return [];
  const clusterIP = all.find((address) => familyOf(address) === family);
  if (clusterIP === undefined) return [];
  const own = (addresses: readonly string[] | undefined) =>
    (addresses ?? []).filter((address) => familyOf(address) === family).map(plain);
  const externalLocal = spec.externalTrafficPolicy === 'Local' && isExternal(service);
  const common = {
    namespace: metadata.namespace ?? '',
    service: metadata.name,
    clusterIP: plain(clusterIP),
    externalIPs: own(spec.externalIPs),
    loadBalancerIPs: own(balancerAddresses(service)),
    sourceRanges: own(spec.loadBalancerSourceRanges).map((range) => toNetwork(range.trim())),
    ...(spec.sessionAffinity === 'ClientIP'
      ? {
          affinitySeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS,
        }
      : {}),
    healthCheckNodePort:
      spec.type === 'LoadBalancer' && externalLocal ? (spec.healthCheckNodePort ?? 0) : 0,
    internalLocal: spec.internalTrafficPolicy === 'Local',
    externalLocal,
  };
  return (spec.ports ?? []).map((port) => {
    const label = portLabel(common.namespace, common.service, port.name);
    const protocol = (port.protocol ?? 'TCP').toLowerCase() as ServicePort['protocol'];
    const numbers = { port: port.port, nodePort: port.nodePort ?? 0 };
    return { ...common, ...numbers, label, protocol, key: `${label}/${protocol}` };
  });
}

/** A CIDR with its host bits cleared, as Go's net.IPNet prints it. */
function toNetwork(cidr: string): string {
  if (!ipaddr.isValidCIDR(cidr)) return cidr;
  const kind = familyOf(cidr) === 'IPv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${kind.networkAddressFromCIDR(cidr)}/${cidr.split('/')[1]}`;
}

function portLabel(namespace: string, name: string, port: string | undefined): string {
  return port ? `${namespace}/${name}:${port}` : `${namespace}/${name}`;
}

function isExternal({ spec }: ServiceObject): boolean {
  if (spec.type === 'LoadBalancer' || spec.type === 'NodePort') return true;
  return (spec.type ?? 'ClusterIP') === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0;
}

/** Addresses of a balancer that keeps the destination; one that proxies is not short-circuited. */
function balancerAddresses({ status }: ServiceObject): readonly string[] {
  return (status?.loadBalancer?.ingress ?? [])
    .filter(({ ip, ipMode }) => ip && (ipMode === undefined || ipMode === 'VIP'))
    .map(({ ip }) => ip as string);
}

/** Service ports of many Services, in the order of their names. */
export function allServicePorts(
  services: readonly ServiceObject[],
  family: Family,
): readonly ServicePort[] {
  return services
    .flatMap((service) => servicePorts(service, family))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/**
 * Endpoints by service port key, each list in the order of `address:port` as text. An endpoint in
 * two slices counts once, as local if either says so (upstream pkg/proxy/endpointslicecache.go).
 */
export function endpointsByPort(
  slices: readonly EndpointSliceObject[],
  family: Family,
  nodeName: string,
): ReadonlyMap<string, readonly ProxyEndpoint[]> {
  const found = new Map<string, readonly ProxyEndpoint[]>();
  for (const slice of slices) {
    if (slice.addressType !== family) continue;
    for (const [key, list] of endpointsOfSlice(slice, nodeName)) {
      const before = found.get(key);
      found.set(key, before ? mergedEndpoints(before, list) : list);
    }
  }
  return found;
}

/** Endpoints of one slice by the keys of its service ports. */
export function endpointsOfSlice(
  slice: EndpointSliceObject,
  nodeName: string,
): ReadonlyMap<string, readonly ProxyEndpoint[]> {
  const lists = new Map<string, readonly ProxyEndpoint[]>();
  const { labels = {}, namespace = '' } = slice.metadata;
  const service = labels?.[SERVICE_NAME];
  const others = labels?.[PROXY_NAME] !== undefined || labels?.[HEADLESS] !== undefined;
  if (service === undefined || others) return lists;
  for (const { name, protocol = 'TCP', port } of slice.ports ?? []) {
    if (port === undefined) continue;
    const key = `${portLabel(namespace, service, name)}/${protocol.toLowerCase()}`;
    const made = (slice.endpoints ?? [])
      .map((endpoint) => toEndpoint(endpoint, port, nodeName))
      .filter((endpoint) => endpoint !== undefined);
    lists.set(key, mergedEndpoints(lists.get(key) ?? [], made));
  }
  return lists;
}

/** Both lists in order, each endpoint once. */
export function mergedEndpoints(
  before: readonly ProxyEndpoint[],
  more: readonly ProxyEndpoint[],
): readonly ProxyEndpoint[] {
  const all = new Map(before.map((each) => [each.text, each]));
  for (const each of more) if (!all.has(each.text) || each.local) all.set(each.text, each);
  return [...all.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
}

function toEndpoint(
  endpoint: NonNullable<EndpointSliceObject['endpoints']>[number],
  port: number,
  nodeName: string,
): ProxyEndpoint | undefined {
  const [first] = endpoint.addresses;
  if (first === undefined) return undefined;
  const address = plain(first);
  const { ready, serving, terminating } = endpoint.conditions ?? {};
  return {
    address,
    port,
    text: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    ready: ready ?? true,
    serving: serving ?? true,
    terminating: terminating ?? false,
    local: endpoint.nodeName !== undefined && endpoint.nodeName === nodeName,
    zoneHints: endpoint.hints?.forZones?.map(({ name }) => name) ?? [],
    nodeHints: endpoint.hints?.forNodes?.map(({ name }) => name) ?? [],
  };
}

/** Whether a port can be reached from outside at all. */
export function externallyAccessible(port: ServicePort): boolean {
  return port.nodePort !== 0 || port.loadBalancerIPs.length > 0 || port.externalIPs.length > 0;
}

/** Whether traffic is ever spread over the endpoints of the whole cluster. */
export function usesClusterEndpoints(port: ServicePort): boolean {
  return !port.internalLocal || externallyAccessible(port);
}

/** Whether traffic is ever kept to the endpoints of this node. */
export function usesLocalEndpoints(port: ServicePort): boolean {
  return port.internalLocal || (port.externalLocal && externallyAccessible(port));
}
