import type { Engine } from '../engine.ts';
import { tunnelReceive } from '../link/tunnel.ts';
import { wireguardReceive } from '../link/wireguard/receive.ts';
import { ndpReceive } from '../neighbour/ndp.ts';
import { isIcmpError } from '../packet.ts';
import type { Skb } from '../skb.ts';
import { icmpErrorInput, icmpInput } from '../socket/icmp.ts';
import { tcpInput } from '../socket/tcp/input.ts';
import { udpInput } from '../socket/udp.ts';

/** Hands a packet for this namespace to its transport (`ip_local_deliver`). */
export function deliver(engine: Engine, skb: Skb): void {
  const { transport, sealed } = skb.packet;
  if (transport.kind === 'tcp') tcpInput(engine, skb);
  else if (transport.kind === 'udp' && sealed) wireguardReceive(engine, skb, sealed);
  else if (transport.kind === 'udp') udpInput(engine, skb);
  else if (transport.kind === 'ipip') tunnelReceive(engine, skb);
  else if (transport.kind === 'icmpv6' && [135, 136].includes(transport.type)) {
    ndpReceive(engine, skb, transport);
  } else if (isIcmpError(transport)) icmpErrorInput(engine, skb);
  else icmpInput(engine, skb);
}
