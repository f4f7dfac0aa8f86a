import type { SocketEvent, SocketId } from '../network/api.ts';
import { podNetns } from './pod-netns.ts';
import type { Wired } from './wire.ts';

/** A connection inside a pod that a client outside holds. */
export interface Forwarded {
  send(text: string): void;
  /** No more will be sent. */
  shutdown(): void;
  close(): void;
}

/** What comes of a forwarded connection. */
export interface ForwardListener {
  connected(): void;
  data(text: string): void;
  /** The other side sends no more, or the connection is gone; `failure` says why. */
  ended(failure?: string): void;
}

/** Receivers of socket events by the address that they were sent to. */
export type ForwardTable = Map<string, (event: SocketEvent) => void>;

/**
 * Connects to a port on the loopback of a pod's network namespace, as the runtime does for
 * `port-forward`. undefined: the pod has no namespace yet.
 */
export function forwardOutside(
  { network, hosts, ...wired }: Wired,
  table: ForwardTable,
  address: string,
  pod: string,
  port: number,
  listener: ForwardListener,
): Forwarded | undefined {
  const where = podNetns({ network, hosts, ...wired }, pod);
  if (!where) return undefined;
  const forget = () => table.delete(address);
  // What the client sends before the connection has come about waits for it.
  let early: (() => void)[] | undefined = [];
  const once = (work: () => void) => void (early ? early.push(work) : work());
  table.set(address, (event) => {
    switch (event.event) {
      case 'connected': {
        const waiting = early ?? [];
        early = undefined;
        for (const work of waiting) work();
        return listener.connected();
      }
      case 'data':
        return listener.data(event.payload);
      case 'end':
        return listener.ended();
      case 'failed':
      case 'reset':
        forget();
        return listener.ended(event.errno);
      default:
    }
  });
  const socket: SocketId = network.connect(where, { address: '127.0.0.1', port }, address);
  hosts.kernel.drain();
  return {
    send: (text) => once(() => void network.send(socket, text)),
    shutdown: () => once(() => network.shutdown(socket)),
    close() {
      forget();
      network.close(socket);
    },
  };
}
