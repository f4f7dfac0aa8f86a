import type { NetnsRef } from './api.ts';
import type { Tracked } from './conntrack/entry.ts';
import type { NetnsView } from './netns.ts';
import type { Packet } from './packet.ts';

/** The connection of a packet while it is in a namespace. */
export interface Connection {
  readonly state: 'NEW' | 'ESTABLISHED' | 'RELATED' | 'INVALID' | 'UNTRACKED';
  /** Whether the packet goes in the answer's direction. */
  readonly reply: boolean;
  readonly entry?: Tracked;
  /** Whether the entry is in the table already; new ones get there when the packet leaves. */
  readonly confirmed: boolean;
  /** Which half of the NAT mapping was chosen already. */
  readonly dnatDone: boolean;
  readonly snatDone: boolean;
}

/**
 * A packet on its way through one namespace: the kernel's `sk_buff`. It lives for one walk only
 * and its fields change; everything they hold is plain frozen data.
 */
export interface Skb {
  readonly ref: NetnsRef;
  readonly view: NetnsView;
  packet: Packet;
  /** Device it came in by; undefined for the namespace's own packets. */
  input?: string;
  /** Source of the frame that it came in. */
  sourceMac?: string;
  /** Bridge port below `input`, while bridge-nf-call-iptables lets iptables see frames. */
  physicalInput?: string;
  physicalOutput?: string;
  mark: number;
  /** Rules that it was compared with so far, as the kernel does it: one after the other. */
  compared: number;
  connection?: Connection;
  /** IPVS has seen it on this walk (`ipvs_property`). */
  ipvs?: boolean;
  /** PREROUTING was passed on the bridge already. */
  prerouted?: boolean;
}

/** A packet that begins its way through a namespace. */
export function createSkb(view: NetnsView, packet: Packet, input?: string): Skb {
  return { ref: view.ref, view, packet, input, mark: 0, compared: 0 };
}
