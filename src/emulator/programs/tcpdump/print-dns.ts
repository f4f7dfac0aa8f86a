import { dnsTypes } from './dns-wire.ts';
import { ip4Text, ip6Text, u16, u32, u8 } from './octets.ts';
import type { Printer, Span } from './printer.ts';

const operations = ['', ' inv_q', ' stat', ' op3', ' notify', ' update'];
const results: readonly string[] = [
  '',
  ' FormErr',
  ' ServFail',
  ' NXDomain',
  ' NotImp',
  ' Refused',
  ' YXDomain',
  ' YXRRSet',
  ' NXRRSet',
  ' NotAuth',
  ' NotZone',
];

const typeName = (number: number): string =>
  Object.entries(dnsTypes).find(([, each]) => each === number)?.[0] ?? `Type${number}`;

interface Named {
  readonly name: string;
  readonly next: number;
}

/** A name at an offset of a message, with the pointers in it followed. */
function nameAt({ bytes, at: start }: Span, from: number): Named {
  let [at, next, hops] = [from, 0, 0];
  const labels: string[] = [];
  for (;;) {
    const length = u8(bytes, at);
    if (length >= 0xc0) {
      if (next === 0) next = at + 2;
      at = start + (u16(bytes, at) & 0x3fff);
      if (++hops > 20) break;
      continue;
    }
    if (length === 0) break;
    const label = [...bytes.slice(at + 1, at + 1 + length)];
    labels.push(String.fromCharCode(...label));
    at += 1 + length;
  }
  return { name: labels.length === 0 ? '.' : `${labels.join('.')}.`, next: next || at + 1 };
}

/** A DNS message (print-domain.c). */
export function dnsText(printer: Printer, span: Span, length: number): string {
  const { bytes, at } = span;
  const flags = u16(bytes, at + 2);
  const operation = operations[(flags >> 11) & 15] ?? ` op${(flags >> 11) & 15}`;
  const [questions, answers, authority, additional] = [4, 6, 8, 10].map((each) =>
    u16(bytes, at + each),
  ) as [number, number, number, number];
  const bit = (mask: number, set: string, clear = '') => ((flags & mask) !== 0 ? set : clear);
  const id = u16(bytes, at);
  if ((flags & 0x8000) !== 0) {
    const rcode = flags & 15;
    const head =
      `${id}${operation}${results[rcode] ?? ` Resp${rcode}`}${bit(0x0400, '*')}` +
      `${bit(0x0080, '', '-')}${bit(0x0200, '|')}${bit(0x0020, '$')}`;
    const counts = { questions, answers, authority, additional };
    return `${head}${response(printer, span, counts)} (${length})`;
  }
  const odd = (flags & 0x6cf) !== 0 ? ` [b2&3=0x${flags.toString(16)}]` : '';
  const head =
    `${id}${operation}${bit(0x0100, '+')}${bit(0x0010, '%')}${odd}` +
    (answers > 0 ? ` [${answers}a]` : '') +
    (questions === 1 ? '' : ` [${questions}q]`) +
    (authority > 0 ? ` [${authority}n]` : '') +
    (additional > 0 ? ` [${additional}au]` : '');
  let text = '';
  let next = at + 12;
  for (let i = 0; i < questions; i++) {
    const found = question(span, next);
    text += found.text;
    next = found.next;
  }
  if (printer.style.verbose > 0 && additional > 0) {
    text += ` ar: ${record(printer, span, next).text}`;
  }
  return `${head}${text} (${length})`;
}

function question(span: Span, from: number): { readonly text: string; readonly next: number } {
  const { name, next } = nameAt(span, from);
  const type = u16(span.bytes, next);
  const other = u16(span.bytes, next + 2);
  const kind =
    other === 1 ? '' : ` ${{ 3: 'CHAOS', 4: 'HS', 255: 'ANY' }[other] ?? `Class ${other}`}`;
  return { text: ` ${typeName(type)}${kind}? ${name}`, next: next + 4 };
}

interface Counts {
  readonly questions: number;
  readonly answers: number;
  readonly authority: number;
  readonly additional: number;
}

function response(printer: Printer, span: Span, counts: Counts): string {
  const { verbose } = printer.style;
  let next = span.at + 12;
  let text = '';
  for (let i = 0; i < counts.questions; i++) {
    const found = question(span, next);
    if (verbose > 1) text += `${i > 0 ? ',' : ''} q:${found.text}`;
    next = found.next;
  }
  text += ` ${counts.answers}/${counts.authority}/${counts.additional}`;
  const section = (count: number, head: string, shown: boolean) => {
    for (let i = 0; i < count && next < span.end; i++) {
      const found = record(printer, span, next);
      if (shown) text += `${i === 0 ? head : ','} ${found.text}`;
      next = found.next;
    }
  };
  section(counts.answers, '', true);
  section(counts.authority, ' ns:', verbose > 1);
  section(counts.additional, ' ar:', verbose > 1);
  return text;
}

/** Seconds as `1h2m3s`. */
function lifetime(seconds: number): string {
  const units = [
    ['w', 604_800],
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const;
  let left = seconds;
  let text = '';
  for (const [letter, size] of units) {
    const count = Math.floor(left / size);
    if (count > 0) text += `${count}${letter}`;
    left %= size;
  }
  return text === '' ? '0s' : text;
}

function record(printer: Printer, span: Span, from: number) {
  const { bytes } = span;
  const { name, next: at } = nameAt(span, from);
  const type = u16(bytes, at);
  const data = at + 10;
  const next = data + u16(bytes, at + 8);
  const shown = printer.style.verbose > 0 ? `${name} ` : '';
  const ttl = printer.style.verbose > 2 && type !== 41 ? `[${lifetime(u32(bytes, at + 4))}] ` : '';
  const text = `${shown}${ttl}${typeName(type)}${dataText(printer, span, type, data, next, at)}`;
  return { text, next };
}

function dataText(
  printer: Printer,
  span: Span,
  type: number,
  at: number,
  end: number,
  fixed: number,
): string {
  const { bytes } = span;
  const name = (from: number) => nameAt(span, from).name;
  switch (typeName(type)) {
    case 'A':
      return ` ${ip4Text(bytes, at)}`;
    case 'AAAA':
      return ` ${ip6Text(bytes, at)}`;
    case 'NS':
    case 'CNAME':
    case 'PTR':
    case 'DNAME':
      return ` ${name(at)}`;
    case 'SOA': {
      if (printer.style.verbose === 0) return '';
      const owner = nameAt(span, at);
      const mail = nameAt(span, owner.next);
      const numbers = [0, 4, 8, 12, 16].map((each) => u32(bytes, mail.next + each));
      return ` ${owner.name} ${mail.name} ${numbers.join(' ')}`;
    }
    case 'MX':
      return ` ${name(at + 2)} ${u16(bytes, at)}`;
    case 'SRV': {
      const [priority, weight, port] = [0, 2, 4].map((each) => u16(bytes, at + each));
      return ` ${name(at + 6)}:${port} ${priority} ${weight}`;
    }
    case 'TXT': {
      let text = '';
      for (let from = at; from < end;) {
        const length = u8(bytes, from);
        const letters = [...bytes.slice(from + 1, from + 1 + length)];
        text += ` "${String.fromCharCode(...letters)}"`;
        from += 1 + length;
      }
      return text;
    }
    case 'OPT': {
      const size = ` UDPsize=${u16(bytes, fixed + 2)}`;
      return size + ((u8(bytes, fixed + 6) & 0x80) !== 0 ? ' DO' : '');
    }
    default:
      return '';
  }
}
