import { ip4Text, ip6Text, u16, u32, u8 } from './octets.ts';
import { icmp4, icmp6 } from './print-icmp.ts';
import { ethernet } from './print.ts';
import { tcpText } from './print-tcp.ts';
import { udpText } from './print-udp.ts';
import { named, type Printer, type Span } from './printer.ts';

const protocolNames: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPIP',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  47: 'GRE',
  44: 'Fragment',
  50: 'ESP',
  58: 'ICMPv6',
  132: 'SCTP',
};

/** An IPv4 packet, behind `IP `. */
export function ip4Line(printer: Printer, span: Span): string {
  const { bytes, at } = span;
  const length = u16(bytes, at + 2);
  const end = Math.min(span.end, at + length);
  const fragment = u16(bytes, at + 6);
  const offset = (fragment & 0x1fff) * 8;
  const protocol = u8(bytes, at + 9);
  const [source, destination] = [ip4Text(bytes, at + 12), ip4Text(bytes, at + 16)];
  let text = '';
  if (printer.style.verbose > 0) {
    const flags = [
      ...((fragment & 0x2000) !== 0 ? ['+'] : []),
      ...((fragment & 0x4000) !== 0 ? ['DF'] : []),
    ];
    const kind = protocolNames[protocol] ?? 'unknown';
    text =
      `(tos 0x${u8(bytes, at + 1).toString(16)}, ttl ${u8(bytes, at + 8)}, ` +
      `id ${u16(bytes, at + 4)}, offset ${offset}, flags [${flags.join(', ') || 'none'}], ` +
      `proto ${kind} (${protocol}), length ${length})\n    `;
  }
  const ends = { source, destination };
  const start = at + (u8(bytes, at) & 15) * 4;
  if (offset > 0) {
    const name = { 1: 'icmp', 6: 'tcp', 17: 'udp' }[protocol] ?? `ip-proto-${protocol}`;
    return `${text}${addresses(printer, ends)}: ${name}`;
  }
  return text + upper(printer, { bytes, at: start, end }, protocol, ends, 4, length);
}

/** An IPv6 packet, behind `IP6 `. */
export function ip6Line(printer: Printer, span: Span): string {
  const { bytes, at } = span;
  const length = u16(bytes, at + 4);
  const protocol = u8(bytes, at + 6);
  const ends = { source: ip6Text(bytes, at + 8), destination: ip6Text(bytes, at + 24) };
  const kind = protocolNames[protocol] ?? 'unknown';
  const text =
    printer.style.verbose > 0
      ? `(hlim ${u8(bytes, at + 7)}, next-header ${kind} (${protocol}) payload length: ${length}) `
      : '';
  const inner = { bytes, at: at + 40, end: Math.min(span.end, at + 40 + length) };
  return text + upper(printer, inner, protocol, ends, 6, length + 40);
}

/** Both ends of a packet. */
export interface Ends {
  readonly source: string;
  readonly destination: string;
}

const addresses = (printer: Printer, { source, destination }: Ends): string =>
  `${named(printer, source)} > ${named(printer, destination)}`;

function upper(
  printer: Printer,
  span: Span,
  protocol: number,
  ends: Ends,
  version: 4 | 6,
  length: number,
): string {
  const { bytes, at, end } = span;
  switch (protocol) {
    case 6:
      return tcpText(printer, span, ends);
    case 17:
      return udpText(printer, span, ends);
    case 1:
      return `${addresses(printer, ends)}: ${icmp4(printer, span, ip4Line)}`;
    case 58:
      return `${addresses(printer, ends)}: ${icmp6(printer, span)}`;
    case 4:
      return `${addresses(printer, ends)}: IP ${ip4Line(printer, span)}`;
    case 47:
      return `${addresses(printer, ends)}: ${gre(printer, span)}`;
    case 44:
      return fragment6(printer, span, ends);
    case 41:
      return `${addresses(printer, ends)}: IP6 ${ip6Line(printer, span)}`;
    case 50: {
      const spi = u32(bytes, at).toString(16).padStart(8, '0');
      const seq = u32(bytes, at + 4).toString(16);
      return `${addresses(printer, ends)}: ESP(spi=0x${spi},seq=0x${seq}), length ${end - at}`;
    }
    default: {
      const size = length - (version === 4 ? 20 : 40);
      return `${addresses(printer, ends)}:  ip-proto-${protocol} ${size}`;
    }
  }
}

/** An IPv6 fragment: where it begins and how long it is; the first has the header of what it is. */
function fragment6(printer: Printer, { bytes, at, end }: Span, ends: Ends): string {
  const place = u16(bytes, at + 2);
  const offset = place & 0xfff8;
  const head = `${addresses(printer, ends)}: frag (${offset}|${end - at - 8})`;
  if (offset > 0) return head;
  const next = upper(printer, { bytes, at: at + 8, end }, u8(bytes, at), ends, 6, end - at);
  return `${head} ${next.slice(next.indexOf(': ') + 2)}`;
}

/** GRE (`print-gre.c`): its key, and what it carries. */
function gre(printer: Printer, { bytes, at, end }: Span): string {
  const flags = u16(bytes, at);
  const type = u16(bytes, at + 2);
  const keyed = (flags & 0x2000) !== 0;
  const { verbose, link } = printer.style;
  const told = verbose > 0 ? `, Flags [${keyed ? 'key present' : 'none'}]` : '';
  const key = keyed ? `, key=0x${u32(bytes, at + 4).toString(16)}` : '';
  const names: Readonly<Record<number, string>> = { 0x0800: 'IPv4', 0x86dd: 'IPv6', 0x6558: 'TEB' };
  const number = type.toString(16).padStart(4, '0');
  const kind = link ? `, proto ${names[type] ?? 'unknown'} (0x${number})` : '';
  const head = `GREv0${told}${key}${kind}, length ${end - at}${verbose > 0 ? '\n\t' : ': '}`;
  const inner = { bytes, at: at + (keyed ? 8 : 4), end };
  if (type === 0x0800) return `${head}${link ? '' : 'IP '}${ip4Line(printer, inner)}`;
  if (type === 0x86dd) return `${head}${link ? '' : 'IP6 '}${ip6Line(printer, inner)}`;
  if (type === 0x6558) return head + ethernet(printer, inner, end - inner.at);
  return `${head}gre-proto-0x${number}`;
}
