/** A port of a rule: a number, a range `80:90`, or a name. */
export type CalicoPort = number | string;

/** One side of a rule (`EntityRule`). */
export interface EntityRule {
  readonly nets?: readonly string[];
  readonly notNets?: readonly string[];
  readonly selector?: string;
  readonly notSelector?: string;
  readonly namespaceSelector?: string;
  readonly ports?: readonly CalicoPort[];
  readonly notPorts?: readonly CalicoPort[];
  readonly serviceAccounts?: { readonly names?: readonly string[]; readonly selector?: string };
  readonly services?: { readonly name: string; readonly namespace?: string };
  readonly domains?: readonly string[];
}

export interface CalicoRule {
  readonly action: 'Allow' | 'Deny' | 'Log' | 'Pass';
  readonly ipVersion?: 4 | 6;
  readonly protocol?: string | number;
  readonly notProtocol?: string | number;
  readonly icmp?: { readonly type?: number; readonly code?: number };
  readonly notICMP?: { readonly type?: number; readonly code?: number };
  readonly source?: EntityRule;
  readonly destination?: EntityRule;
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
}

/** What is read of a NetworkPolicy or GlobalNetworkPolicy of Calico. */
export interface CalicoPolicyObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly tier?: string;
    readonly order?: number;
    readonly selector?: string;
    readonly namespaceSelector?: string;
    readonly serviceAccountSelector?: string;
    readonly types?: readonly string[];
    readonly ingress?: readonly CalicoRule[];
    readonly egress?: readonly CalicoRule[];
    readonly doNotTrack?: boolean;
    readonly preDNAT?: boolean;
  };
}

/** What is read of a Tier. */
export interface TierObject {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly order?: number; readonly defaultAction?: 'Deny' | 'Pass' };
}
