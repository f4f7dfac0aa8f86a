import type { DnsMessage, DnsRecord } from '../../host/resolver/message.ts';
import { ip4Octets, ip6Octets, put16, put32 } from './octets.ts';

/** Numbers of the record types. */
export const dnsTypes: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  NAPTR: 35,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  RRSIG: 46,
  DNSKEY: 48,
  SVCB: 64,
  HTTPS: 65,
  AXFR: 252,
  ANY: 255,
  CAA: 257,
};

const rcodes = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
] as readonly string[];
const classes: Readonly<Record<string, number>> = { IN: 1, CH: 3, HS: 4, ANY: 255 };

interface Writer {
  readonly bytes: number[];
  /** Where each name ending was written. */
  readonly seen: Map<string, number>;
}

function putName({ bytes, seen }: Writer, name: string): void {
  const labels = name.replace(/\.$/, '').split('.').filter(Boolean);
  for (let i = 0; i < labels.length; i++) {
    const ending = labels.slice(i).join('.').toLowerCase();
    const before = seen.get(ending);
    if (before !== undefined) {
      bytes.push(...put16(0xc000 | before));
      return;
    }
    if (bytes.length < 0x4000) seen.set(ending, bytes.length);
    const label = labels[i] as string;
    bytes.push(label.length, ...[...label].map((letter) => letter.charCodeAt(0) & 0xff));
  }
  bytes.push(0);
}

function putData(writer: Writer, { type, data }: DnsRecord): void {
  const { bytes } = writer;
  const words = data.split(' ');
  switch (type) {
    case 'A':
      bytes.push(...ip4Octets(data));
      return;
    case 'AAAA':
      bytes.push(...ip6Octets(data));
      return;
    case 'CNAME':
    case 'NS':
    case 'PTR':
    case 'DNAME':
      putName(writer, data);
      return;
    case 'MX':
      bytes.push(...put16(Number(words[0])));
      putName(writer, words[1] ?? '.');
      return;
    case 'SRV':
      for (const word of words.slice(0, 3)) bytes.push(...put16(Number(word)));
      putName({ bytes, seen: new Map() }, words[3] ?? '.');
      return;
    case 'SOA':
      putName(writer, words[0] ?? '.');
      putName(writer, words[1] ?? '.');
      for (const word of words.slice(2, 7)) bytes.push(...put32(Number(word)));
      return;
    case 'TXT':
      for (const [, text = ''] of data.matchAll(/"((?:[^"\\]|\\.)*)"/g)) {
        bytes.push(text.length, ...[...text].map((letter) => letter.charCodeAt(0) & 0xff));
      }
      return;
    default:
      bytes.push(...[...data].map((letter) => letter.charCodeAt(0) & 0xff));
  }
}

function putRecord(writer: Writer, record: DnsRecord): void {
  const { bytes } = writer;
  putName(writer, record.name);
  const type = dnsTypes[record.type] ?? Number(/^TYPE(\d+)$/.exec(record.type)?.[1] ?? 0);
  bytes.push(...put16(type), ...put16(classes[record.class ?? 'IN'] ?? 1), ...put32(record.ttl));
  const at = bytes.length;
  bytes.push(0, 0);
  putData(writer, record);
  const length = bytes.length - at - 2;
  bytes[at] = length >> 8;
  bytes[at + 1] = length & 0xff;
}

function flagsOf(message: DnsMessage): number {
  const bit = (on: boolean | undefined, mask: number) => (on ? mask : 0);
  const rcode = Math.max(0, rcodes.indexOf(message.rcode));
  return (
    bit(message.response, 0x8000) |
    bit(message.authoritative, 0x0400) |
    bit(message.truncated, 0x0200) |
    bit(message.recursionDesired, 0x0100) |
    bit(message.recursionAvailable, 0x0080) |
    bit(message.authenticData, 0x0020) |
    bit(message.checkingDisabled, 0x0010) |
    rcode
  );
}

/** A message in the bytes of the wire (RFC 1035). */
export function dnsOctets(message: DnsMessage): number[] {
  const { question, answers, authority, additional, edns } = message;
  const counts = [1, answers.length, authority.length, additional.length + (edns ? 1 : 0)];
  const bytes = [...put16(message.id), ...put16(flagsOf(message)), ...counts.flatMap(put16)];
  const writer: Writer = { bytes, seen: new Map() };
  putName(writer, question.name);
  const type = dnsTypes[question.type] ?? Number(/^TYPE(\d+)$/.exec(question.type)?.[1] ?? 0);
  bytes.push(...put16(type), ...put16(classes[question.class ?? 'IN'] ?? 1));
  for (const record of [...answers, ...authority, ...additional]) putRecord(writer, record);
  if (edns) {
    const cookie = edns.cookie?.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
    const option = cookie.length > 0 ? [...put16(10), ...put16(cookie.length), ...cookie] : [];
    bytes.push(0, ...put16(41), ...put16(edns.udpSize), 0, edns.version ?? 0);
    bytes.push(edns.dnssecOk ? 0x80 : 0, 0, ...put16(option.length), ...option);
  }
  return bytes;
}
