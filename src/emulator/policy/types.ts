import type { Labels } from '../apimachinery/object.ts';
import type { Cidr } from './cidr.ts';

export type Direction = 'ingress' | 'egress';
export type Protocol = 'TCP' | 'UDP' | 'SCTP' | 'ICMP' | 'ICMPv6' | 'UDPLite';

/** A pod as policies see it. */
export interface PolicyPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly addresses: readonly string[];
  readonly node?: string;
  /** Such a pod is its node: no policy selects it, and no pod selector finds it. */
  readonly hostNetwork?: boolean;
  readonly serviceAccount?: string;
  readonly serviceAccountLabels?: Labels;
  readonly ports: readonly ContainerPort[];
}

/** A port of one of its containers; the name is what named ports are resolved with. */
export interface ContainerPort {
  readonly name?: string;
  readonly port: number;
  readonly protocol: string;
}

export interface PolicyNamespace {
  readonly name: string;
  readonly labels: Labels;
}

export interface PolicyNode {
  readonly name: string;
  readonly labels: Labels;
  readonly addresses: readonly string[];
}

/**
 * A set of pods, told by a predicate. Two with the same key are the same set, so the key says all
 * that the predicate looks at.
 */
export interface Selection {
  readonly key: string;
  test(pod: PolicyPod, namespace: Labels): boolean;
}

/** Ports from `from` to `to`, both included, or those that the pod gives a name. */
export type PortMatch = { readonly from: number; readonly to: number } | { readonly name: string };

/** One side of a flow. What is left out matches all; all that is given must match. */
export interface Entity {
  readonly selection?: Selection;
  readonly notSelection?: Selection;
  readonly nets?: readonly Cidr[];
  readonly notNets?: readonly Cidr[];
  readonly ports?: readonly PortMatch[];
  readonly notPorts?: readonly PortMatch[];
  /** Nodes by their labels; they match by the addresses of the node. */
  readonly nodes?: (node: PolicyNode) => boolean;
  /** Names that an address was looked up by, with `*` in front for any labels. */
  readonly domains?: readonly string[];
  /** Only what is no pod and no node of the cluster. */
  readonly outside?: boolean;
  /** Nothing fits: what was asked for is not known. */
  readonly nothing?: boolean;
}

/** An action; Log goes on with the next rule, Pass with the next tier. */
export type Action = 'Allow' | 'Deny' | 'Pass' | 'Log';

/** One flat rule: all its conditions hold together. */
export interface Rule {
  readonly action: Action;
  /** Position in the object, counted from 1, and the name where rules have one. */
  readonly rule: number;
  readonly name?: string;
  /** Position of the peer in the rule, counted from 1; undefined where the rule names none. */
  readonly peer?: number;
  /** The list that the peer stands in, where a rule has several. */
  readonly list?: string;
  readonly protocol?: string | number;
  readonly notProtocol?: string | number;
  readonly ipVersion?: 4 | 6;
  readonly icmp?: { readonly type?: number; readonly code?: number };
  readonly notIcmp?: { readonly type?: number; readonly code?: number };
  readonly source: Entity;
  readonly destination: Entity;
}

/** Policies of lower order come first; `default` is what a tier ends in that selected the pod. */
export interface Tier {
  readonly name: string;
  readonly order: number;
  readonly default: 'Deny' | 'Pass';
}

/** How a policy is named in a reason. */
export interface PolicyRef {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A policy of any kind, in the form that all are compiled from. */
export interface Policy extends PolicyRef {
  /** What a plugin calls it, where that is not its name. */
  readonly id?: string;
  readonly tier: Tier;
  /** Lower comes first within the tier; undefined comes last. */
  readonly order?: number;
  readonly subject: Selection;
  /** Rules by direction; a direction that it does not speak of is left out. */
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}

/** One end of a flow as it is asked for. */
export type End =
  | { readonly pod: string }
  | { readonly node: string }
  | { readonly address: string; readonly names?: readonly string[] };

/** The first packet of a connection (or a reply, with `established`). */
export interface Flow {
  readonly source: End;
  readonly destination: End;
  readonly protocol: Protocol | number;
  readonly port?: number;
  readonly sourcePort?: number;
  readonly icmp?: { readonly type: number; readonly code: number };
  readonly established?: boolean;
}

/** A rule that matched. */
export interface RuleRef {
  readonly policy: PolicyRef;
  readonly direction: Direction;
  readonly rule: number;
  readonly name?: string;
  readonly peer?: number;
  readonly list?: string;
  readonly action: Action;
}

/** Why one side let a flow pass or not. */
export type Why =
  | { readonly type: 'rule'; readonly matched: RuleRef }
  | { readonly type: 'isolated'; readonly by: readonly PolicyRef[]; readonly tier: string }
  | { readonly type: 'passed'; readonly by: readonly PolicyRef[] }
  | { readonly type: 'unselected' }
  | {
      readonly type: 'exempt';
      readonly because: 'established' | 'own node' | 'host network' | 'itself' | 'no pod';
    };

/** What one side says. `passed` are rules that handed the flow on to the next tier. */
export interface Side {
  readonly allowed: boolean;
  readonly why: Why;
  readonly passed: readonly RuleRef[];
}

export interface Verdict {
  readonly allowed: boolean;
  readonly ingress: Side;
  readonly egress: Side;
}
