import type { Engine } from '../engine.ts';
import { packetSize, type Packet, type Tcp } from '../packet.ts';
import { byteLength } from '../bytes.ts';

const BODY = 'Access denied\r\n';
const ANSWER =
  `HTTP/1.1 403 Forbidden\r\ncontent-length: ${BODY.length}\r\ncontent-type: text/plain\r\n` +
  `server: envoy\r\n\r\n${BODY}`;

/**
 * What the proxy does with a request that no rule lets pass: the client gets an answer and the end
 * of the connection, the server a reset. The two packets, in this order.
 */
export function denials(engine: Engine, request: Packet): readonly [answer: Packet, reset: Packet] {
  const tcp = request.transport as Tcp;
  const end = tcp.sequence + byteLength(request.payload);
  const answer: Tcp = {
    ...tcp,
    sourcePort: tcp.destinationPort,
    destinationPort: tcp.sourcePort,
    flags: ['PSH', 'ACK', 'FIN'],
    sequence: tcp.acknowledgement,
    acknowledgement: end,
  };
  const reset: Tcp = { ...tcp, flags: ['RST', 'ACK'] };
  const { source, destination } = request.ip;
  const { trace: _trace, ...rest } = request;
  const made = (transport: Tcp, from: string, to: string, payload: string): Packet => ({
    ...rest,
    id: engine.nextId(),
    ip: { ...request.ip, source: from, destination: to, ttl: 64 },
    transport,
    payload,
    size: packetSize(transport, payload, 0, to),
  });
  return [made(answer, destination, source, ANSWER), made(reset, source, destination, '')];
}
