import { joined, type Octets } from '../../x509/octets.ts';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** Content types of records. */
export const content = { change: 20, alert: 21, handshake: 22, data: 23 } as const;

/** Types of handshake messages, with the names that curl prints. */
export const handshake = {
  clientHello: 1,
  serverHello: 2,
  newTicket: 4,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
} as const;

/** Alerts by their numbers. */
export const alerts: Readonly<Record<number, string>> = {
  0: 'close notify',
  10: 'unexpected_message',
  40: 'handshake failure',
  42: 'bad certificate',
  43: 'unsupported certificate',
  45: 'certificate expired',
  46: 'certificate unknown',
  48: 'unknown CA',
  70: 'protocol version',
  80: 'internal error',
  112: 'unrecognized name',
  116: 'certificate required',
  120: 'no application protocol',
};

/** A record as it is on the wire. */
export interface TlsRecord {
  readonly type: number;
  readonly body: Octets;
}

const two = (value: number): Octets => Uint8Array.of(value >> 8, value & 0xff);
const three = (value: number): Octets =>
  Uint8Array.of(value >> 16, (value >> 8) & 0xff, value & 0xff);

export { two, three };

/** A record with its five bytes of header; a client's first one says 3.1. */
export function recordOctets(type: number, body: Octets, first = false): Octets {
  return joined(Uint8Array.of(type, 3, first ? 1 : 3), two(body.length), body);
}

/** A handshake message with its four bytes of header. */
export const messageOctets = (type: number, ...parts: readonly Octets[]): Octets => {
  const body = joined(...parts);
  return joined(Uint8Array.of(type), three(body.length), body);
};

/** Bytes with their length in front, in so many bytes. */
export const vector = (size: 1 | 2 | 3, ...parts: readonly Octets[]): Octets => {
  const body = joined(...parts);
  const length = size === 1 ? Uint8Array.of(body.length) : (size === 2 ? two : three)(body.length);
  return joined(length, body);
};

/**
 * The next whole record of what has come. `none`: more must come; `strange`: this is no TLS.
 */
export function takeRecord(
  buffer: Octets,
): { readonly record: TlsRecord; readonly rest: Octets } | 'none' | 'strange' {
  const [type = 0, major, , high = 0, low = 0] = buffer;
  if (buffer.length > 0 && (type < 20 || type > 23)) return 'strange';
  if (buffer.length > 1 && major !== 3) return 'strange';
  const end = 5 + high * 256 + low;
  if (buffer.length < 5 || buffer.length < end) return 'none';
  return { record: { type, body: buffer.slice(5, end) }, rest: buffer.slice(end) };
}

/** What one side masks its records with: a key of the connection, and how many there were. */
export interface Direction {
  readonly key: number;
  count: number;
}

/** TLS 1.2 with AES-GCM has 8 bytes of nonce in front; both have 16 bytes of tag behind. */
const NONCE = 8;
const TAG = 16;

/** Bytes under a mask that only the two ends know. */
function masked(bytes: Octets, key: number, count: number): Octets {
  let state = (key ^ Math.imul(count + 1, 0x9e3779b1)) | 1;
  return bytes.map((byte) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return byte ^ (state & 0xff);
  });
}

/** A record whose content only the other end can read. */
export function seal(
  version: TlsVersion,
  type: number,
  body: Octets,
  direction: Direction,
): Octets {
  const count = direction.count++;
  const tag = masked(new Uint8Array(TAG), direction.key, count + 7);
  if (version === 'TLSv1.3') {
    const inner = joined(body, Uint8Array.of(type));
    return recordOctets(content.data, joined(masked(inner, direction.key, count), tag));
  }
  const nonce = masked(new Uint8Array(NONCE), direction.key, count + 3);
  return recordOctets(type, joined(nonce, masked(body, direction.key, count), tag));
}

/** Opens a sealed record. */
export function unseal(version: TlsVersion, record: TlsRecord, direction: Direction): TlsRecord {
  const count = direction.count++;
  const { body } = record;
  if (version === 'TLSv1.2') {
    const inner = body.slice(NONCE, body.length - TAG);
    return { type: record.type, body: masked(inner, direction.key, count) };
  }
  const inner = masked(body.slice(0, body.length - TAG), direction.key, count);
  return { type: inner.at(-1) ?? 0, body: inner.slice(0, -1) };
}

/** The key of a direction, from the random bytes of both hellos. */
export function keyOf(client: Octets, server: Octets, side: 'client' | 'server'): number {
  let hash = side === 'client' ? 0x811c9dc5 : 0x01000193;
  for (const byte of joined(client, server)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Pieces of at most a record's size. */
export function pieces(bytes: Octets): readonly Octets[] {
  const most = 16_384;
  const count = Math.max(1, Math.ceil(bytes.length / most));
  return Array.from({ length: count }, (_, index) => bytes.slice(index * most, (index + 1) * most));
}

/** The handshake messages in the body of a record. */
export function messagesOf(
  body: Octets,
): readonly { readonly type: number; readonly bytes: Octets }[] {
  const found: { type: number; bytes: Octets }[] = [];
  for (let at = 0; at + 4 <= body.length;) {
    const [type = 0, a = 0, b = 0, c = 0] = body.subarray(at);
    const end = at + 4 + a * 65_536 + b * 256 + c;
    found.push({ type, bytes: body.slice(at, end) });
    at = end;
  }
  return found;
}
