import { SECOND, MILLISECOND } from '../../../world/time.ts';
import type { Errno, SocketId } from '../../api.ts';
import { splitBytes, byteLength } from '../../bytes.ts';
import type { Engine } from '../../engine.ts';
import { ipOutput } from '../../ip/output.ts';
import { refOfSocket } from '../../keys.ts';
import { packetSize, type Tcp, type TcpFlag } from '../../packet.ts';
import {
  readTransmission,
  writeTransmission,
  type SocketRecord,
  type Transmission,
  type Unacknowledged,
} from '../record.ts';

/** First wait for an answer, before a connection is there and after (RFC 6298). */
export const SYN_TIMEOUT = SECOND;
export const RETRANSMISSION_TIMEOUT = 200 * MILLISECOND;
/** Longest wait between two retransmissions. */
const MAX_TIMEOUT = 120 * SECOND;

/** Sends one segment as it stands; nothing of the socket's numbers changes. */
export function sendSegment(
  engine: Engine,
  socket: SocketId,
  record: SocketRecord,
  numbers: Pick<Transmission, 'expected'>,
  segment: {
    readonly sequence: number;
    readonly flags: readonly TcpFlag[];
    readonly payload: string;
    readonly trace?: number;
  },
): Errno | undefined {
  const view = engine.view(refOfSocket(socket));
  if (!view || !record.peer) return 'EBADF';
  const transport: Tcp = {
    kind: 'tcp',
    sourcePort: record.local.port,
    destinationPort: record.peer.port,
    flags: segment.flags,
    sequence: segment.sequence,
    acknowledgement: segment.flags.includes('ACK') ? numbers.expected : 0,
    window: segment.flags.includes('SYN') ? (segment.flags.length > 1 ? 65_160 : 64_240) : 502,
  };
  return ipOutput(engine, view, {
    ...(segment.trace === undefined ? {} : { trace: segment.trace }),
    ip: {
      source: record.local.address,
      destination: record.peer.address,
      ttl: record.ttl ?? 64,
      identification: 0,
      dontFragment: true,
    },
    transport,
    payload: segment.payload,
    size: packetSize(transport, segment.payload, 0, record.peer.address),
  });
}

/** Puts segments behind those that wait, sends them, and minds the timer. */
export function queueSegments(
  engine: Engine,
  socket: SocketId,
  record: SocketRecord,
  numbers: Transmission,
  segments: readonly { readonly flags: readonly TcpFlag[]; readonly payload: string }[],
): { readonly numbers: Transmission; readonly errno?: Errno } {
  let next = numbers.next;
  let errno: Errno | undefined;
  const queue: Unacknowledged[] = [...numbers.queue];
  for (const { flags, payload } of segments) {
    const control = flags.includes('SYN') || flags.includes('FIN') ? 1 : 0;
    const segment = { sequence: next, length: byteLength(payload) + control, flags, payload };
    queue.push(segment);
    next = (next + segment.length) % 2 ** 32;
    const traced = flags.includes('SYN') && numbers.trace !== undefined;
    errno = sendSegment(engine, socket, record, numbers, {
      ...segment,
      ...(traced ? { trace: numbers.trace as number } : {}),
    });
  }
  const first = queue[0]?.flags.includes('SYN') ? SYN_TIMEOUT : RETRANSMISSION_TIMEOUT;
  const again = numbers.retransmitAt ?? engine.now + first;
  const later = record.ttl === undefined ? { retransmitAt: again } : {};
  const { acknowledgeAt: _sent, ...rest } = numbers;
  const changed = { ...rest, next, queue, ...later };
  return { numbers: armTimer(engine, socket, changed), ...(errno ? { errno } : {}) };
}

/** Sends data in segments of the connection's size; the last one says PSH. */
export function sendData(
  engine: Engine,
  socket: SocketId,
  record: SocketRecord,
  payload: string,
): void {
  const numbers = readTransmission(engine, socket);
  if (!numbers || payload === '') return;
  const pieces = splitBytes(payload, numbers.mss);
  const segments = pieces.map((piece, index) => ({
    flags: (index === pieces.length - 1 ? ['PSH', 'ACK'] : ['ACK']) as readonly TcpFlag[],
    payload: piece,
  }));
  const sent = queueSegments(engine, socket, record, numbers, segments);
  writeTransmission(engine, socket, sent.numbers);
}

/** Acknowledges what has come. */
export function acknowledge(
  engine: Engine,
  socket: SocketId,
  record: SocketRecord,
  numbers: Transmission,
): void {
  const segment = { sequence: numbers.next, flags: ['ACK'] as const, payload: '' };
  sendSegment(engine, socket, record, numbers, segment);
}

/** The wait before the next retransmission: doubled each time. */
export function backoff(numbers: Transmission): number {
  const first = numbers.queue[0]?.flags.includes('SYN') ? SYN_TIMEOUT : RETRANSMISSION_TIMEOUT;
  return Math.min(MAX_TIMEOUT, first * 2 ** numbers.retries);
}

/** Makes sure that a timer message is on its way for the nearest of the socket's deadlines. */
export function armTimer(engine: Engine, socket: SocketId, numbers: Transmission): Transmission {
  const deadlines = [numbers.retransmitAt, numbers.acknowledgeAt, numbers.endAt].filter(
    (at) => at !== undefined,
  );
  if (deadlines.length === 0) return numbers;
  const at = Math.min(...deadlines);
  const pending = numbers.timerAt;
  if (pending !== undefined && pending > engine.now && pending <= at) return numbers;
  const due = Math.max(at, engine.now);
  engine.send(refOfSocket(socket), { type: 'timer', timer: 'tcp', socket }, due - engine.now);
  return { ...numbers, timerAt: due };
}
