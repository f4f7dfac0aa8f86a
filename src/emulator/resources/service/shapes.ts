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

export interface Service extends ApiObject {
  readonly spec: ServiceSpec;
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

export const needsClusterIP = (spec: ServiceSpec) => spec.type !== 'ExternalName';
export const isHeadless = (spec: ServiceSpec) => spec.clusterIP === 'None';
export const wantsNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec) =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
export const isExternal = ({ type, externalIPs }: ServiceSpec) =>
  type === 'NodePort' ||
  type === 'LoadBalancer' ||
  (type === 'ClusterIP' && (externalIPs ?? []).length > 0);
