import { u16, u8 } from './octets.ts';
import { dnsText } from './print-dns.ts';
import { ethernet } from './print.ts';
import type { Ends } from './print-ip.ts';
import { sumText } from './print-tcp.ts';
import { named, type Printer, type Span } from './printer.ts';

/** A UDP datagram with its ends. */
export function udpText(printer: Printer, span: Span, ends: Ends): string {
  const { bytes, at, end } = span;
  const { style } = printer;
  const [sport, dport] = [u16(bytes, at), u16(bytes, at + 2)];
  const length = u16(bytes, at + 4) - 8;
  const name = (address: string, port: number) =>
    `${named(printer, address)}.${printer.port(port, 'udp')}`;
  const head = `${name(ends.source, sport)} > ${name(ends.destination, dport)}: `;
  if (style.quiet) return `${head}UDP, length ${length}`;
  const sum = style.verbose > 0 ? `${sumText(span, ends, 17)} ` : '';
  const data: Span = { bytes, at: at + 8, end };
  const ports = [sport, dport];
  if (ports.includes(53) || ports.includes(5353)) {
    return `${head}${sum}${dnsText(printer, data, length)}`;
  }
  if (dport === 8472 || dport === 4789) return head + sum + tunnelText(printer, data, dport);
  return `${head}${sum}UDP, length ${length}`;
}

/** A frame in a tunnel. The port that Flannel keeps was meant for OTV, which has the same shape. */
function tunnelText(printer: Printer, { bytes, at, end }: Span, port: number): string {
  const flags = u8(bytes, at);
  const shown = `[${(flags & 8) === 0 ? '.' : 'I'}] (0x${flags.toString(16).padStart(2, '0')})`;
  const three = (from: number) => u16(bytes, from) * 256 + u8(bytes, from + 2);
  const head =
    port === 4789
      ? `VXLAN, flags ${shown}, vni ${three(at + 4)}`
      : `OTV, flags ${shown}, overlay ${three(at + 1)}, instance ${three(at + 4)}`;
  const inner: Span = { bytes, at: at + 8, end };
  return `${head}\n${ethernet(printer, inner, end - at - 8)}`;
}
