import { ip4Text, ip6Text, macText, u16, u32, u8 } from './octets.ts';
import { named, type Printer, type Span } from './printer.ts';

type IpLine = (printer: Printer, span: Span) => string;

/** An ICMP message, behind the addresses. */
export function icmp4(printer: Printer, span: Span, ipLine: IpLine): string {
  const { bytes, at, end } = span;
  const type = u8(bytes, at);
  const isError = [3, 4, 5, 11, 12].includes(type);
  const text = `ICMP ${icmpText(printer, span)}, length ${end - at}`;
  if (printer.style.verbose === 0 || !isError) return text;
  return `${text}\n\tIP ${ipLine(printer, { bytes, at: at + 8, end })}`;
}

function icmpText(printer: Printer, { bytes, at }: Span): string {
  const [type, code] = [u8(bytes, at), u8(bytes, at + 1)];
  switch (type) {
    case 0:
    case 8: {
      const numbers = `id ${u16(bytes, at + 4)}, seq ${u16(bytes, at + 6)}`;
      return `echo ${type === 8 ? 'request' : 'reply'}, ${numbers}`;
    }
    case 3:
      return unreachable(printer, { bytes, at, end: bytes.length }, code);
    case 5:
      return `redirect ${ip4Text(bytes, at + 24)} to host ${ip4Text(bytes, at + 4)}`;
    case 11:
      return code === 0 ? 'time exceeded in-transit' : 'ip reassembly time exceeded';
    default:
      return `type-#${type}`;
  }
}

function unreachable(printer: Printer, { bytes, at }: Span, code: number): string {
  const quoted = at + 8;
  const host = named(printer, ip4Text(bytes, quoted + 16));
  const protocol = u8(bytes, quoted + 9);
  const port = u16(bytes, quoted + (u8(bytes, quoted) & 15) * 4 + 2);
  switch (code) {
    case 2:
      return `${host} protocol ${protocol} unreachable`;
    case 3: {
      const name = { 6: 'tcp', 17: 'udp' }[protocol] as 'tcp' | 'udp' | undefined;
      return name
        ? `${host} ${name} port ${printer.port(port, name)} unreachable`
        : `${host} protocol ${protocol} port ${port} unreachable`;
    }
    case 4: {
      const mtu = u16(bytes, at + 6);
      return `${host} unreachable - need to frag${mtu > 0 ? ` (mtu ${mtu})` : ''}`;
    }
    case 0:
      return `net ${host} unreachable`;
    case 1:
      return `host ${host} unreachable`;
    case 9:
      return `host ${host} unreachable - net prohibited`;
    case 10:
      return `host ${host} unreachable - admin prohibited`;
    case 13:
      return `host ${host} unreachable - admin prohibited filter`;
    default:
      return `#${code} ${host} unreachable`;
  }
}

/** An ICMPv6 message, behind the addresses. */
export function icmp6(printer: Printer, { bytes, at, end }: Span): string {
  const [type, code] = [u8(bytes, at), u8(bytes, at + 1)];
  const length = `, length ${end - at}`;
  const sum = printer.style.verbose > 0 ? '[icmp6 sum ok] ' : '';
  const target = () => ip6Text(bytes, at + 8);
  const option = () =>
    end >= at + 32 && printer.style.verbose > 0
      ? `\n\t  ${u8(bytes, at + 24) === 1 ? 'source' : 'destination'} link-address option ` +
        `(${u8(bytes, at + 24)}), length 8 (1): ${macText(bytes, at + 26)}`
      : '';
  const said = (() => {
    switch (type) {
      case 1: {
        const reasons = ['unreachable route', 'unreachable prohibited', '', 'unreachable address'];
        const host = ip6Text(bytes, at + 8 + 24);
        if (code !== 4) return `destination unreachable, ${reasons[code] ?? ''} ${host}`;
        const name = u8(bytes, at + 8 + 6) === 17 ? 'udp' : 'tcp';
        const port = printer.port(u16(bytes, at + 8 + 42), name);
        return `destination unreachable, unreachable port, ${host} ${name} port ${port}`;
      }
      case 2:
        return `packet too big, mtu ${u32(bytes, at + 4)}`;
      case 3:
        return `time exceeded in-transit for ${ip6Text(bytes, at + 8 + 24)}`;
      case 128:
      case 129: {
        const numbers = `id ${u16(bytes, at + 4)}, seq ${u16(bytes, at + 6)}`;
        return `echo ${type === 128 ? 'request' : 'reply'}, ${numbers}`;
      }
      case 133:
        return 'router solicitation';
      case 134:
        return 'router advertisement';
      case 135:
        return `neighbor solicitation${length}, who has ${target()}${option()}`;
      case 136:
        return `neighbor advertisement${length}, tgt is ${target()}${option()}`;
      default:
        return `type-#${type}`;
    }
  })();
  const told = type === 135 || type === 136;
  return `${sum}ICMP6, ${said}${told ? '' : length}`;
}
