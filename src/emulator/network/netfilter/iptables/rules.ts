/** Rules of iptables as data. `parse.ts` reads them from text, `print.ts` writes them back. */
export interface Ruleset {
  readonly tables: readonly Table[];
}

export type TableName = 'raw' | 'mangle' | 'nat' | 'filter' | 'security';

export interface Table {
  readonly name: TableName;
  /** Built-in chains first, in the order of the hooks, then the user's. */
  readonly chains: readonly Chain[];
}

export interface Chain {
  readonly name: string;
  /** Only built-in chains have one. */
  readonly policy?: 'ACCEPT' | 'DROP';
  readonly rules: readonly Rule[];
}

/** An address with prefix length, and whether the match is inverted. */
export interface AddressMatch {
  readonly address: string;
  readonly prefix: number;
  /** A mask with holes, in which case the prefix says nothing. */
  readonly mask?: string;
  readonly invert?: boolean;
}

export interface NameMatch {
  readonly name: string;
  readonly invert?: boolean;
}

export interface Rule {
  readonly source?: AddressMatch;
  readonly destination?: AddressMatch;
  readonly protocol?: NameMatch;
  readonly inInterface?: NameMatch;
  readonly outInterface?: NameMatch;
  readonly fragment?: { readonly invert?: boolean };
  /** Extension matches in the order they were given. */
  readonly matches: readonly Extension[];
  readonly target?: Extension;
  /** `-g` instead of `-j`. */
  readonly goto?: boolean;
}

/** A match or target and its options: long option name to words; `!` in front inverts. */
export interface Extension {
  readonly name: string;
  readonly options: readonly {
    readonly flag: string;
    readonly invert?: boolean;
    readonly values: readonly string[];
  }[];
}

/** A place among the rules. `index` counts from 0; the policy of a chain is index -1. */
export interface RuleRef {
  readonly table: TableName;
  readonly chain: string;
  readonly index: number;
  /** Set for the rules of ip6tables. */
  readonly family?: 'IPv6';
}

/** All that a rule may look at. */
export interface MatchPacket {
  readonly source: string;
  readonly destination: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'ipv6-icmp' | 'ipencap' | 'sctp';
  /** What comes after the headers. */
  readonly payload?: string;
  /** Source of the frame that it came in. */
  readonly sourceMac?: string;
  /** User (and group) of the socket that it left by. */
  readonly owner?: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly tcpFlags?: readonly ('SYN' | 'ACK' | 'FIN' | 'RST' | 'PSH' | 'URG')[];
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly inInterface?: string;
  readonly outInterface?: string;
  /** Bridge ports, for `physdev`. */
  readonly physIn?: string;
  readonly physOut?: string;
  readonly mark: number;
  readonly ttl: number;
  /** Bytes of the IP packet. */
  readonly size: number;
  readonly connection: {
    readonly state: 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';
    readonly direction: 'ORIGINAL' | 'REPLY';
    readonly dnat: boolean;
    readonly snat: boolean;
    readonly mark: number;
    readonly confirmed?: boolean;
    readonly assured?: boolean;
    /** Seconds until it is forgotten. */
    readonly expires?: number;
    readonly original?: ConnectionEnds;
    readonly reply?: ConnectionEnds;
  };
}

/** One way of a connection. */
export interface ConnectionEnds {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

/** A set that a packet adds to, or takes from (`SET`). */
export interface SetChange {
  readonly act: 'add' | 'del';
  readonly name: string;
  readonly directions: readonly string[];
  readonly exist: boolean;
  /** Seconds that the entry lives. */
  readonly timeout?: number;
}

/** What rules may ask of their surroundings. */
export interface MatchContext {
  /** A number in [0, 1) for `statistic --mode random`, keyed by packet and rule. */
  chance(rule: RuleRef): number;
  /** Type of an address on this host, for `addrtype`. */
  addressType(address: string, device?: string): 'LOCAL' | 'UNICAST' | 'BROADCAST' | 'MULTICAST';
  /** Whether a set of ipset holds the packet's fields (`src,dst` directions as given). */
  inSet(name: string, directions: readonly string[], packet: MatchPacket): boolean;
  /** Whether a packet to an address would leave, by this device if one is named (`rpfilter`). */
  comesBack?(address: string, device: string | undefined): boolean;
  /** Seconds since an address was last put on a `recent` list; undefined if never. */
  recent(list: string, address: string): number | undefined;
  /** Hits so far, for `limit`; gives whether one more is let through. */
  limit(rule: RuleRef, rate: string, burst: number): boolean;
  /** The moment in microseconds (`time`). */
  readonly now?: number;
  /** A number that rules remember by name, 0 at first: gives it and writes what follows. */
  tally?(name: string, next: (old: number) => number): number;
  /** How many connections an address (with its network) has, this packet's among them. */
  connections?(side: 'source' | 'destination', address: string, prefix: number): number;
  /** What a connection has carried so far, this packet included (`connbytes`). */
  carried?(
    rule: RuleRef,
    size: number,
    direction: string,
  ): { readonly packets: number; readonly bytes: number } | undefined;
}

export type RuleVerdict =
  | { readonly type: 'ACCEPT' | 'DROP' }
  | { readonly type: 'REJECT'; readonly with: string }
  | {
      readonly type: 'DNAT' | 'SNAT';
      readonly address: string;
      readonly ports?: readonly [number, number];
      readonly persistent?: boolean;
    }
  | { readonly type: 'REDIRECT'; readonly ports?: readonly [number, number] }
  | {
      readonly type: 'MASQUERADE';
      readonly randomFully: boolean;
      readonly ports?: readonly [number, number];
    }
  | { readonly type: 'NOTRACK' };

/** The way through one built-in chain. */
export interface Evaluation {
  readonly verdict: RuleVerdict;
  /** The rule (or policy) that decided. */
  readonly by: RuleRef;
  /** Each rule that matched, in order: for counters and for the trace. */
  readonly hits: readonly RuleRef[];
  /** Rules that the kernel compares the packet with: in each chain all down to the last hit. */
  readonly compared: number;
  readonly mark: number;
  readonly connectionMark?: number;
  /** What the packet's TTL becomes. */
  readonly ttl?: number;
  /** Zone of connection tracking that the packet is put in (`CT`). */
  readonly zone?: number;
  /** Sets to be written (`SET`). */
  readonly sets?: readonly SetChange[];
  /** `recent` lists to be written: list, address, whether set, updated or removed. */
  readonly recent: readonly {
    readonly list: string;
    readonly address: string;
    readonly act: 'set' | 'update' | 'remove';
  }[];
  /** Lines for the kernel log (`LOG`). */
  readonly log: readonly string[];
}
