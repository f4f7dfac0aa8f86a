import type { Frame, Packet } from '../../emulator/network/packet.ts';
import { endpointText, icmpText } from '../../emulator/network/packet.ts';
import type { OuterHead, PacketHead } from './api.ts';

/** The packet that is carried, behind all that it is wrapped into, and what is in front of it. */
export function unwrapped(frame: Frame):
  | {
      readonly packet: Packet;
      readonly frame: Frame;
      readonly outer?: OuterHead;
    }
  | undefined {
  const { body } = frame;
  if (body.kind !== 'ip') return undefined;
  if (body.tunnel) {
    const inner = unwrapped(body.tunnel.frame);
    return inner && { ...inner, outer: outerHead(body, `VXLAN ${body.tunnel.vni}`) };
  }
  if (body.sealed) {
    // A handshake of the tunnel's own carries nothing.
    const { inner } = body.sealed;
    return inner && { packet: inner, frame, outer: outerHead(body, 'WireGuard') };
  }
  if (body.inner) return { packet: body.inner, frame, outer: outerHead(body, 'IPIP') };
  return { packet: body, frame };
}

function outerHead(packet: Packet, kind: string): OuterHead {
  return {
    kind,
    from: endpointText(packet, 'source'),
    to: endpointText(packet, 'destination'),
    size: packet.size,
  };
}

/** The headers that a frame shows; undefined for ARP. */
export function headOf(whole: Frame, mark: string): PacketHead | undefined {
  const found = unwrapped(whole);
  if (!found) return undefined;
  const { packet, frame, outer } = found;
  return {
    from: endpointText(packet, 'source'),
    to: endpointText(packet, 'destination'),
    ttl: packet.ip.ttl,
    flags: flagsOf(packet),
    size: packet.size,
    mark,
    macFrom: frame.source,
    macTo: frame.destination,
    ...(outer && { outer }),
  };
}

function flagsOf({ transport }: Packet): string {
  if (transport.kind === 'tcp') return transport.flags.join(' ');
  return transport.kind === 'icmp' ? icmpText(transport) : '';
}

const fields = ['from', 'to', 'ttl', 'flags', 'size', 'mark'] as const;

/** Names of the fields in which two heads differ. MAC addresses change with each link. */
export function changes(before: PacketHead, after: PacketHead): string[] {
  const found: string[] = fields.filter((field) => before[field] !== after[field]);
  if (JSON.stringify(before.outer) !== JSON.stringify(after.outer)) found.push('outer');
  return found;
}

/** The mark after a rule with target MARK, as the kernel works it out. */
export function markAfter(mark: string, rule: string): string {
  const found = / -j MARK --set-xmark (0x[0-9a-f]+)\/(0x[0-9a-f]+)/.exec(rule);
  if (!found) return mark;
  const [, value = '0', mask = '0'] = found;
  const made = ((Number(mark) & ~Number(mask)) ^ Number(value)) >>> 0;
  return `0x${made.toString(16)}`;
}
