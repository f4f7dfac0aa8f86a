import { ip4Text, macText, u16, u32, u8 } from './octets.ts';
import { linkLength } from './layers.ts';
import { named, type Printer, type Span } from './printer.ts';
import { ip4Line, ip6Line } from './print-ip.ts';

const types: Readonly<Record<number, string>> = {
  0x0800: 'IPv4',
  0x0806: 'ARP',
  0x8100: '802.1Q',
  0x86dd: 'IPv6',
};

const four = (value: number) => value.toString(16).padStart(4, '0');

/** The text of a packet by its link layer, without the time. `device` is for captures at `any`. */
export function packetLine(
  printer: Printer,
  link: number,
  bytes: Uint8Array,
  length: number,
  device?: string,
): string {
  const span: Span = { bytes, at: linkLength(link), end: bytes.length };
  if (link === 1) return ethernet(printer, { bytes, at: 0, end: bytes.length }, length);
  if (link === 276) {
    const kinds = ['In', 'B', 'M', 'P', 'Out'];
    const way = kinds[u8(bytes, 10)] ?? '?';
    const name = (device ?? String(u32(bytes, 4))).padEnd(5);
    const head = `${name} ${way.padEnd(3)} `;
    const from = printer.style.link ? `ifindex ${u32(bytes, 4)} ${macText(bytes, 12)} ` : '';
    return `${head}${from}${network(printer, u16(bytes, 0), span, true, length - 20)}`;
  }
  const version = u8(bytes, span.at) >> 4;
  return network(printer, version === 6 ? 0x86dd : 0x0800, span, true, length);
}

/** An Ethernet frame: with `-e` its addresses come first. */
export function ethernet(printer: Printer, span: Span, length: number): string {
  const { bytes, at } = span;
  const { style } = printer;
  let type = u16(bytes, at + 12);
  let head = '';
  if (style.link) {
    const macs = `${macText(bytes, at + 6)} > ${macText(bytes, at)}`;
    const kind = types[type] ?? 'Unknown';
    const shown = style.quiet ? kind : `ethertype ${kind} (0x${four(type)})`;
    head = `${macs}, ${shown}, length ${length}: `;
  }
  let next = at + 14;
  if (type === 0x8100) {
    const tag = u16(bytes, next);
    if (style.link) head += `vlan ${tag & 0xfff}, p ${tag >> 13}, `;
    type = u16(bytes, next + 2);
    next += 4;
    if (style.link) head += `ethertype ${types[type] ?? 'Unknown'} (0x${four(type)}), `;
  }
  const inner: Span = { ...span, at: next };
  return head + network(printer, type, inner, !style.link, length - (next - at));
}

function network(
  printer: Printer,
  type: number,
  span: Span,
  prefix: boolean,
  length: number,
): string {
  switch (type) {
    case 0x0800:
      return (prefix ? 'IP ' : '') + ip4Line(printer, span);
    case 0x86dd:
      return (prefix ? 'IP6 ' : '') + ip6Line(printer, span);
    case 0x0806:
      return (prefix ? 'ARP, ' : '') + arp(printer, span, length);
    default: {
      const name = types[type] ?? `Unknown Ethertype (0x${four(type)})`;
      return `${prefix ? `${name}, ` : ''}length ${length}: `;
    }
  }
}

function arp(printer: Printer, { bytes, at }: Span, length: number): string {
  const operation = u16(bytes, at + 6);
  const name = (offset: number) => named(printer, ip4Text(bytes, at + offset));
  const target = macText(bytes, at + 18);
  const known = target !== '00:00:00:00:00:00' && target !== 'ff:ff:ff:ff:ff:ff';
  const head = printer.style.verbose > 0 ? 'Ethernet (len 6), IPv4 (len 4), ' : '';
  const said =
    operation === 1
      ? `Request who-has ${name(24)}${known ? ` (${target})` : ''} tell ${name(14)}`
      : `Reply ${name(14)} is-at ${macText(bytes, at + 8)}`;
  return `${head}${said}, length ${length}`;
}
