import { byteLength } from '../bytes.ts';
import type { Engine } from '../engine.ts';
import type { HookVerdict } from '../netfilter/hooks.ts';
import { mayAnswer } from '../netfilter/context.ts';
import { packetSize, type Tcp } from '../packet.ts';
import type { Skb } from '../skb.ts';
import { connectionOf } from './forward.ts';
import { sendError } from './icmp-error.ts';
import { ipOutput } from './output.ts';

/** ICMP codes of `REJECT --reject-with`. */
const codes: Readonly<Record<string, number>> = {
  'icmp-net-unreachable': 0,
  'icmp-host-unreachable': 1,
  'icmp-proto-unreachable': 2,
  'icmp-port-unreachable': 3,
  'icmp-net-prohibited': 9,
  'icmp-host-prohibited': 10,
  'icmp-admin-prohibited': 13,
};

/** Ends the way of a packet that a rule stopped: in silence, or with the answer REJECT names. */
export function reject(
  engine: Engine,
  skb: Skb,
  verdict: Exclude<HookVerdict, { type: 'accept' | 'transmit' }>,
): void {
  const { packet, view } = skb;
  if (verdict.type === 'drop') {
    engine.end(packet.trace, 'dropped');
    return;
  }
  if (!mayAnswer(packet)) return;
  if (verdict.with === 'tcp-reset') {
    if (packet.transport.kind === 'tcp') sendReset(engine, skb);
    return;
  }
  const code = codes[verdict.with] ?? 3;
  sendError(engine, view, packet, { type: 3, code }, connectionOf(skb));
}

/** RST for a segment that nobody wants, in the name of its destination. */
export function sendReset(engine: Engine, skb: Skb): void {
  const { packet, view } = skb;
  const segment = packet.transport as Tcp;
  const acked = segment.flags.includes('ACK');
  // Only a question can be refused; a reset for an unexpected answer helps nobody.
  engine.end(packet.trace, acked ? 'dropped' : 'refused');
  const length = byteLength(packet.payload);
  const step = length + (segment.flags.includes('SYN') || segment.flags.includes('FIN') ? 1 : 0);
  const transport: Tcp = {
    kind: 'tcp',
    sourcePort: segment.destinationPort,
    destinationPort: segment.sourcePort,
    flags: acked ? ['RST'] : ['RST', 'ACK'],
    sequence: acked ? segment.acknowledgement : 0,
    acknowledgement: acked ? 0 : segment.sequence + step,
    window: 0,
  };
  const { connection } = skb;
  const related = connection?.entry && !connection.confirmed ? connectionOf(skb) : undefined;
  ipOutput(
    engine,
    view,
    {
      ...(packet.trace === undefined ? {} : { trace: packet.trace }),
      ip: {
        source: packet.ip.destination,
        destination: packet.ip.source,
        ttl: 64,
        identification: 0,
        dontFragment: true,
      },
      transport,
      payload: '',
      size: packetSize(transport, '', 0, packet.ip.source),
    },
    related ? { ...related, state: 'ESTABLISHED' } : undefined,
  );
}
