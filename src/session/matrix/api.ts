/**
 * At which moment the matrix is asked: as it is, as the lab began, without policies, or supposed.
 */
export type MatrixMoment =
  | { readonly when: 'now' | 'start' | 'open' }
  /** As it would be with these texts of policies applied over what is there. */
  | { readonly when: 'supposed'; readonly manifest: string };

export interface MatrixPort {
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

export interface MatrixPod {
  /** `namespace/name`. */
  readonly pod: string;
  /** Name without the suffix that its owner gave it, unless another pod would have the same. */
  readonly short: string;
  readonly namespace: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly system: boolean;
}

/** Who there is, what is listened on, and which policies speak of whom. */
export interface MatrixPlan {
  readonly pods: readonly MatrixPod[];
  readonly ports: readonly MatrixPort[];
  /** Network policies as YAML, by `namespace/name`. */
  readonly policies: readonly { readonly name: string; readonly text: string }[];
  readonly busy?: boolean;
}

export type CellEnding = 'delivered' | 'refused' | 'dropped' | 'rejected' | 'unreachable';

/** One side's reason, from the policies themselves. */
export interface CellSide {
  readonly allowed: boolean;
  readonly kind: 'rule' | 'isolated' | 'passed' | 'unselected' | 'exempt';
  /** `namespace/name` of the policies that it speaks of; other kinds with the kind before it. */
  readonly policies: readonly string[];
  /** Rule and peer that matched, counted from 1. */
  readonly rule?: number;
  readonly peer?: number;
  /** The list that the peer stands in, where a rule has several: `fromEndpoints`. */
  readonly list?: string;
  /** The rule stands among those that deny, which are a list of their own with Cilium. */
  readonly denies?: boolean;
  /** The name that the rule was given. */
  readonly called?: string;
  readonly because?: string;
}

/** What became of a packet from one pod to another, and what the policies say of it. */
export interface Cell {
  readonly to: string;
  readonly ending: CellEnding;
  /** What the written policies say, whether or not anything enforces them. */
  readonly allowed: boolean;
  readonly egress: CellSide;
  readonly ingress: CellSide;
}

/** One row: all cells of one source. */
export interface MatrixRow {
  readonly from: string;
  readonly cells: readonly Cell[];
  readonly busy?: boolean;
}
