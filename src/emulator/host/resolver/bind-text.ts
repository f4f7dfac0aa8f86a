import type { DnsMessage, DnsQuestion, DnsRecord } from './message.ts';

/** Columns of BIND's master files (`dns_master_stylecreate`): where each part of a line begins. */
export interface MasterStyle {
  readonly ttl?: boolean;
  readonly class?: boolean;
  /** Times as `1h30m` instead of seconds. */
  readonly units?: boolean;
}

const TAB = 8;
const TTL_COLUMN = 24;

/** A record in one line without its end, as dig and `host -v` print it. */
export function recordLine(record: DnsRecord, style: MasterStyle = {}): string {
  const [classColumn, typeColumn, dataColumn] = columns(style);
  const line = new Line(record.name);
  if (style.ttl !== false) {
    line.put(TTL_COLUMN, style.units ? withUnits(record.ttl) : String(record.ttl));
  }
  if (style.class !== false) line.put(classColumn, record.class ?? 'IN');
  line.put(typeColumn, record.type);
  line.put(dataColumn, record.data);
  return line.text;
}

/** The line of a question, with its semicolon. */
export function questionLine(question: DnsQuestion, style: MasterStyle = {}): string {
  const [classColumn, typeColumn] = columns(style);
  const line = new Line(question.name);
  if (style.class !== false) line.put(classColumn, question.class ?? 'IN');
  line.put(typeColumn, question.type);
  return `;${line.text}`;
}

/** Each part that is left out moves what comes after it to the left. */
function columns(style: MasterStyle): readonly [number, number, number] {
  const missing = Number(style.ttl === false) + Number(style.class === false);
  if (missing === 0) return [32, 40, 48];
  return missing === 1 ? [24, 32, 40] : [24, 24, 32];
}

/** `indent` of masterdump.c: tabs up to the column's tab stop, then blanks; at least one. */
class Line {
  text: string;
  private column: number;

  constructor(start: string) {
    this.text = start;
    this.column = start.length;
  }

  put(column: number, word: string): void {
    const to = Math.max(column, this.column + 1);
    const tabs = Math.max(0, Math.floor(to / TAB) - Math.floor(this.column / TAB));
    const from = tabs > 0 ? Math.floor(to / TAB) * TAB : this.column;
    this.text += '\t'.repeat(tabs) + ' '.repeat(to - from) + word;
    this.column = to + word.length;
  }
}

function withUnits(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['w', 604_800],
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ];
  let left = seconds;
  const parts = units.map(([letter, size]) => {
    const count = Math.floor(left / size);
    left %= size;
    return count > 0 ? `${count}${letter}` : '';
  });
  return parts.join('') || '0s';
}

/** A section's title and lines; '' where it has none. */
export function sectionText(
  message: DnsMessage,
  section: 'answers' | 'authority' | 'additional',
  style: MasterStyle = {},
): string {
  return message[section].map((record) => `${recordLine(record, style)}\n`).join('');
}

/** Flags of a header, each with a blank before it. */
export function headerFlags(message: DnsMessage): string {
  const flags: readonly (readonly [string, boolean | undefined])[] = [
    ['qr', message.response],
    ['aa', message.authoritative],
    ['tc', message.truncated],
    ['rd', message.recursionDesired],
    ['ra', message.recursionAvailable],
    ['ad', message.authenticData],
    ['cd', message.checkingDisabled],
  ];
  return flags.flatMap(([name, set]) => (set ? [` ${name}`] : [])).join('');
}

/** The counts at the end of the flags' line. */
export function sectionCounts(message: DnsMessage): string {
  const additional = message.additional.length + (message.edns ? 1 : 0);
  return (
    `QUERY: 1, ANSWER: ${message.answers.length}, ` +
    `AUTHORITY: ${message.authority.length}, ADDITIONAL: ${additional}`
  );
}

/** Types that dig, host and nslookup know by name. */
const TYPES =
  'A NS CNAME SOA PTR HINFO MX TXT RP AFSDB AAAA LOC SRV NAPTR KX CERT DNAME OPT DS SSHFP ' +
  'IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA SMIMEA HIP CDS CDNSKEY OPENPGPKEY ' +
  'CSYNC ZONEMD SVCB HTTPS SPF NULL MB MG MR MINFO WKS X25 ISDN RT NSAP SIG KEY PX EUI48 ' +
  'EUI64 TKEY TSIG URI CAA AMTRELAY AXFR MAILB MAILA ANY';
const known = new Set(TYPES.split(' '));

/** The name of a type in capital letters; undefined for what is none. */
export function typeName(text: string): string | undefined {
  const name = text.toUpperCase();
  if (known.has(name)) return name;
  const [, number] = /^TYPE(\d{1,5})$/.exec(name) ?? [];
  return number !== undefined && Number(number) < 65_536 ? name : undefined;
}

/** The name of a class in capital letters; undefined for what is none. */
export function className(text: string): string | undefined {
  const name = text.toUpperCase();
  if (name === 'CHAOS') return 'CH';
  if (name === 'HESIOD') return 'HS';
  return /^(IN|CH|HS|ANY|NONE|CLASS\d{1,5})$/.test(name) ? name : undefined;
}
