import type { ApiObject, LabelSelector } from '../../apimachinery/object.ts';

export interface IPBlock {
  readonly cidr?: string;
  readonly except?: readonly string[];
}

export interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: IPBlock;
}

export interface PolicyPort {
  readonly protocol?: string;
  readonly port?: number | string;
  readonly endPort?: number;
}

export interface IngressRule {
  readonly ports?: readonly PolicyPort[];
  readonly from?: readonly Peer[];
}

export interface EgressRule {
  readonly ports?: readonly PolicyPort[];
  readonly to?: readonly Peer[];
}

export interface NetworkPolicy extends ApiObject {
  readonly spec: {
    readonly podSelector?: LabelSelector;
    readonly ingress?: readonly IngressRule[];
    readonly egress?: readonly EgressRule[];
    readonly policyTypes?: readonly string[];
  };
}
