import { joined, octetsOfHex, utf8Octets, type Octets } from '../../x509/octets.ts';
import { handshake, messageOctets, two, vector, type TlsVersion } from './wire.ts';

/** What a client offers. */
export interface ClientHello {
  readonly random: Octets;
  readonly sessionId: Octets;
  readonly versions: readonly TlsVersion[];
  readonly serverName?: string;
  readonly alpn: readonly string[];
  readonly ticket: boolean;
}

const extensions = {
  serverName: 0,
  statusRequest: 5,
  groups: 10,
  pointFormats: 11,
  algorithms: 13,
  alpn: 16,
  padding: 21,
  encryptThenMac: 22,
  extendedMaster: 23,
  ticket: 35,
  versions: 43,
  keyModes: 45,
  keyShare: 51,
  renegotiation: 0xff01,
} as const;

/** Suites and groups in the order of OpenSSL 3.0. */
const SUITES13 = octetsOfHex('130213031301');
const SUITES12 = octetsOfHex(
  'c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033' +
    '009d009c003d003c0035002f00ff',
);
const GROUPS13 = octetsOfHex('001d0017001e0019001801000101010201030104');
const GROUPS12 = octetsOfHex('001d0017001e00190018');
const ALGORITHMS = octetsOfHex(
  '040305030603080708080809080a080b080408050806040105010601030303010302040205020602',
);

const extension = (type: number, ...parts: readonly Octets[]): Octets =>
  joined(two(type), vector(2, ...parts));

const versionCode = (version: TlsVersion): Octets =>
  Uint8Array.of(3, version === 'TLSv1.3' ? 4 : 3);

const alpnList = (names: readonly string[]): Octets =>
  vector(2, ...names.map((name) => vector(1, utf8Octets(name))));

/**
 * A ClientHello as OpenSSL 3.0 writes it. One between 256 and 511 bytes is filled up to 512 where
 * `padded` (what curl asks for, because of a kind of load balancer).
 */
export function clientHello(hello: ClientHello, padded = false): Octets {
  const modern = hello.versions.includes('TLSv1.3');
  const older = hello.versions.includes('TLSv1.2');
  const offered = joined(...hello.versions.map(versionCode));
  const listed = modern && older ? joined(offered, octetsOfHex('03020301')) : offered;
  const name = hello.serverName;
  const list = [
    ...(name === undefined
      ? []
      : [extension(0, vector(2, Uint8Array.of(0), vector(2, utf8Octets(name))))]),
    extension(extensions.pointFormats, vector(1, Uint8Array.of(0, 1, 2))),
    extension(extensions.groups, vector(2, modern ? GROUPS13 : GROUPS12)),
    ...(hello.ticket ? [extension(extensions.ticket)] : []),
    ...(hello.alpn.length > 0 ? [extension(extensions.alpn, alpnList(hello.alpn))] : []),
    ...(older ? [extension(extensions.encryptThenMac), extension(extensions.extendedMaster)] : []),
    extension(extensions.algorithms, vector(2, ALGORITHMS)),
    ...(modern
      ? [
          extension(extensions.versions, vector(1, listed)),
          extension(extensions.keyModes, vector(1, Uint8Array.of(1))),
          extension(extensions.keyShare, vector(2, octetsOfHex('001d'), vector(2, hello.random))),
        ]
      : []),
  ];
  const suites = joined(...(modern ? [SUITES13] : []), ...(older ? [SUITES12] : []));
  const make = (all: readonly Octets[]) =>
    messageOctets(
      handshake.clientHello,
      Uint8Array.of(3, 3),
      hello.random,
      vector(1, hello.sessionId),
      vector(2, suites),
      vector(1, Uint8Array.of(0)),
      vector(2, ...all),
    );
  const bare = make(list);
  if (!padded || bare.length < 256 || bare.length >= 512) return bare;
  const missing = Math.max(1, 512 - bare.length - 4);
  return make([...list, extension(extensions.padding, new Uint8Array(missing))]);
}

/** Reads bytes from the front. */
function readerOf(bytes: Octets) {
  let at = 0;
  const take = (count: number): Octets => bytes.slice(at, (at += count));
  const number = (size: number): number => take(size).reduce((sum, byte) => sum * 256 + byte, 0);
  return {
    take,
    number,
    vector: (size: number) => take(number(size)),
    left: () => at < bytes.length,
  };
}

function readExtensions(bytes: Octets): Map<number, Octets> {
  const reader = readerOf(bytes);
  const found = new Map<number, Octets>();
  while (reader.left()) found.set(reader.number(2), reader.vector(2));
  return found;
}

const textOf = (bytes: Octets) => new TextDecoder().decode(bytes);

function readAlpn(bytes: Octets | undefined): readonly string[] {
  const reader = readerOf(bytes ? readerOf(bytes).vector(2) : new Uint8Array());
  const names: string[] = [];
  while (reader.left()) names.push(textOf(reader.vector(1)));
  return names;
}

