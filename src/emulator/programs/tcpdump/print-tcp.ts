import { checksum, ip4Octets, ip6Octets, put32, u16, u32, u8 } from './octets.ts';
import type { Ends } from './print-ip.ts';
import { dnsText } from './print-dns.ts';
import { named, type Printer, type Span } from './printer.ts';

const flagLetters: readonly (readonly [mask: number, letter: string])[] = [
  [1, 'F'],
  [2, 'S'],
  [4, 'R'],
  [8, 'P'],
  [16, '.'],
  [32, 'U'],
  [64, 'E'],
  [128, 'W'],
];

const HTTP_PORTS = [80, 3128, 8080];

/** A TCP segment with its ends. */
export function tcpText(printer: Printer, span: Span, ends: Ends): string {
  const { bytes, at, end } = span;
  const { style } = printer;
  const [sport, dport] = [u16(bytes, at), u16(bytes, at + 2)];
  const name = (address: string, port: number) =>
    `${named(printer, address)}.${printer.port(port, 'tcp')}`;
  const head = `${name(ends.source, sport)} > ${name(ends.destination, dport)}: `;
  const start = at + (u8(bytes, at + 12) >> 4) * 4;
  const length = Math.max(0, end - start);
  if (style.quiet) return `${head}tcp ${length}`;
  const flags = u8(bytes, at + 13);
  const letters = flagLetters.filter(([mask]) => (flags & mask) !== 0).map(([, each]) => each);
  const { seq, ack } = relative(printer, span, ends, flags);
  const shown = style.verbose > 1 || length > 0 || (flags & 7) !== 0;
  const options = optionsText(bytes, at + 20, start);
  const text =
    `${head}Flags [${letters.join('') || 'none'}]` +
    (style.verbose > 0 ? `, ${sumText(span, ends, 6)}` : '') +
    (shown ? `, seq ${seq}${length > 0 ? `:${(seq + length) % 2 ** 32}` : ''}` : '') +
    ((flags & 16) !== 0 ? `, ack ${ack}` : '') +
    `, win ${u16(bytes, at + 14)}` +
    ((flags & 32) !== 0 ? `, urg ${u16(bytes, at + 18)}` : '') +
    (options === '' ? '' : `, options [${options}]`) +
    `, length ${length}`;
  if (length === 0 || (flags & 4) !== 0) return text;
  return text + application(printer, { bytes, at: start, end }, [sport, dport]);
}

/** Numbers counted from the first ones of the conversation, but for `-S`. */
function relative(printer: Printer, { bytes, at }: Span, ends: Ends, flags: number) {
  const seq = u32(bytes, at + 4);
  const ack = u32(bytes, at + 8);
  if (printer.style.absolute || (flags & 16) === 0) return { seq, ack };
  const [a, b] = [`${ends.source}.${u16(bytes, at)}`, `${ends.destination}.${u16(bytes, at + 2)}`];
  const reverse = a > b;
  const key = reverse ? `${b}>${a}` : `${a}>${b}`;
  const known = printer.conversations.get(key);
  if (!known || (flags & 2) !== 0) {
    const [mine, theirs] = [seq, ack - 1];
    const first = reverse ? { seq: theirs, ack: mine } : { seq: mine, ack: theirs };
    printer.conversations.set(key, first);
    return { seq, ack };
  }
  const [from, to] = reverse ? [known.ack, known.seq] : [known.seq, known.ack];
  return { seq: (seq - from) >>> 0, ack: (ack - to) >>> 0 };
}

/** Whether the checksum is right, which is counted over the addresses too. */
export function sumText({ bytes, at, end }: Span, ends: Ends, protocol: number): string {
  const where = protocol === 6 ? at + 16 : at + 6;
  const found = u16(bytes, where);
  const octets = ends.source.includes(':') ? ip6Octets : ip4Octets;
  const pseudo = [
    ...octets(ends.source),
    ...octets(ends.destination),
    ...put32(end - at),
    ...put32(protocol),
  ];
  const sum = checksum(pseudo, bytes.slice(at, end));
  const hex = (value: number) => value.toString(16).padStart(4, '0');
  if (protocol === 17) {
    if (found === 0) return '[no cksum]';
    return sum === 0 ? '[udp sum ok]' : `[bad udp cksum 0x${hex(found)}!]`;
  }
  return `cksum 0x${hex(found)} (${sum === 0 ? 'correct' : 'incorrect'})`;
}

function optionsText(bytes: Uint8Array, from: number, to: number): string {
  const parts: string[] = [];
  for (let at = from; at < to;) {
    const kind = u8(bytes, at);
    const length = kind < 2 ? 1 : Math.max(2, u8(bytes, at + 1));
    switch (kind) {
      case 0:
        parts.push('eol');
        break;
      case 1:
        parts.push('nop');
        break;
      case 2:
        parts.push(`mss ${u16(bytes, at + 2)}`);
        break;
      case 3:
        parts.push(`wscale ${u8(bytes, at + 2)}`);
        break;
      case 4:
        parts.push('sackOK');
        break;
      case 8:
        parts.push(`TS val ${u32(bytes, at + 2)} ecr ${u32(bytes, at + 6)}`);
        break;
      default:
        parts.push(`unknown-${kind}`);
    }
    at += length;
  }
  return parts.join(',');
}

/** What a segment's data says, where its port tells how to read it. */
function application(printer: Printer, span: Span, ports: readonly number[]): string {
  const { bytes, at, end } = span;
  if (ports.includes(53)) {
    // A length of two bytes stands before each message.
    const length = u16(bytes, at);
    const whole = length > 0 && at + 2 + length <= end;
    return whole ? `: ${dnsText(printer, { ...span, at: at + 2 }, length)}` : '';
  }
  if (!ports.some((port) => HTTP_PORTS.includes(port))) return '';
  const text = new TextDecoder('latin1').decode(bytes.slice(at, end));
  return `: HTTP${httpText(printer, text, end - at)}`;
}

const METHODS =
  /^(GET|HEAD|PUT|POST|DELETE|OPTIONS|PATCH|CONNECT|TRACE|M-SEARCH|NOTIFY) |^HTTP\/\d/;

function httpText({ style }: Printer, text: string, length: number): string {
  const known = METHODS.test(text);
  const [first = ''] = text.split(/\r?\n/);
  if (style.verbose === 0) return known ? `: ${first}` : '';
  const head = `, length: ${length}`;
  if (!known) return head;
  const end = text.search(/\r?\n\r?\n/);
  const lines = (end < 0 ? text : text.slice(0, end)).split(/\r?\n/);
  const blank = end < 0 ? '' : '\n\t';
  const body = end < 0 ? '' : text.slice(end).replace(/^\r?\n\r?\n/, '');
  const rest = body.split('\n').filter((line, index, all) => line !== '' || index < all.length - 1);
  return `${head}${[...lines, ...(blank === '' ? [] : ['', ...rest])]
    .map((line) => `\n\t${line.replace(/\r$/, '')}`)
    .join('')}`;
}
