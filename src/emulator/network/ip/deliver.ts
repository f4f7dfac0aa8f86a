import type { Engine } from '../engine.ts';
import { ipipReceive } from '../link/ipip.ts';
import { isIcmpError } from '../packet.ts';
import type { Skb } from '../skb.ts';
import { icmpErrorInput, icmpInput } from '../socket/icmp.ts';
import { tcpInput } from '../socket/tcp/input.ts';
import { udpInput } from '../socket/udp.ts';

/** Hands a packet for this namespace to its transport (`ip_local_deliver`). */
export function deliver(engine: Engine, skb: Skb): void {
  const { transport } = skb.packet;
  if (transport.kind === 'tcp') tcpInput(engine, skb);
  else if (transport.kind === 'udp') udpInput(engine, skb);
  else if (transport.kind === 'ipip') ipipReceive(engine, skb);
  else if (isIcmpError(transport)) icmpErrorInput(engine, skb);
  else icmpInput(engine, skb);
}
