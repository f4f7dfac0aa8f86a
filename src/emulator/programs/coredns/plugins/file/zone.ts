import { absolute, type DnsRecord } from '../../../../host/resolver/message.ts';
import type { ConfigError } from '../../corefile/controller.ts';

/** One line of a zone file with its parentheses taken together. */
interface Entry {
  /** The line begins with a blank: the owner is that of the line before. */
  readonly sameOwner: boolean;
  readonly words: readonly string[];
}

/** A zone as its file has it. Names are absolute and in lower case. */
export interface Zone {
  readonly origin: string;
  readonly records: readonly DnsRecord[];
}

/** Reads a zone file; what lies outside the zone is left out. */
export function parseZone(text: string, path: string, origin: string): Zone | ConfigError {
  const records: DnsRecord[] = [];
  let here = origin;
  let owner = origin;
  let usual: number | undefined;
  let last = 3_600;
  for (const { sameOwner, words } of entriesOf(text)) {
    const [first = '', second = ''] = words;
    if (first === '$ORIGIN') {
      here = nameIn(second, here);
      continue;
    }
    if (first === '$TTL') {
      usual = seconds(second);
      continue;
    }
    if (first.startsWith('$')) return { error: `${first} is not modelled here` };
    if (!sameOwner) owner = nameIn(first, here);
    const read = readRecord(sameOwner ? words : words.slice(1), owner, here, usual ?? last);
    if ('error' in read) return { error: `file ${JSON.stringify(path)}: ${read.error}` };
    last = read.ttl;
    if (owner === origin || owner.endsWith(`.${origin}`) || origin === '.') records.push(read);
  }
  const soa = records.some(({ name, type }) => type === 'SOA' && name === origin);
  if (soa) return { origin, records };
  return { error: `file ${JSON.stringify(path)} has no SOA record for origin ${origin}` };
}

/** Lines without comments; quoted words keep their quotes. */
function entriesOf(text: string): readonly Entry[] {
  const entries: Entry[] = [];
  let words: string[] = [];
  let [depth, sameOwner] = [0, false];
  for (const line of text.split('\n')) {
    if (depth === 0) {
      words = [];
      sameOwner = /^\s/.test(line);
    }
    for (const [word] of line.matchAll(/"(?:[^"\\]|\\.)*"|;.*|[()]|[^\s;()"]+/g)) {
      if (word.startsWith(';')) break;
      if (word === '(') depth += 1;
      else if (word === ')') depth -= 1;
      else words.push(word);
    }
    if (depth === 0 && words.length > 0) entries.push({ sameOwner, words });
  }
  return entries;
}

function nameIn(name: string, origin: string): string {
  if (name === '@') return origin;
  const full = name.endsWith('.') ? name : `${name}.${origin === '.' ? '' : origin}`;
  return absolute(full.toLowerCase());
}

function readRecord(
  words: readonly string[],
  name: string,
  origin: string,
  usual: number,
): DnsRecord | ConfigError {
  const rest = [...words];
  let ttl = usual;
  for (let word = rest[0] ?? ''; ; word = rest[0] ?? '') {
    const number = seconds(word);
    if (number !== undefined) ttl = number;
    else if (!/^(IN|CH|HS)$/i.test(word)) break;
    rest.shift();
  }
  const type = rest.shift()?.toUpperCase() ?? '';
  if (!/^[A-Z][A-Z0-9]*$/.test(type) || rest.length === 0) {
    return { error: `dns: unknown RR type: ${JSON.stringify(type)}` };
  }
  return { name, type, ttl, data: dataOf(type, rest, origin) };
}

/** Which of a record's words are names. */
const nameWords: Readonly<Record<string, readonly number[]>> = {
  CNAME: [0],
  DNAME: [0],
  NS: [0],
  PTR: [0],
  MX: [1],
  SRV: [3],
  SOA: [0, 1],
};

function dataOf(type: string, words: readonly string[], origin: string): string {
  if (type === 'TXT' || type === 'HINFO' || type === 'SPF') {
    return words.map((each) => (each.startsWith('"') ? each : JSON.stringify(each))).join(' ');
  }
  const names = nameWords[type] ?? [];
  return words
    .map((each, index) => {
      if (names.includes(index)) return nameIn(each, origin);
      return type === 'SOA' ? String(seconds(each) ?? each) : each;
    })
    .join(' ');
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** `3600`, `1h30m`; undefined for what is no time. */
function seconds(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(\d+[smhdw])+$/i.test(text)) return undefined;
  let sum = 0;
  for (const [, number, unit = ''] of text.matchAll(/(\d+)([smhdw])/gi)) {
    sum += Number(number) * (units[unit.toLowerCase()] ?? 1);
  }
  return sum;
}

/** The serial number of a zone. */
export function serialOf({ origin, records }: Zone): string {
  const soa = records.find(({ name, type }) => type === 'SOA' && name === origin);
  return soa?.data.split(' ')[2] ?? '';
}
