import type { ApiObject } from '../../apimachinery/object.ts';
import type { EndpointsData, PodData, ServiceData } from './cluster-data.ts';

interface ServiceObject extends ApiObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalName?: string;
    readonly externalIPs?: readonly string[];
    readonly ports?:
      | readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[]
      | null;
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
  };
}

/** What is kept of a Service. One without ports has the port -1, which SRV leaves out. */
export function readService(object: ApiObject): ServiceData {
  const { metadata, spec = {}, status } = object as ServiceObject;
  const ips = spec.clusterIPs ?? (spec.clusterIP === undefined ? [] : [spec.clusterIP]);
  const ports = (spec.ports ?? []).map(({ name = '', port, protocol = 'TCP' }) => ({
    name,
    port,
    protocol,
  }));
  const balancer = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    type: spec.type ?? 'ClusterIP',
    clusterIPs: ips,
    ...(spec.externalName !== undefined && { externalName: spec.externalName }),
    externalIPs: [...(spec.externalIPs ?? []), ...balancer],
    ports: ports.length > 0 ? ports : [{ name: '', port: -1, protocol: '' }],
    ...(metadata.labels && { labels: metadata.labels as Readonly<Record<string, string>> }),
  };
}

interface SliceObject extends ApiObject {
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly hostname?: string | null;
        readonly conditions?: { readonly ready?: boolean | null };
        readonly targetRef?: { readonly name?: string };
      }[]
    | null;
  readonly ports?:
    | readonly {
        readonly name?: string | null;
        readonly port?: number | null;
        readonly protocol?: string | null;
      }[]
    | null;
}

/** What is kept of an EndpointSlice: only endpoints that are ready, or are published anyway. */
export function readEndpoints(object: ApiObject): EndpointsData {
  const { metadata, endpoints, ports } = object as SliceObject;
  const known = (ports ?? []).map(({ name, port, protocol }) => ({
    name: name ?? '',
    port: port ?? -1,
    protocol: protocol ?? 'TCP',
  }));
  return {
    namespace: metadata.namespace ?? '',
    service: (metadata.labels?.['kubernetes.io/service-name'] as string | undefined) ?? '',
    addresses: (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses, hostname, targetRef }) =>
        addresses.map((address) => ({
          address,
          ...(hostname && { hostname }),
          ...(targetRef?.name && { target: targetRef.name }),
        })),
      ),
    ports: known.length > 0 ? known : [{ name: '', port: -1, protocol: '' }],
  };
}

/** What is kept of a Pod. */
export function readPod(object: ApiObject): PodData {
  const { status } = object as {
    readonly status?: { readonly podIP?: string; readonly phase?: string };
  };
  const { namespace = '', name } = object.metadata;
  return { namespace, name, address: status?.podIP ?? '' };
}
