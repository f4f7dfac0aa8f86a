import type { ApiObject, LabelSelector } from '../../apimachinery/object.ts';
import type { CiliumPolicyObject } from '../../policy/cilium/shapes.ts';
import type { NetworkPolicyObject } from '../../policy/kinds/networkpolicy.ts';

export interface Node extends ApiObject {
  readonly spec?: { readonly podCIDR?: string };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  };
}

export interface Pod extends ApiObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly hostNetwork?: boolean;
    readonly serviceAccountName?: string;
    readonly containers: readonly {
      readonly ports?: readonly {
        readonly name?: string;
        readonly containerPort: number;
        readonly protocol?: string;
      }[];
    }[];
  };
}

export interface Service extends ApiObject {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalIPs?: readonly string[];
    readonly selector?: Readonly<Record<string, string>>;
    readonly sessionAffinity?: string;
    readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } };
    readonly internalTrafficPolicy?: string;
    readonly externalTrafficPolicy?: string;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly protocol?: string;
      readonly nodePort?: number;
    }[];
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
  };
}

export interface EndpointSlice extends ApiObject {
  readonly addressType: string;
  readonly ports?:
    | readonly {
        readonly name?: string;
        readonly port?: number;
        readonly protocol?: string;
      }[]
    | null;
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly nodeName?: string;
        readonly conditions?: { readonly ready?: boolean };
      }[]
    | null;
}

export interface CiliumIdentity extends ApiObject {
  readonly 'security-labels'?: Readonly<Record<string, string>>;
}

export interface CiliumEndpoint extends ApiObject {
  readonly status?: {
    readonly id?: number;
    readonly identity?: { readonly id?: number; readonly labels?: readonly string[] };
    readonly networking?: {
      readonly addressing?: readonly { readonly ipv4?: string }[];
      readonly node?: string;
    };
    readonly state?: string;
  };
}

export interface CiliumNode extends ApiObject {
  readonly spec?: {
    readonly addresses?: readonly { readonly ip: string; readonly type: string }[];
    readonly ipam?: { readonly podCIDRs?: readonly string[] };
    readonly health?: { readonly ipv4?: string };
  };
}

/** Everything that the agent has listed. */
export interface Listed {
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly namespaces: readonly ApiObject[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly networkPolicies: readonly (ApiObject & NetworkPolicyObject)[];
  readonly ciliumNodes: readonly CiliumNode[];
  readonly endpoints: readonly CiliumEndpoint[];
  readonly identities: readonly CiliumIdentity[];
  readonly policies: readonly (ApiObject & CiliumPolicyObject)[];
}

export type { LabelSelector };
