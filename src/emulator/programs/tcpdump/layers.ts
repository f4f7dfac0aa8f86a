import { ip4Text, ip6Text, u16, u8, type Octets } from './octets.ts';

/** Where the parts of a captured packet lie in its bytes. */
export interface Layers {
  readonly link: number;
  readonly bytes: Octets;
  /** EtherType. */
  readonly type: number;
  /** Where the network layer begins. */
  readonly network: number;
  readonly vlan?: number;
  /** Of IP: its version, protocol, and where the transport begins (not in later fragments). */
  readonly version?: 4 | 6;
  readonly protocol?: number;
  readonly transport?: number;
  readonly fragment?: number;
  readonly source?: string;
  readonly destination?: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

/** Length of the link layer's header. */
export const linkLength = (link: number): number =>
  ({ 1: 14, 12: 0, 101: 0, 113: 16, 276: 20 })[link] ?? 14;

/** Finds the parts of a packet by its link layer. */
export function layersOf(link: number, bytes: Octets): Layers {
  let network = linkLength(link);
  let type = 0x0800;
  let vlan: number | undefined;
  if (link === 1) {
    type = u16(bytes, 12);
    if (type === 0x8100) {
      vlan = u16(bytes, 14) & 0xfff;
      type = u16(bytes, 16);
      network = 18;
    }
  } else if (link === 276) type = u16(bytes, 0);
  else if (link === 113) type = u16(bytes, 14);
  else type = u8(bytes, 0) >> 4 === 6 ? 0x86dd : 0x0800;
  const base = { link, bytes, type, network, ...(vlan !== undefined && { vlan }) };
  if (type === 0x0800) return { ...base, ...inet4(bytes, network) };
  if (type === 0x86dd) return { ...base, ...inet6(bytes, network) };
  return base;
}

function inet4(bytes: Octets, at: number): Partial<Layers> {
  const protocol = u8(bytes, at + 9);
  const fragment = (u16(bytes, at + 6) & 0x1fff) * 8;
  const transport = at + (u8(bytes, at) & 15) * 4;
  return {
    version: 4,
    protocol,
    fragment,
    source: ip4Text(bytes, at + 12),
    destination: ip4Text(bytes, at + 16),
    ...(fragment === 0 && { transport, ...ports(bytes, transport, protocol) }),
  };
}

function inet6(bytes: Octets, at: number): Partial<Layers> {
  const protocol = u8(bytes, at + 6);
  const transport = at + 40;
  return {
    version: 6,
    protocol,
    fragment: 0,
    transport,
    source: ip6Text(bytes, at + 8),
    destination: ip6Text(bytes, at + 24),
    ...ports(bytes, transport, protocol),
  };
}

function ports(bytes: Octets, at: number, protocol: number): Partial<Layers> {
  if (![6, 17, 132].includes(protocol)) return {};
  return { sourcePort: u16(bytes, at), destinationPort: u16(bytes, at + 2) };
}
