import type { Json } from '../../world/json.ts';
import { readCertificates } from '../../x509/certificate.ts';
import { hexOf, joined, octetsOfHex, type Octets } from '../../x509/octets.ts';
import { isPair, readPrivate } from '../../x509/keys.ts';
import { rsaLength } from '../../x509/rsa.ts';
import { octetsOf, textOfOctets } from '../../world/octets.ts';
import type { Call, DaemonMessage, DaemonSys, Fd } from '../syscalls.ts';
import { certificateMessage, encryptedExtensions, readCertificateMessage } from './hello.ts';
import { readClientHello, serverHello, type ClientHello, type ServerChoice } from './hello.ts';
import { digestSize } from './suites.ts';
import { noise, ticketMessage } from './tickets.ts';
import {
  content,
  handshake,
  keyOf,
  messageOctets,
  messagesOf,
  pieces,
  recordOctets,
} from './wire.ts';
import { seal, takeRecord, two, unseal, vector, type TlsRecord, type TlsVersion } from './wire.ts';

/** What a server shows of itself for one name. */
export interface Identity {
  /** Its own certificate, then those of the authorities between. */
  readonly chain: readonly Octets[];
  readonly type: 'rsa' | 'ec';
  /** Bytes of a signature by its key. */
  readonly signature: number;
}

/** How a server answers. */
export interface TlsServer {
  readonly versions: readonly TlsVersion[];
  /** Protocols that it speaks, the best first. */
  readonly alpn: readonly string[];
  /** By what library: OpenSSL prefers AES-256 and gives two tickets, Go AES-128 and one. */
  readonly like: 'openssl' | 'go';
  /** Asks the client for a certificate, or insists on one. */
  readonly clients?: 'request' | 'require';
  identify(serverName: string | undefined): Identity | undefined;
}

/** An identity from PEM texts; a text says what is wrong with them. */
export function identityOf(certificate: string, key: string): Identity | 'unreadable' | 'no pair' {
  const chain = readCertificates(certificate);
  const secret = readPrivate(key);
  const own = chain[0]?.key;
  if (!own || !secret) return 'unreadable';
  if (!isPair(own, secret)) return 'no pair';
  const signature = secret.type === 'rsa' ? rsaLength(secret) : 71;
  return { chain: chain.map(({ der }) => der), type: secret.type, signature };
}

type SocketMessage = DaemonMessage & { readonly type: 'socket' };

/** A connection's side of TLS as its daemon remembers it. */
interface State {
  readonly phase: 'hello' | 'finish' | 'open' | 'plain';
  readonly buffer?: string;
  readonly version?: TlsVersion;
  readonly keys?: readonly [mine: number, theirs: number];
  readonly counts?: readonly [mine: number, theirs: number];
  readonly suite?: number;
  readonly alpn?: string;
  readonly serverName?: string;
  readonly ticket?: boolean;
  /** The client's certificate, as hexadecimal digits. */
  readonly client?: string;
}

const keyFor = (fd: Fd) => `tls/${fd}`;
const read = (sys: DaemonSys, fd: Fd) => sys.memory<Json & object>(keyFor(fd)) as State | undefined;
const write = (sys: DaemonSys, fd: Fd, state: State | undefined) =>
  sys.remember(keyFor(fd), state as Json | undefined);

/** Makes an accepted connection one that speaks TLS. */
export const beginTls = (sys: DaemonSys, fd: Fd): void => write(sys, fd, { phase: 'hello' });

/** Whether a connection was begun with TLS. */
export const speaksTls = (sys: DaemonSys, fd: Fd): boolean => read(sys, fd) !== undefined;

/** How a connection is secured; undefined where it is not. */
export function tlsOf(sys: DaemonSys, fd: Fd) {
  const state = read(sys, fd);
  if (state?.phase !== 'open') return undefined;
  const { version, alpn, serverName, client } = state;
  return {
    version,
    alpn,
    serverName,
    client: client === undefined ? undefined : octetsOfHex(client),
  };
}

/** Whether a client spoke to a port for TLS without it. */
export const spokePlain = (sys: DaemonSys, fd: Fd): boolean => read(sys, fd)?.phase === 'plain';

/** Forgets a connection. */
export function endTls(sys: DaemonSys, fd: Fd): void {
  if (read(sys, fd)) write(sys, fd, undefined);
}

/**
 * Takes what came on a connection: goes on with the handshake, and gives the message with its text
 * in the clear; undefined while there is none. Other connections' messages come back as they are.
 */
export function* takeTls(
  sys: DaemonSys,
  message: SocketMessage,
  server: TlsServer,
): Call<SocketMessage | undefined> {
  const { fd } = message;
  let state = read(sys, fd);
  if (!state || message.event !== 'data' || state.phase === 'plain') return message;
  let rest = joined(octetsOf(state.buffer ?? ''), octetsOf(message.payload));
  let clear = '';
  for (;;) {
    const taken = takeRecord(rest);
    if (taken === 'none') break;
    if (taken === 'strange') {
      if (state.phase !== 'hello') return yield* giveUp(sys, fd, 10);
      write(sys, fd, { phase: 'plain' });
      return { ...message, payload: textOfOctets(rest) };
    }
    rest = taken.rest;
    const next: State | { readonly text: string; readonly state: State } | undefined =
      yield* handle(sys, fd, state, taken.record, server);
    if (!next) return undefined;
    if ('text' in next) {
      clear += next.text;
      state = next.state;
    } else state = next;
  }
  const { buffer: _old, ...others } = state;
  write(sys, fd, rest.length > 0 ? { ...others, buffer: textOfOctets(rest) } : others);
  return clear === '' ? undefined : { ...message, payload: clear };
}

