// What sockets, captures, traces and probes tell: the vocabulary of `api.ts`.
import type { Address, Json, Micros } from '../world/json.ts';
import type { NetnsRef } from './api.ts';
import type { Frame } from './packet.ts';

/** Errors of socket calls, by their errno names. */
export type Errno =
  | 'EACCES'
  | 'EADDRINUSE'
  | 'EADDRNOTAVAIL'
  | 'EAFNOSUPPORT'
  | 'EAGAIN'
  | 'EBUSY'
  | 'EBADF'
  | 'ECONNREFUSED'
  | 'ECONNRESET'
  | 'EEXIST'
  | 'EHOSTUNREACH'
  | 'EINVAL'
  | 'EISCONN'
  | 'EISDIR'
  | 'EMFILE'
  | 'EMSGSIZE'
  | 'ENETDOWN'
  | 'ENETUNREACH'
  | 'ENODEV'
  | 'EOPNOTSUPP'
  | 'ENOENT'
  | 'ENOEXEC'
  | 'ENOSPC'
  | 'ENOTCONN'
  | 'ENOTDIR'
  | 'ENOTEMPTY'
  | 'EPERM'
  | 'EPIPE'
  | 'EROFS'
  | 'ESRCH'
  | 'ETIMEDOUT'
  | 'EINTR';

/** Key of a socket's record: `/host/<host>/netns/<netns>/socket/<number>`. */
export type SocketId = string;

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a socket tells its owner, as a queue message. */
export type SocketEvent = { readonly type: 'socket'; readonly socket: SocketId } & (
  | { readonly event: 'connected'; readonly local: Endpoint; readonly peer: Endpoint }
  | { readonly event: 'failed'; readonly errno: Errno; readonly from?: string }
  /** On a listener: a connection whose own socket is `accepted`. */
  | { readonly event: 'accepted'; readonly accepted: SocketId; readonly peer: Endpoint }
  | { readonly event: 'data'; readonly payload: string }
  /** The peer will send no more (FIN). */
  | { readonly event: 'end' }
  /** The connection is gone (RST or time-out). */
  | { readonly event: 'reset'; readonly errno: Errno }
  | { readonly event: 'datagram'; readonly from: Endpoint; readonly payload: string }
  /** For captures (`socket` is `capture/<number>`): a frame seen at a device. */
  | {
      readonly event: 'packet';
      readonly at: Micros;
      readonly device: string;
      readonly direction: 'In' | 'Out';
      readonly frame: Frame;
    }
  /** For captures of connections: what became of one. */
  | {
      readonly event: 'flow';
      readonly at: Micros;
      readonly kind: FlowKind;
      readonly flow: Json;
      /** The process that did it, where no packet did. */
      readonly pid?: number;
    }
  /** For ICMP sockets, and UDP sockets that met an ICMP error. */
  | {
      readonly event: 'icmp';
      readonly kind:
        | 'echo-reply'
        | 'time-exceeded'
        | 'net-unreachable'
        | 'host-unreachable'
        | 'port-unreachable'
        | 'admin-prohibited'
        | 'frag-needed';
      readonly from: string;
      readonly sequence?: number;
      readonly ttl: number;
      readonly size: number;
      readonly mtu?: number;
    }
);

/** What can become of a connection (`NFNLGRP_CONNTRACK_*`). */
export type FlowKind = 'NEW' | 'UPDATE' | 'DESTROY';

/** The name under which connections are captured; no device can have it. */
export const CONNECTIONS = '/nf_conntrack';

/** How news of a connection reaches the owner of the capture. */
export type FlowMessage = Omit<Extract<SocketEvent, { event: 'flow' }>, 'type'> & {
  readonly type: 'packet';
  readonly capture: number;
};

/** How a captured frame reaches the owner of the capture; to a program it is a SocketEvent. */
export type CaptureMessage = Omit<Extract<SocketEvent, { event: 'packet' }>, 'type'> & {
  readonly type: 'packet';
  readonly capture: number;
};

/** One line of a packet's way, as the tracer, `tcpdump` and the checks read it. */
export interface TraceStep {
  readonly at: Micros;
  readonly host: string;
  readonly netns: string;
  /** What stands at this place: a link, a route decision, a rule, a socket, a neighbour. */
  readonly layer: 'l2' | 'l3' | 'nat' | 'policy' | 'dns' | 'l7' | 'socket';
  readonly device?: string;
  /** What happened, in a few words of English: `DNAT to 10.244.1.5:80`. */
  readonly what: string;
  /** The deciding rule or route as its own tool prints it, and where it stands. */
  readonly rule?: { readonly table: string; readonly chain: string; readonly text: string };
  readonly from: string;
  readonly to: string;
  /** Header values that this step changed. */
  readonly changed?: Readonly<Record<string, readonly [before: string, after: string]>>;
}

/** How a packet's way ended. */
export type Ending =
  | 'delivered'
  | 'refused' // RST, or ICMP port unreachable: somebody answered "no"
  | 'dropped' // nobody answered
  | 'rejected' // ICMP prohibited
  | 'unreachable'; // no route, or nobody has the address on the link

/** What a probe saw besides its steps, in the order in which it happened. */
export type Observation = NetnsRef & { readonly at: Micros } & (
    | { readonly type: 'step'; readonly step: TraceStep }
    /** A frame at a device, as a capture there would show it. */
    | {
        readonly type: 'frame';
        readonly device: string;
        readonly direction: 'In' | 'Out';
        readonly frame: Frame;
      }
    /** A rule that the packet matched, whether or not it decided. */
    | {
        readonly type: 'rule';
        readonly table: string;
        readonly chain: string;
        readonly text: string;
      }
    /** A connection tracking entry as it was written. */
    | { readonly type: 'conntrack'; readonly entry: Json }
  );

/** The way of one question and of its answer, without anything having been sent. */
export interface Probe {
  readonly ending: Ending;
  readonly steps: readonly TraceStep[];
  /** Where the way ended: at the socket, or where the packet was lost or refused. */
  readonly where: NetnsRef;
  /** Source as the last socket saw it. */
  readonly seenSource?: string;
  /** The endpoint that was reached after all rewrites. */
  readonly reached?: Endpoint & NetnsRef;
  /** The process that owns the socket which answered. */
  readonly owner?: Address;
  /** All that was seen, where the request asked for it. */
  readonly observed?: readonly Observation[];
}

export interface ProbeRequest {
  readonly protocol: 'TCP' | 'UDP' | 'ICMP';
  readonly to: Endpoint;
  readonly from?: string;
  /** Names this question for random matches (`statistic`): another name may take another way. */
  readonly purpose?: string;
  /** Whether frames, rules met and connections are to be told as well. */
  readonly observe?: boolean;
}
