import { emitIcmp } from '../icmp.ts';
import { MILLISECOND } from '../../../world/time.ts';
import type { Endpoint, Errno, SocketEvent, SocketId } from '../../api.ts';
import { byteLength } from '../../bytes.ts';
import type { Engine } from '../../engine.ts';
import { sendReset } from '../../ip/reject.ts';
import { endpointText, isIcmp, type Packet, type Tcp } from '../../packet.ts';
import type { Skb } from '../../skb.ts';
import {
  addSocket,
  findBound,
  findFlow,
  readSocket,
  readTransmission,
  removeSocket,
  writeSocket,
  writeTransmission,
  type SocketRecord,
  type Transmission,
} from '../record.ts';
import { begin, endLater, headersFor } from './connect.ts';
import { acknowledge, armTimer, queueSegments } from './output.ts';
import { RETRANSMISSION_TIMEOUT } from './output.ts';

/** A FIN's acknowledgement may wait this long for the application's own FIN. */
const DELAYED_ACK = 40 * MILLISECOND;
/** Errors that arrive while `connect` itself still runs count only when the SYN is sent again. */
const CONNECT_BUSY = 10 * MILLISECOND;

/** A segment for this namespace (`tcp_v4_rcv`): to its connection, a listener, or back with RST. */
export function tcpInput(engine: Engine, skb: Skb): void {
  const { packet, ref } = skb;
  const tcp = packet.transport as Tcp;
  const local = { address: packet.ip.destination, port: tcp.destinationPort };
  const peer = { address: packet.ip.source, port: tcp.sourcePort };
  const socket = findFlow(engine, ref, local, peer);
  const record = socket === undefined ? undefined : readSocket(engine, socket);
  if (socket !== undefined && record) {
    const isNew = tcp.flags.includes('SYN') && !tcp.flags.includes('ACK');
    if (record.state !== 'TIME-WAIT' || !isNew) {
      segment(engine, skb, socket, record, tcp);
      return;
    }
    removeSocket(engine, ref, socket);
  }
  const listener = findBound(engine, ref, 'TCP', local);
  const opens = tcp.flags.includes('SYN') && !tcp.flags.includes('ACK');
  if (listener !== undefined && opens) {
    accept(engine, skb, listener, local, peer, tcp);
    return;
  }
  const what = listener === undefined ? `nothing listens on ${local.port}` : 'no such connection';
  stepSocket(engine, skb, what);
  if (!tcp.flags.includes('RST')) sendReset(engine, skb);
}

function stepSocket(engine: Engine, skb: Skb, what: string): void {
  const { packet } = skb;
  if (packet.trace === undefined) return;
  engine.step(packet.trace, skb.ref, {
    layer: 'socket',
    what,
    from: endpointText(packet, 'source'),
    to: endpointText(packet, 'destination'),
  });
}

/** A SYN at a listener: a new connection in SYN-RECV. */
function accept(
  engine: Engine,
  skb: Skb,
  listener: SocketId,
  local: Endpoint,
  peer: Endpoint,
  tcp: Tcp,
): void {
  const { ref, view, packet } = skb;
  const parent = readSocket(engine, listener) as SocketRecord;
  stepSocket(engine, skb, `delivered to the listener on ${parent.local.address}:${local.port}`);
  engine.end(packet.trace, 'delivered');
  engine.reached(ref, local, peer.address, parent.owner, listener);
  const record: SocketRecord = {
    protocol: 'TCP',
    state: engine.moves.tcp('UNCONN', 'SYN').state,
    local,
    peer,
    owner: parent.owner,
    listener,
  };
  const socket = addSocket(engine, ref, record);
  const purpose = `isn/${ref.host}/${ref.netns}/${peer.address}:${peer.port}/${engine.now}`;
  const first = begin(engine, view, skb.input ?? 'lo', peer.address, purpose, packet.trace);
  const numbers = { ...first, expected: (tcp.sequence + 1) % 2 ** 32 };
  const answer = [{ flags: ['SYN', 'ACK'] as const, payload: '' }];
  writeTransmission(engine, socket, queueSegments(engine, socket, record, numbers, answer).numbers);
}

/** A segment of a known connection. */
function segment(engine: Engine, skb: Skb, socket: SocketId, record: SocketRecord, tcp: Tcp): void {
  const numbers = readTransmission(engine, socket);
  if (!numbers) return;
  const has = (flag: Tcp['flags'][number]) => tcp.flags.includes(flag);
  if (has('RST')) {
    reset(engine, skb, socket, record, numbers, tcp);
    return;
  }
  if (record.state === 'SYN-SENT') {
    answered(engine, skb, socket, record, numbers, tcp);
    return;
  }
  if (has('SYN')) {
    // The SYN came again: so does the answer to it, or a challenge.
    const [first] = numbers.queue;
    if (record.state === 'SYN-RECV' && first) resend(engine, socket, record, numbers);
    else acknowledge(engine, socket, record, numbers);
    return;
  }
  const current = acknowledged(engine, skb, socket, record, numbers, tcp);
  if (current) received(engine, skb, socket, current, tcp);
}