/** Takes a ClientHello apart. */
export function readClientHello(message: Octets): ClientHello {
  const reader = readerOf(message);
  reader.take(6);
  const random = reader.take(32);
  const sessionId = reader.vector(1);
  reader.vector(2);
  reader.vector(1);
  const found = readExtensions(reader.vector(2));
  const named = found.get(extensions.serverName);
  const offered = found.get(extensions.versions);
  const modern = offered !== undefined && / 03 04/.test(spaced(offered.subarray(1)));
  const older = offered === undefined || / 03 03/.test(spaced(offered.subarray(1)));
  const serverName = named && textOf(named.subarray(5));
  return {
    random,
    sessionId,
    versions: [...(modern ? (['TLSv1.3'] as const) : []), ...(older ? (['TLSv1.2'] as const) : [])],
    ...(serverName !== undefined && { serverName }),
    alpn: readAlpn(found.get(extensions.alpn)),
    ticket: found.has(extensions.ticket),
  };
}

function spaced(bytes: Octets): string {
  const pairs = Array.from({ length: bytes.length / 2 }, (_, index) => index * 2);
  return pairs.map((at) => ` 0${bytes[at]} 0${bytes[at + 1]}`).join('');
}

/** What a server chose. */
export interface ServerChoice {
  readonly version: TlsVersion;
  readonly random: Octets;
  readonly sessionId: Octets;
  readonly alpn?: string;
  /** The name was known; it is said so in TLS 1.2's hello, and in 1.3's extensions. */
  readonly named: boolean;
  readonly ticket: boolean;
  readonly suite: number;
}

/** A ServerHello. */
export function serverHello(choice: ServerChoice): Octets {
  const { version, random, sessionId, alpn, named, ticket } = choice;
  const modern = version === 'TLSv1.3';
  const list = modern
    ? [
        extension(extensions.versions, versionCode('TLSv1.3')),
        extension(extensions.keyShare, octetsOfHex('001d'), vector(2, random)),
      ]
    : [
        extension(extensions.renegotiation, vector(1)),
        ...(named ? [extension(extensions.serverName)] : []),
        extension(extensions.pointFormats, vector(1, Uint8Array.of(0, 1, 2))),
        ...(ticket ? [extension(extensions.ticket)] : []),
        ...(alpn === undefined ? [] : [extension(extensions.alpn, alpnList([alpn]))]),
        extension(extensions.extendedMaster),
      ];
  return messageOctets(
    handshake.serverHello,
    Uint8Array.of(3, 3),
    random,
    vector(1, sessionId),
    two(choice.suite),
    Uint8Array.of(0),
    vector(2, ...list),
  );
}

/** EncryptedExtensions of TLS 1.3. */
export function encryptedExtensions({ alpn, named }: ServerChoice): Octets {
  return messageOctets(
    handshake.encryptedExtensions,
    vector(
      2,
      ...(named ? [extension(extensions.serverName)] : []),
      ...(alpn === undefined ? [] : [extension(extensions.alpn, alpnList([alpn]))]),
    ),
  );
}

/** What a ServerHello says; the protocol of TLS 1.3 comes later, see `readEncrypted`. */
export function readServerHello(message: Octets): {
  readonly version: TlsVersion;
  readonly random: Octets;
  readonly sessionId: Octets;
  readonly suite: number;
  readonly alpn?: string;
} {
  const reader = readerOf(message);
  reader.take(6);
  const random = reader.take(32);
  const sessionId = reader.vector(1);
  const suite = reader.number(2);
  reader.take(1);
  const found = readExtensions(reader.vector(2));
  const alpn = readAlpn(found.get(extensions.alpn))[0];
  const version = found.has(extensions.versions) ? 'TLSv1.3' : 'TLSv1.2';
  return { version, random, sessionId, suite, ...(alpn !== undefined && { alpn }) };
}

/** The protocol that EncryptedExtensions names. */
export function readEncrypted(message: Octets): string | undefined {
  const found = readExtensions(readerOf(message.subarray(4)).vector(2));
  return readAlpn(found.get(extensions.alpn))[0];
}

/** Certificate, with the list's form of each version. */
export function certificateMessage(version: TlsVersion, chain: readonly Octets[]): Octets {
  if (version === 'TLSv1.2') {
    return messageOctets(handshake.certificate, vector(3, ...chain.map((der) => vector(3, der))));
  }
  const entries = chain.map((der) => joined(vector(3, der), two(0)));
  return messageOctets(handshake.certificate, vector(1), vector(3, ...entries));
}

/** The certificates of a Certificate message. */
export function readCertificateMessage(version: TlsVersion, message: Octets): readonly Octets[] {
  const outer = readerOf(message.subarray(4));
  if (version === 'TLSv1.3') outer.vector(1);
  const reader = readerOf(outer.vector(3));
  const chain: Octets[] = [];
  while (reader.left()) {
    chain.push(reader.vector(3));
    if (version === 'TLSv1.3') reader.vector(2);
  }
  return chain;
}