type Handled = State | { readonly text: string; readonly state: State } | undefined;

function* handle(
  sys: DaemonSys,
  fd: Fd,
  state: State,
  record: TlsRecord,
  server: TlsServer,
): Call<Handled> {
  if (record.type === content.alert && state.phase !== 'open') {
    endTls(sys, fd);
    sys.close(fd);
    return undefined;
  }
  if (state.phase === 'hello') return yield* greet(sys, fd, record, server);
  if (record.type === content.change) return state;
  const { version = 'TLSv1.3', keys = [0, 0], counts = [0, 0] } = state;
  const early = state.phase === 'finish' && version === 'TLSv1.2';
  const plain = early && isPlainHandshake(record);
  const theirs = { key: keys[1], count: counts[1] };
  const { type, body } = plain ? record : unseal(version, record, theirs);
  const now: State = { ...state, counts: [counts[0], theirs.count] };
  if (type === content.data) return { text: textOfOctets(body), state: now };
  if (type === content.alert) {
    endTls(sys, fd);
    if (state.phase === 'finish') sys.close(fd);
    return state.phase === 'finish' ? undefined : { ...now, phase: 'open' };
  }
  return yield* handshaken(sys, fd, now, body, server);
}

/** ClientKeyExchange and the client's Certificate of TLS 1.2 are not sealed yet. */
function isPlainHandshake({ type, body }: TlsRecord): boolean {
  const known: readonly number[] = [
    handshake.clientKeyExchange,
    handshake.certificate,
    handshake.certificateVerify,
  ];
  const length = (body[1] ?? 0) * 65_536 + (body[2] ?? 0) * 256 + (body[3] ?? 0);
  return type === content.handshake && known.includes(body[0] ?? 0) && body.length >= length + 4;
}

function* handshaken(
  sys: DaemonSys,
  fd: Fd,
  state: State,
  body: Octets,
  server: TlsServer,
): Call<State | undefined> {
  const { version = 'TLSv1.3' } = state;
  let now = state;
  for (const { type, bytes } of messagesOf(body)) {
    if (type === handshake.certificate) {
      const [der] = readCertificateMessage(version, bytes);
      if (der) now = { ...now, client: hexOf(der) };
      else if (server.clients === 'require') return yield* giveUp(sys, fd, 116, now);
    }
    if (type === handshake.finished) now = yield* finish(sys, fd, now, server);
  }
  return now;
}

/** The end of a handshake: tickets, and in TLS 1.2 the server's own Finished. */
function* finish(sys: DaemonSys, fd: Fd, state: State, server: TlsServer): Call<State> {
  const { version = 'TLSv1.3', keys = [0, 0], counts = [0, 0], ticket } = state;
  const mine = { key: keys[0], count: counts[0] };
  const out: Octets[] = [];
  if (version === 'TLSv1.3') {
    const bytes = ticketMessage(version, state.serverName, server.like);
    const count = server.like === 'go' ? 1 : 2;
    for (let i = 0; i < count; i++) out.push(seal(version, content.handshake, bytes, mine));
  } else {
    if (ticket) {
      const bytes = ticketMessage(version, state.serverName, server.like);
      out.push(recordOctets(content.handshake, bytes));
    }
    out.push(recordOctets(content.change, Uint8Array.of(1)));
    const done = messageOctets(handshake.finished, new Uint8Array(12));
    out.push(seal(version, content.handshake, done, mine));
  }
  const now: State = { ...state, phase: 'open', counts: [mine.count, counts[1]] };
  write(sys, fd, now);
  yield* sys.write(fd, textOfOctets(joined(...out)));
  return now;
}

function* giveUp(sys: DaemonSys, fd: Fd, alert: number, state?: State): Call<undefined> {
  const body = Uint8Array.of(2, alert);
  const { version, keys, counts } = state ?? {};
  const mine = { key: keys?.[0] ?? 0, count: counts?.[0] ?? 0 };
  const sealed = version === 'TLSv1.3' ? seal(version, content.alert, body, mine) : undefined;
  yield* sys.write(fd, textOfOctets(sealed ?? recordOctets(content.alert, body)));
  endTls(sys, fd);
  sys.close(fd);
  return undefined;
}

