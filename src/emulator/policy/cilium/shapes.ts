import type { LabelSelector } from '../../apimachinery/object.ts';

interface PortProtocol {
  readonly port: string;
  readonly endPort?: number;
  readonly protocol?: string;
}

export interface PortRule {
  readonly ports?: readonly PortProtocol[];
  readonly rules?: {
    readonly http?: readonly {
      readonly method?: string;
      readonly path?: string;
      readonly host?: string;
    }[];
    readonly dns?: readonly FqdnSelector[];
    readonly kafka?: readonly unknown[];
  };
}

interface CidrRule {
  readonly cidr?: string;
  readonly except?: readonly string[];
}

/** A name, or a pattern in which `*` stands for any letters of a label. */
export interface FqdnSelector {
  readonly matchName?: string;
  readonly matchPattern?: string;
}

/** A rule of one direction; `from…` or `to…` by the direction. */
export interface CiliumRule {
  readonly fromEndpoints?: readonly LabelSelector[];
  readonly toEndpoints?: readonly LabelSelector[];
  readonly fromEntities?: readonly string[];
  readonly toEntities?: readonly string[];
  readonly fromCIDR?: readonly string[];
  readonly toCIDR?: readonly string[];
  readonly fromCIDRSet?: readonly CidrRule[];
  readonly toCIDRSet?: readonly CidrRule[];
  readonly toServices?: readonly {
    readonly k8sService?: { readonly serviceName?: string; readonly namespace?: string };
  }[];
  readonly toFQDNs?: readonly FqdnSelector[];
  readonly toPorts?: readonly PortRule[];
  readonly icmps?: readonly { readonly fields?: readonly unknown[] }[];
}

export interface CiliumSpec {
  readonly endpointSelector?: LabelSelector;
  readonly nodeSelector?: LabelSelector;
  readonly description?: string;
  readonly enableDefaultDeny?: { readonly ingress?: boolean; readonly egress?: boolean };
  readonly ingress?: readonly CiliumRule[];
  readonly ingressDeny?: readonly CiliumRule[];
  readonly egress?: readonly CiliumRule[];
  readonly egressDeny?: readonly CiliumRule[];
}

/** What is read of a CiliumNetworkPolicy; without a namespace it is clusterwide. */
export interface CiliumPolicyObject {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: CiliumSpec;
  readonly specs?: readonly CiliumSpec[];
}
