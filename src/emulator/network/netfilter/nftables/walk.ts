import type { LimitStatement, NftFamily, NftHook, NftTable } from './ast.ts';
import type { CompiledTable } from './compile.ts';

/** All that a rule may look at of a packet. Numbers are as in the headers. */
export interface NftPacket {
  readonly family: 'ip' | 'ip6';
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly tcpFlags?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
  readonly icmpSequence?: number;
  readonly inDevice?: string;
  readonly outDevice?: string;
  readonly mark: number;
  readonly ttl: number;
  /** Bytes of the IP packet. */
  readonly size: number;
  readonly identification?: number;
  readonly dontFragment?: boolean;
  readonly connection: NftConnection;
}

/** The connection of a packet; `state` and `status` are bits as in the kernel. */
export interface NftConnection {
  readonly state: number;
  readonly status: number;
  readonly mark: number;
  readonly labels?: readonly number[];
  readonly reply: boolean;
  readonly original?: NftTuple;
  readonly answer?: NftTuple;
}

export interface NftTuple {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** A place among the rules; the policy of a chain has no handle. */
export interface NftRef {
  readonly family: NftFamily;
  readonly table: string;
  readonly chain: string;
  readonly handle?: number;
}

/** An element that packets may add to a set. */
export interface DynamicChange {
  readonly op: 'add' | 'update' | 'delete';
  readonly set: string;
  readonly key: string;
  readonly parts: readonly { readonly type: string; readonly value: number | string }[];
  readonly timeoutMillis?: number;
  readonly data?: readonly { readonly type: string; readonly value: number | string }[];
}

/** What a process in user space said of a packet. */
export interface QueueVerdict {
  readonly accepted: boolean;
  readonly why: string;
  /** Label that the connection gets. */
  readonly label?: number;
}

/** What rules may ask of their surroundings, or do to them. */
export interface NftContext {
  /** The moment, in microseconds. */
  readonly now: number;
  /** A number in [0, 1), keyed by rule. */
  chance(rule: NftRef): number;
  /** How often it was asked before, keyed by rule. */
  increment(rule: NftRef): number;
  /** Type of an address on this host, as `fib` names it. */
  addressType(address: string, device?: string): 'local' | 'unicast' | 'broadcast' | 'multicast';
  /** Device that a packet to an address would leave by. */
  routeDevice(address: string): string | undefined;
  /** Whether packets added a key to a set, and what it gives in a map. */
  dynamic(
    table: NftTable,
    set: string,
    key: string,
  ): { readonly data?: readonly (number | string)[] } | undefined;
  change(table: NftTable, change: DynamicChange): void;
  /** Whether a packet is within a limit; `over` turns the answer round later. */
  limit(name: string, limit: LimitStatement, bytes: number): boolean;
  /** Bytes that a quota has let through with this packet. */
  quota(name: string, bytes: number): number;
  /** Hands the packet to a queue; undefined where nobody listens. */
  queue?(number: number): QueueVerdict | undefined;
  /** Connections that are open with a key. */
  connections(): number;
}

/** What became of a packet; the same words as those of iptables, so that NAT need not know. */
export type NftVerdict =
  | { readonly type: 'ACCEPT' | 'DROP' }
  | { readonly type: 'REJECT'; readonly with: string }
  | {
      readonly type: 'DNAT' | 'SNAT';
      readonly address: string;
      readonly ports?: readonly [number, number];
    }
  | { readonly type: 'REDIRECT'; readonly ports?: readonly [number, number] }
  | {
      readonly type: 'MASQUERADE';
      readonly randomFully: boolean;
      readonly ports?: readonly [number, number];
    };

/** The way through one base chain. */
export interface NftEvaluation {
  readonly verdict: NftVerdict;
  readonly by: NftRef;
  readonly mark: number;
  readonly connectionMark?: number;
  /** Labels that the connection gets. */
  readonly labels: readonly number[];
  /** What user space said of it. */
  readonly note?: string;
  readonly notrack: boolean;
  /** Rules that the packet was compared with. */
  readonly compared: number;
  /** Counters that a packet passed: of a rule's statement, or of a named object. */
  readonly counted: readonly (readonly [handle: number, place: number | 'object'])[];
  readonly log: readonly { readonly prefix: string; readonly group?: number }[];
}

/** What one packet's way through a base chain carries along. */
export interface Walk {
  readonly packet: NftPacket;
  readonly context: NftContext;
  readonly table: CompiledTable;
  readonly hook: NftHook;
  mark: number;
  connectionMark: number | undefined;
  readonly labels: number[];
  note?: string;
  notrack: boolean;
  compared: number;
  /** The rule that is being looked at. */
  at: NftRef;
  depth: number;
  readonly counted: (readonly [number, number | 'object'])[];
  readonly log: { prefix: string; group?: number }[];
}