/** Answers a ClientHello with the server's whole first flight. */
function* greet(
  sys: DaemonSys,
  fd: Fd,
  record: TlsRecord,
  server: TlsServer,
): Call<State | undefined> {
  if (record.type !== content.handshake) return yield* giveUp(sys, fd, 10);
  const hello = readClientHello(record.body);
  const version = server.versions.find((each) => hello.versions.includes(each));
  if (!version) return yield* giveUp(sys, fd, 70);
  const identity = server.identify(hello.serverName);
  if (!identity) return yield* giveUp(sys, fd, server.like === 'go' ? 80 : 112);
  const alpn = server.alpn.find((each) => hello.alpn.includes(each));
  if (hello.alpn.length > 0 && server.alpn.length > 0 && alpn === undefined) {
    return yield* giveUp(sys, fd, 120);
  }
  const choice = choose(sys, fd, hello, version, identity, server, alpn);
  const keys: readonly [number, number] = [
    keyOf(hello.random, choice.random, 'server'),
    keyOf(hello.random, choice.random, 'client'),
  ];
  const mine = { key: keys[0], count: 0 };
  const flight =
    version === 'TLSv1.3'
      ? modernFlight(choice, identity, server, mine)
      : olderFlight(choice, identity, server);
  yield* sys.write(fd, textOfOctets(joined(...flight)));
  return {
    phase: 'finish',
    version,
    keys,
    counts: [mine.count, 0],
    suite: choice.suite,
    ticket: choice.ticket,
    ...(alpn !== undefined && { alpn }),
    ...(hello.serverName !== undefined && { serverName: hello.serverName }),
  };
}

function choose(
  sys: DaemonSys,
  fd: Fd,
  hello: ClientHello,
  version: TlsVersion,
  identity: Identity,
  { like }: TlsServer,
  alpn: string | undefined,
): ServerChoice {
  const modern = version === 'TLSv1.3';
  const strong = like === 'openssl';
  const older = identity.type === 'rsa' ? (strong ? 0xc030 : 0xc02f) : strong ? 0xc02c : 0xc02b;
  const ticket = hello.ticket;
  const random = octetsOfHex(sys.chance.hex(`tls/${fd}/${sys.now}`, 64));
  return {
    version,
    random,
    sessionId: modern ? hello.sessionId : ticket ? new Uint8Array() : random,
    ...(alpn !== undefined && { alpn }),
    named: hello.serverName !== undefined && strong,
    ticket,
    suite: modern ? (strong ? 0x1302 : 0x1301) : older,
  };
}

function modernFlight(
  choice: ServerChoice,
  identity: Identity,
  { clients }: TlsServer,
  mine: { readonly key: number; count: number },
): readonly Octets[] {
  const verify = messageOctets(
    handshake.certificateVerify,
    two(identity.type === 'rsa' ? 0x0804 : 0x0403),
    vector(2, noise(identity.signature, 11)),
  );
  const asked = messageOctets(handshake.certificateRequest, vector(1), vector(2, noise(38, 17)));
  const sealed = [
    encryptedExtensions(choice),
    ...(clients ? [asked] : []),
    certificateMessage('TLSv1.3', identity.chain),
    verify,
    messageOctets(handshake.finished, noise(digestSize(choice.suite), 13)),
  ];
  return [
    recordOctets(content.handshake, serverHello(choice)),
    recordOctets(content.change, Uint8Array.of(1)),
    ...sealed.map((bytes) => seal('TLSv1.3', content.handshake, bytes, mine)),
  ];
}

function olderFlight(
  choice: ServerChoice,
  identity: Identity,
  { clients }: TlsServer,
): readonly Octets[] {
  const point = [Uint8Array.of(3), two(0x1d), vector(1, choice.random)];
  const scheme = two(identity.type === 'rsa' ? 0x0804 : 0x0403);
  const messages = [
    serverHello(choice),
    certificateMessage('TLSv1.2', identity.chain),
    messageOctets(
      handshake.serverKeyExchange,
      ...point,
      scheme,
      vector(2, noise(identity.signature, 11)),
    ),
    ...(clients ? [messageOctets(handshake.certificateRequest, noise(50, 17))] : []),
    messageOctets(handshake.serverDone),
  ];
  return messages.map((bytes) => recordOctets(content.handshake, bytes));
}

/** Writes to a connection, sealed where it speaks TLS. */
export function* writeTls(sys: DaemonSys, fd: Fd, text: string): Call<void> {
  const state = read(sys, fd);
  if (!state || state.phase !== 'open') {
    yield* sys.write(fd, text);
    return;
  }
  const { version = 'TLSv1.3', keys = [0, 0], counts = [0, 0] } = state;
  const mine = { key: keys[0], count: counts[0] };
  const out = pieces(octetsOf(text)).map((piece) => seal(version, content.data, piece, mine));
  write(sys, fd, { ...state, counts: [mine.count, counts[1]] });
  yield* sys.write(fd, textOfOctets(joined(...out)));
}

/** Says that no more comes (close_notify), before the connection is closed. */
export function* closeTls(sys: DaemonSys, fd: Fd): Call<void> {
  const state = read(sys, fd);
  if (state?.phase === 'open') {
    const { version = 'TLSv1.3', keys = [0, 0], counts = [0, 0] } = state;
    const mine = { key: keys[0], count: counts[0] };
    const bytes = seal(version, content.alert, Uint8Array.of(1, 0), mine);
    yield* sys.write(fd, textOfOctets(bytes));
  }
  endTls(sys, fd);
}