function resend(
  engine: Engine,
  socket: SocketId,
  record: SocketRecord,
  numbers: Transmission,
): void {
  const { queue, retransmitAt: _again, ...rest } = numbers;
  const [first] = queue;
  if (!first) return;
  const again = { ...rest, queue: [], next: first.sequence };
  writeTransmission(engine, socket, queueSegments(engine, socket, record, again, [first]).numbers);
}

/** The answer to our SYN. */
function answered(
  engine: Engine,
  skb: Skb,
  socket: SocketId,
  record: SocketRecord,
  numbers: Transmission,
  tcp: Tcp,
): void {
  const fits = tcp.flags.includes('ACK') && tcp.acknowledgement === numbers.next;
  if (!fits) {
    if (tcp.flags.includes('ACK')) sendReset(engine, skb);
    return;
  }
  if (!tcp.flags.includes('SYN')) return;
  const state = engine.moves.tcp(record.state, 'SYN-ACK').state;
  const connected = { ...record, state };
  writeSocket(engine, socket, connected);
  const { retransmitAt: _done, softError: _soft, trace: _trace, ...rest } = numbers;
  const current: Transmission = {
    ...rest,
    queue: [],
    retries: 0,
    unacknowledged: numbers.next,
    expected: (tcp.sequence + 1) % 2 ** 32,
  };
  writeTransmission(engine, socket, current);
  stepSocket(engine, skb, 'connection established');
  acknowledge(engine, socket, connected, current);
  emit(engine, socket, connected, {
    event: 'connected',
    local: record.local,
    peer: record.peer as Endpoint,
  });
}

function reset(
  engine: Engine,
  skb: Skb,
  socket: SocketId,
  record: SocketRecord,
  numbers: Transmission,
  tcp: Tcp,
): void {
  const connecting = record.state === 'SYN-SENT';
  const fits = connecting
    ? tcp.acknowledgement === numbers.next
    : tcp.sequence === numbers.expected;
  if (!fits) return;
  stepSocket(engine, skb, connecting ? 'connection refused' : 'connection reset');
  removeSocket(engine, skb.ref, socket);
  if (connecting) emit(engine, socket, record, { event: 'failed', errno: 'ECONNREFUSED' });
  else if (record.state !== 'SYN-RECV' && record.state !== 'TIME-WAIT') {
    const errno = record.state === 'CLOSE-WAIT' ? 'EPIPE' : 'ECONNRESET';
    emit(engine, socket, record, { event: 'reset', errno });
  }
}

/** Takes what was acknowledged off the queue; gives the record as it is then, if it still is. */
function acknowledged(
  engine: Engine,
  skb: Skb,
  socket: SocketId,
  record: SocketRecord,
  numbers: Transmission,
  tcp: Tcp,
): SocketRecord | undefined {
  if (!tcp.flags.includes('ACK')) return undefined;
  const before = (a: number, b: number) => ((b - a) | 0) > 0;
  const newer = before(numbers.unacknowledged, tcp.acknowledgement);
  if (!newer) return record;
  const queue = numbers.queue.filter((each) =>
    before(tcp.acknowledgement, (each.sequence + each.length) >>> 0),
  );
  const finished = queue.length === 0 && numbers.queue.some((each) => each.flags.includes('FIN'));
  const { retransmitAt: _was, ...rest } = numbers;
  const again = queue.length > 0 ? { retransmitAt: engine.now + RETRANSMISSION_TIMEOUT } : {};
  const changed: Transmission = {
    ...rest,
    ...again,
    queue,
    retries: 0,
    unacknowledged: tcp.acknowledgement,
  };
  writeTransmission(engine, socket, armTimer(engine, socket, changed));
  if (record.state === 'SYN-RECV') return established(engine, socket, record);
  if (!finished) return record;
  const state = engine.moves.tcp(record.state, 'ACK-OF-FIN').state;
  return enter(engine, skb, socket, { ...record, state });
}

function established(engine: Engine, socket: SocketId, record: SocketRecord): SocketRecord {
  const { listener, ...rest } = record;
  const current = { ...rest, state: engine.moves.tcp(record.state, 'ACK').state };
  writeSocket(engine, socket, current);
  engine.emit(record.owner, {
    type: 'socket',
    socket: listener as SocketId,
    event: 'accepted',
    accepted: socket,
    peer: record.peer as Endpoint,
  });
  return current;
}

/** Writes a new state with what belongs to it; undefined where the socket is gone. */
function enter(
  engine: Engine,
  skb: Skb,
  socket: SocketId,
  record: SocketRecord,
): SocketRecord | undefined {
  if (record.state === 'UNCONN') {
    removeSocket(engine, skb.ref, socket);
    return undefined;
  }
  writeSocket(engine, socket, record);
  if (record.state === 'TIME-WAIT') endLater(engine, socket);
  if (record.state === 'FIN-WAIT-2' && record.orphan) endLater(engine, socket);
  return record;
}

