import type { DaemonSys } from '../../../host/syscalls.ts';
import type { Json } from '../../../world/json.ts';
import type { NetConf } from '../config.ts';
import type { Lease } from '../lease.ts';

/** What a backend works with: the node's own place, and its settings. */
export interface BackendContext {
  readonly sys: DaemonSys;
  readonly conf: NetConf;
  /** The device that joins the nodes, and the node's address on it. */
  readonly external: { readonly device: string; readonly address: string; readonly mtu: number };
  /** The node's own pod network. */
  readonly subnet: string;
  /** The same of IPv6, in a cluster of two families. */
  readonly second?: { readonly address: string; readonly subnet: string; readonly network: string };
  say(level: 'I' | 'W' | 'E', place: string, text: string): void;
}

export interface Registered {
  readonly mtu: number;
  readonly backendData: Json;
  readonly backendData6?: Json;
}

/** A way to join the nodes' pod networks (`pkg/backend`). */
export interface Backend {
  readonly type: string;
  /** Makes what the node needs of its own; the error is the backend's. */
  register(context: BackendContext): Registered | { readonly error: string };
  /** A node came, or told something new. */
  add(context: BackendContext, lease: Lease): void;
  /** A node is gone. */
  remove(context: BackendContext, lease: Lease): void;
  /** Brings back what was taken away, where the backend looks after it. */
  check(context: BackendContext, leases: readonly Lease[]): void;
}
