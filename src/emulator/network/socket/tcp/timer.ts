import type { Errno, SocketId } from '../../api.ts';
import type { Engine } from '../../engine.ts';
import { refOfSocket } from '../../keys.ts';
import {
  readSocket,
  readTransmission,
  removeSocket,
  writeTransmission,
  type SocketRecord,
  type Transmission,
} from '../record.ts';
import { emit } from './input.ts';
import { acknowledge, armTimer, backoff, sendSegment } from './output.ts';

/**
 * The timer of a connection: an acknowledgement that waited, an unanswered segment that is sent
 * again (1, 2, 4 … seconds for a SYN: 127 in all with tcp_syn_retries 6), or the end of a socket.
 */
export function tcpTimer(engine: Engine, socket: SocketId): void {
  const record = readSocket(engine, socket);
  const numbers = readTransmission(engine, socket);
  if (!record || !numbers || numbers.timerAt !== engine.now) return;
  const { timerAt: _now, ...rest } = numbers;
  let current: Transmission | undefined = rest;
  if (current.endAt !== undefined && current.endAt <= engine.now) {
    removeSocket(engine, refOfSocket(socket), socket);
    return;
  }
  if (current.acknowledgeAt !== undefined && current.acknowledgeAt <= engine.now) {
    const { acknowledgeAt: _sent, ...others }: Transmission = current;
    acknowledge(engine, socket, record, others);
    current = others;
  }
  if (current.retransmitAt !== undefined && current.retransmitAt <= engine.now) {
    current = retransmit(engine, socket, record, current);
  }
  if (current) writeTransmission(engine, socket, armTimer(engine, socket, current));
}

function retransmit(
  engine: Engine,
  socket: SocketId,
  record: SocketRecord,
  numbers: Transmission,
): Transmission | undefined {
  const view = engine.view(refOfSocket(socket));
  const setting = {
    'SYN-SENT': 'tcp_syn_retries',
    'SYN-RECV': 'tcp_synack_retries',
  }[record.state];
  const most = Number(view?.sysctl(`net.ipv4.${setting ?? 'tcp_retries2'}`) ?? 6);
  if (numbers.softError) return give(engine, socket, record, numbers.softError, numbers);
  if (numbers.retries >= most) return give(engine, socket, record, 'ETIMEDOUT', numbers);
  const retries = numbers.retries + 1;
  // In order and one by one, as after a time-out the window is one segment; here all that waits.
  for (const segment of numbers.queue) {
    sendSegment(engine, socket, record, numbers, segment);
  }
  const again = { ...numbers, retries };
  return { ...again, retransmitAt: engine.now + backoff(again) };
}

function give(
  engine: Engine,
  socket: SocketId,
  record: SocketRecord,
  errno: Errno,
  numbers: Transmission,
): undefined {
  removeSocket(engine, refOfSocket(socket), socket);
  if (record.state === 'SYN-RECV') return undefined;
  const from = numbers.softErrorFrom;
  if (record.state === 'SYN-SENT') {
    emit(engine, socket, record, { event: 'failed', errno, ...(from ? { from } : {}) });
  } else emit(engine, socket, record, { event: 'reset', errno });
  return undefined;
}
