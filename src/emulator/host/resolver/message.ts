/** A resource record. Names end with a dot; `data` is its text as dig prints it. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly data: string;
  /** IN where it is left out. */
  readonly class?: string;
}

export interface DnsQuestion {
  readonly name: string;
  readonly type: string;
  /** IN where it is left out. */
  readonly class?: string;
}

/** The OPT pseudo-record (RFC 6891). */
export interface DnsEdns {
  readonly udpSize: number;
  readonly dnssecOk?: boolean;
  /** Hexadecimal digits of a cookie (RFC 7873). */
  readonly cookie?: string;
  /** Other options: data one character per byte. */
  readonly options?: readonly { readonly code: number; readonly data: string }[];
  /** Extended error code and its text (RFC 8914). */
  readonly error?: { readonly code: number; readonly text: string };
}

export type DnsRcode =
  'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED' | 'NOTAUTH';

/** A DNS message as typed data. Sizes on the wire are computed (`wire-size.ts`), never guessed. */
export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  readonly authoritative?: boolean;
  readonly truncated?: boolean;
  readonly recursionDesired?: boolean;
  readonly recursionAvailable?: boolean;
  readonly authenticData?: boolean;
  readonly checkingDisabled?: boolean;
  readonly rcode: DnsRcode;
  readonly question: DnsQuestion;
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
  readonly edns?: DnsEdns;
  /** Bytes that the sender packed it into. */
  readonly size?: number;
}

/** A question as a stub resolver sends it. */
export function makeQuestion(
  id: number,
  name: string,
  type: string,
  options: Partial<DnsMessage> = {},
): DnsMessage {
  return {
    id,
    response: false,
    recursionDesired: true,
    rcode: 'NOERROR',
    question: { name: absolute(name), type },
    answers: [],
    authority: [],
    additional: [],
    ...options,
  };
}

/** A name with its final dot. */
export function absolute(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

/** The name whose PTR record tells the name of an IPv4 or IPv6 address. */
export function reverseName(address: string): string {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}.in-addr.arpa.`;
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const front = groups(head);
  const back = groups(tail ?? '');
  const middle = Array<string>(tail === undefined ? 0 : 8 - front.length - back.length).fill('0');
  const digits = [...front, ...middle, ...back].map((group) => group.padStart(4, '0')).join('');
  return `${[...digits].reverse().join('.')}.ip6.arpa.`;
}

/** Text of a message for a datagram, or (with a line end) for a stream. */
export function encodeDns(message: DnsMessage): string {
  return JSON.stringify(message);
}

/** Reads a message; undefined for what is none. */
export function decodeDns(text: string): DnsMessage | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(text) as DnsMessage;
    return typeof value.id === 'number' && typeof value.question?.name === 'string'
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}
