import type { Json } from '../../../world/json.ts';
import type { Store } from '../../../world/store.ts';
import type { NetnsRef } from '../../api.ts';
import type { Engine } from '../../engine.ts';
import { netnsKey, volatileKey } from '../../keys.ts';
import { isIcmp } from '../../packet.ts';
import type { Skb } from '../../skb.ts';
import { answerOf, type QueueAnswer, type QueuePacket, type QueueProgram } from './program.ts';

/** A process that listens on a queue. */
export interface QueueListener {
  readonly owner: string;
  /** Port of its netlink socket, which is its process number. */
  readonly port: number;
  /** Bytes of a packet that it wants to see. */
  readonly range: number;
  /** Label that connections get which it lets pass. */
  readonly label?: number;
  /** Without a program all pass: it only looks on. */
  readonly program?: QueueProgram;
}

/** What a listener is told of a packet that it was asked about. */
export interface QueuedPacket extends QueuePacket {
  readonly queue: number;
  readonly id: number;
  readonly answer: QueueAnswer;
  readonly payload?: string;
}

type Reading = Pick<Store, 'get' | 'list'>;

export const listenerPrefix = (ref: NetnsRef) => `${netnsKey(ref)}nfqueue/`;
export const listenerKey = (ref: NetnsRef, queue: number) =>
  `${listenerPrefix(ref)}${String(queue).padStart(5, '0')}`;
const countKey = (ref: NetnsRef, queue: number) => `${volatileKey(ref)}nfqueue/${queue}`;

const NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 };

/**
 * Hands a packet to a queue (`nf_queue`). Undefined: nobody listens. Accepting goes on behind the
 * chain, with a label on the connection where the listener gives one.
 */
export function askQueue(
  engine: Engine,
  skb: Skb,
  queue: number,
): { readonly answer: QueueAnswer; readonly label?: number } | undefined {
  const listener = engine.records.get<QueueListener>(listenerKey(skb.ref, queue));
  if (!listener) return undefined;
  const key = countKey(skb.ref, queue);
  const id = (engine.records.get<number>(key) ?? 0) + 1;
  engine.records.put(key, id);
  const { ip, transport } = skb.packet;
  const ports =
    transport.kind === 'ipip' || isIcmp(transport)
      ? {}
      : { sourcePort: transport.sourcePort, destinationPort: transport.destinationPort };
  const packet: QueuePacket = {
    source: ip.source,
    destination: ip.destination,
    protocol: NUMBERS[transport.kind] ?? 4,
    ...ports,
  };
  const answer = listener.program
    ? answerOf(listener.program, packet)
    : { accepted: true, why: 'seen' };
  const payload = transport.kind === 'udp' ? { payload: skb.packet.payload } : {};
  const told: QueuedPacket = { ...packet, queue, id, answer, ...payload };
  engine.notify(listener.owner, told as unknown as Json);
  const { label } = listener;
  return { answer, ...(answer.accepted && label !== undefined ? { label } : {}) };
}

/** Who listens on which queue of a namespace. */
export function listeners(store: Reading, ref: NetnsRef) {
  const prefix = listenerPrefix(ref);
  return store
    .list<QueueListener>(prefix)
    .map(([key, listener]) => [Number(key.slice(prefix.length)), listener] as const);
}

/** `/proc/net/netfilter/nfnetlink_queue`, one line a queue (`seq_show`). */
export function queueFile(store: Reading, ref: NetnsRef): string {
  const line = ([queue, { port, range }]: readonly [number, QueueListener]) => {
    const seen = store.get<number>(countKey(ref, queue)) ?? 0;
    const fields: readonly (readonly [number, number])[] = [
      [queue, 5],
      [port, 6],
      [0, 5],
      [2, 1],
      [range, 5],
      [0, 5],
      [0, 5],
      [seen, 8],
      [1, 2],
    ];
    return `${fields.map(([value, width]) => String(value).padStart(width)).join(' ')}\n`;
  };
  return listeners(store, ref).map(line).join('');
}
