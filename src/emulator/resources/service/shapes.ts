import type { ApiObject, Labels } from '../../apimachinery/object.ts';

export interface ServicePort {
  readonly name?: string;
  readonly protocol?: string;
  readonly appProtocol?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}

export interface ServiceSpec {
  readonly type?: string;
  readonly selector?: Labels;
  readonly ports?: readonly ServicePort[];
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly ipFamilies?: readonly string[];
  readonly ipFamilyPolicy?: string;
  readonly externalName?: string;
  readonly externalIPs?: readonly string[];
  readonly externalTrafficPolicy?: string;
  readonly internalTrafficPolicy?: string;
  readonly trafficDistribution?: string;
  readonly sessionAffinity?: string;
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
  readonly healthCheckNodePort?: number;
  readonly loadBalancerIP?: string;
  readonly loadBalancerClass?: string;
  readonly loadBalancerSourceRanges?: readonly string[];
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly publishNotReadyAddresses?: boolean;
}

/** Where a load balancer lets traffic in. */
export interface Ingress {
  readonly ip?: string;
  readonly ipMode?: string;
  readonly hostname?: string;
}

export interface Service extends ApiObject {
  readonly spec: ServiceSpec;
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly Ingress[] } };
}

export const needsClusterIP = (spec: ServiceSpec) => spec.type !== 'ExternalName';
/** Whether a Service is headless; for validation upstream asks `clusterIPs` alone. */
export const isHeadless = (spec: ServiceSpec) =>
  spec.clusterIPs?.length ? spec.clusterIPs.join() === 'None' : spec.clusterIP === 'None';
/** Types that have node ports at all. */
export const needsNodePort = ({ type }: ServiceSpec) =>
  type === 'NodePort' || type === 'LoadBalancer';
/** Whether node ports are given to ports that name none. */
export const wantsNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec) =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
export const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec) =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
export const isExternal = ({ type, externalIPs }: ServiceSpec) =>
  type === 'NodePort' ||
  type === 'LoadBalancer' ||
  (type === 'ClusterIP' && (externalIPs ?? []).length > 0);
export const familyOf = (address: string) => (address.includes(':') ? 'IPv6' : 'IPv4');
/** Whether two specs agree on a list of texts; a list that is not there is empty. */
export const sameList = (
  key: 'clusterIPs' | 'ipFamilies',
  a: ServiceSpec,
  b: ServiceSpec,
): boolean => (a[key] ?? []).join() === (b[key] ?? []).join();
