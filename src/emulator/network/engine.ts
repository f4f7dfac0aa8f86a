import type { Chance } from '../world/chance.ts';
import type { Address, Json, Micros } from '../world/json.ts';
import type { Ending, Endpoint, Fault, NetnsRef, SocketEvent, SocketId, TraceStep } from './api.ts';
import type { NetnsView } from './netns.ts';
import type { RuleRef } from './netfilter/iptables/rules.ts';
import type { Frame } from './packet.ts';
import type { Records } from './records.ts';
import type { Moves } from './moves.ts';

/** What the way of a packet may say about itself. */
export type Step = Omit<TraceStep, 'at' | 'host' | 'netns'>;

/** What waits in the queue for a namespace, under the address `net/<host>/<netns>`. */
export type NetMessage =
  | {
      readonly type: 'frame';
      readonly device: string;
      readonly frame: Frame;
      /** Over the loopback device a packet keeps its connection. */
      readonly tracked?: { readonly key: string; readonly reply: boolean };
    }
  /** A frame that a queueing discipline held back. */
  | {
      readonly type: 'transmit';
      readonly device: string;
      readonly frame: Frame;
      readonly tracked?: { readonly key: string; readonly reply: boolean };
    }
  | { readonly type: 'timer'; readonly timer: 'tcp'; readonly socket: string }
  | {
      readonly type: 'timer';
      readonly timer: 'neighbour';
      readonly device: string;
      readonly address: string;
    }
  | {
      readonly type: 'timer';
      readonly timer: 'wireguard';
      readonly device: string;
      readonly peer: string;
    }
  | { readonly type: 'timer'; readonly timer: 'sweep' | 'ipvs' };

/**
 * All that the stack may ask for or do. The fabric gives one over the world's store and queue; a
 * probe gives one whose writes are thrown away and whose queue is its own. The code between does
 * not know which one it has.
 */
export interface Engine {
  readonly records: Records;
  readonly chance: Chance;
  readonly moves: Moves;
  readonly now: Micros;
  view(ref: NetnsRef): NetnsView | undefined;
  /** Sends a message to a namespace. */
  send(ref: NetnsRef, message: NetMessage, delay: Micros): void;
  /** Tells a socket's owner. */
  emit(owner: Address, event: SocketEvent): void;
  /** Tells a process of a packet that it was asked about. */
  notify(owner: Address, data: Json): void;
  /** A number that no other packet has. */
  nextId(): number;
  /** Notes one step of a packet's way; does nothing where `trace` is undefined. */
  step(trace: number | undefined, ref: NetnsRef, step: Step): void;
  /** Says how a packet's way ended. */
  end(trace: number | undefined, ending: Ending): void;
  /** A packet came to a socket (or to the namespace itself, for an echo request). */
  reached(ref: NetnsRef, at: Endpoint, source: string, owner?: Address, socket?: SocketId): void;
  /** Starts a trace for a first packet. */
  startTrace(): number | undefined;
  count(ref: NetnsRef, rule: RuleRef, bytes: number): void;
  /** Shows a frame to the captures of a device. */
  show(ref: NetnsRef, device: string, direction: 'In' | 'Out', frame: Frame): void;
  /** Whether anybody captures frames, anywhere. */
  isWatched(): boolean;
  fault(ref: NetnsRef, device: string): Fault | undefined;
  /** The card on a shared segment that owns a MAC address; all others for a broadcast. */
  cards(
    segment: string,
    mac: string | undefined,
  ): readonly (NetnsRef & { readonly device: string })[];
  /** Lines for the kernel's log. */
  log(ref: NetnsRef, line: string): void;
  /** Set apart random choices of a probe. */
  readonly purpose: string;
}
