/** What a chain walk asks: one port of a Service, as one node's kube-proxy handles it. */
export interface ChainsRequest {
  /** `namespace/name`; the first that the learner made, where it is left out. */
  readonly service?: string;
  /** `80/TCP`. */
  readonly port?: string;
  readonly node?: string;
  readonly suppose?: Supposed;
}

/** What if: rules are computed for it, nothing is loaded. */
export interface Supposed {
  /** Endpoints, as `address:port`, that are not ready. */
  readonly without?: readonly string[];
  readonly affinity?: boolean;
  /** Only endpoints of this node (`internalTrafficPolicy: Local`). */
  readonly local?: boolean;
}

export type ProxyModeName = 'iptables' | 'nftables' | 'ipvs';

/** One door to an endpoint, and how likely a packet goes through it. */
export interface Choice {
  readonly endpoint: string;
  /** What makes the choice, as the tool prints it: `--probability 0.33333333349`, `0`. */
  readonly by: string;
  /** Where it leads, as the tool prints it. */
  readonly target: string;
  /** Of the packets that come to this line, and of all. */
  readonly arrives: number;
  readonly all: number;
  /** Packets that matched this line so far; undefined where the mode is not active. */
  readonly packets?: number;
  /** Lines of rules that belong to it, to be lit where a packet matched them. */
  readonly rules: readonly string[];
}

/** A line that leads to the choice. */
export interface EntryLine {
  readonly place: string;
  readonly text: string;
  readonly packets?: number;
}

/** What one mode of kube-proxy makes of the port. */
export interface ModeView {
  readonly mode: ProxyModeName;
  readonly active: boolean;
  readonly entry: readonly EntryLine[];
  /** Name of the chain, map or server in which the choice is made, and how. */
  readonly chooses?: { readonly place: string; readonly how: 'dice' | 'throw' | 'turns' };
  readonly choices: readonly Choice[];
  /** Lines that remember a client for affinity. */
  readonly affinity: readonly string[];
  /** Lines that refuse or drop, where there is no endpoint to choose. */
  readonly refuses: readonly string[];
  /** Everything that the mode writes for the port, as its tool prints it. */
  readonly lines: readonly string[];
}

export interface ServiceChoice {
  readonly service: string;
  readonly system: boolean;
  readonly ports: readonly string[];
}

export interface ChainsAnswer {
  readonly services: readonly ServiceChoice[];
  readonly nodes: readonly string[];
  readonly service?: string;
  readonly port?: string;
  readonly node: string;
  readonly address?: string;
  /** Whether this is what would be, rather than what is. */
  readonly supposed?: boolean;
  /** All endpoints of the port, those that are not ready included, as `address:port`. */
  readonly endpoints?: readonly string[];
  readonly modes: readonly ModeView[];
}

/** Many packets to one port, each a connection of its own, over a copy. */
export interface SpreadRequest {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
  readonly times: number;
  readonly turn: number;
}

export interface SpreadAnswer {
  readonly sent: number;
  /** Connections by the endpoint that took them; the empty name is none. */
  readonly reached: Readonly<Record<string, number>>;
  /** How often each rule matched, by its text. */
  readonly hits: Readonly<Record<string, number>>;
  /** Rules that the last packet matched, in order. */
  readonly last: readonly string[];
  readonly lastReached: string;
}