/** Data and FIN, in order; what comes too early or again is only acknowledged. */
function received(
  engine: Engine,
  skb: Skb,
  socket: SocketId,
  record: SocketRecord,
  tcp: Tcp,
): void {
  const numbers = readTransmission(engine, socket) as Transmission;
  const { payload } = skb.packet;
  const fin = tcp.flags.includes('FIN');
  if (payload === '' && !fin) return;
  if (tcp.sequence !== numbers.expected) {
    acknowledge(engine, socket, record, numbers);
    return;
  }
  if (payload !== '' && record.orphan) {
    // Data for a socket that nobody holds any more.
    removeSocket(engine, skb.ref, socket);
    sendReset(engine, skb);
    return;
  }
  const expected = (numbers.expected + byteLength(payload) + (fin ? 1 : 0)) % 2 ** 32;
  const current: Transmission = { ...numbers, expected };
  if (payload !== '') emit(engine, socket, record, { event: 'data', payload });
  if (!fin) {
    writeTransmission(engine, socket, current);
    acknowledge(engine, socket, record, current);
    return;
  }
  finished(engine, skb, socket, record, current);
}

function finished(
  engine: Engine,
  skb: Skb,
  socket: SocketId,
  record: SocketRecord,
  numbers: Transmission,
): void {
  const state = engine.moves.tcp(record.state, 'FIN').state;
  if (state === 'CLOSE-WAIT') {
    const waiting = { ...numbers, acknowledgeAt: engine.now + DELAYED_ACK };
    writeTransmission(engine, socket, armTimer(engine, socket, waiting));
  } else {
    writeTransmission(engine, socket, numbers);
    acknowledge(engine, socket, record, numbers);
  }
  enter(engine, skb, socket, { ...record, state });
  emit(engine, socket, record, { event: 'end' });
}

type Said = SocketEvent extends infer E
  ? E extends SocketEvent
    ? Omit<E, 'type' | 'socket'>
    : never
  : never;

/** Tells the owner, if there is one still. */
export function emit(engine: Engine, socket: SocketId, record: SocketRecord, said: Said): void {
  if (record.orphan) return;
  engine.emit(record.owner, { type: 'socket', socket, ...said } as SocketEvent);
}

/** An ICMP error about a segment that this namespace sent (`tcp_v4_err`). */
export function tcpError(
  engine: Engine,
  skb: Skb,
  quoted: Packet,
  kind: Extract<SocketEvent, { event: 'icmp' }>['kind'],
): void {
  const tcp = quoted.transport as Tcp;
  const local = { address: quoted.ip.source, port: tcp.sourcePort };
  const peer = { address: quoted.ip.destination, port: tcp.destinationPort };
  const socket = findFlow(engine, skb.ref, local, peer);
  const record = socket === undefined ? undefined : readSocket(engine, socket);
  const numbers = socket === undefined ? undefined : readTransmission(engine, socket);
  if (socket === undefined || !record || !numbers) return;
  const icmp = skb.packet.transport;
  if (kind === 'frag-needed' && isIcmp(icmp) && icmp.mtu !== undefined) {
    smaller(engine, socket, record, numbers, icmp.mtu);
    return;
  }
  if (record.ttl !== undefined) {
    emitIcmp(engine, socket, skb.packet, kind);
    return;
  }
  const errno = errnoOf(kind);
  if (!errno || record.state !== 'SYN-SENT') return;
  const from = skb.packet.ip.source;
  if (errno === 'EHOSTUNREACH' && engine.now - numbers.startedAt < CONNECT_BUSY) {
    writeTransmission(engine, socket, { ...numbers, softError: errno, softErrorFrom: from });
    return;
  }
  removeSocket(engine, skb.ref, socket);
  emit(engine, socket, record, { event: 'failed', errno, from });
}

function errnoOf(
  kind: Extract<SocketEvent, { event: 'icmp' }>['kind'],
): Extract<Errno, 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ENETUNREACH'> | undefined {
  if (kind === 'port-unreachable') return 'ECONNREFUSED';
  if (kind === 'net-unreachable') return 'ENETUNREACH';
  if (kind === 'time-exceeded' || kind === 'host-unreachable') return 'EHOSTUNREACH';
  return kind === 'admin-prohibited' ? 'EHOSTUNREACH' : undefined;
}

/** Path MTU discovery: what waits is cut anew and sent again. */
function smaller(
  engine: Engine,
  socket: SocketId,
  record: SocketRecord,
  numbers: Transmission,
  mtu: number,
): void {
  const mss = Math.min(numbers.mss, mtu - headersFor(record.peer?.address ?? ''));
  if (mss === numbers.mss) return;
  const { retransmitAt: _was, queue, ...rest } = numbers;
  const first = queue[0]?.sequence ?? numbers.next;
  const text = queue.map((each) => each.payload).join('');
  const fin = queue.some((each) => each.flags.includes('FIN'));
  const pieces: { flags: readonly Tcp['flags'][number][]; payload: string }[] = [];
  for (let at = 0; at < text.length; at += mss) {
    pieces.push({ flags: ['PSH', 'ACK'], payload: text.slice(at, at + mss) });
  }
  if (fin) pieces.push({ flags: ['FIN', 'ACK'], payload: '' });
  const again = { ...rest, mss, queue: [], next: first };
  writeTransmission(engine, socket, queueSegments(engine, socket, record, again, pieces).numbers);
}
