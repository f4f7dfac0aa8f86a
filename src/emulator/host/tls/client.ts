import type { Micros } from '../../world/json.ts';
import { readCertificate, type Certificate } from '../../x509/certificate.ts';
import { joined, octetsOfHex, type Octets } from '../../x509/octets.ts';
import { isErrno } from '../errno.ts';
import { octetsOf, textOfOctets } from '../../world/octets.ts';
import type { Call, Errno, Fd, Sys } from '../syscalls.ts';
import { certificateMessage, clientHello, readCertificateMessage } from './hello.ts';
import { readEncrypted, readServerHello } from './hello.ts';
import { digestSize } from './suites.ts';
import {
  content,
  handshake,
  keyOf,
  messageOctets,
  messagesOf,
  pieces,
  recordOctets,
} from './wire.ts';
import { seal, takeRecord, two, unseal, vector, type Direction } from './wire.ts';
import type { TlsRecord, TlsVersion } from './wire.ts';

/** A message or record header that passes by, as a client's debugging shows it. */
export interface TlsEvent {
  readonly way: 'in' | 'out';
  /** The version that its label says. */
  readonly version: TlsVersion;
  readonly kind: 'handshake' | 'alert' | 'change' | 'header';
  /** Number of the handshake message or alert. */
  readonly number: number;
  readonly size: number;
}

/** What a client wants. */
export interface TlsClient {
  readonly versions: readonly TlsVersion[];
  readonly serverName?: string;
  readonly alpn: readonly string[];
  /** Asks for a session ticket in TLS 1.2. */
  readonly ticket: boolean;
  readonly padded?: boolean;
  /** Certificates that it shows when it is asked for one. */
  readonly own?: readonly Octets[];
  /** When patience ends. */
  readonly until: Micros;
  /** Sees what passes by. */
  watch?(event: TlsEvent): Call<void>;
  /** Looks at the server's certificates; a number is the alert that ends it all. */
  verify?(chain: readonly Certificate[]): Call<number | undefined>;
}

/** How it went wrong. */
export type TlsFailure = {
  /** What was there of it when it failed. */
  readonly version?: TlsVersion;
  readonly suite?: number;
  readonly chain?: readonly Certificate[];
  readonly failed:
    | { readonly why: 'alert'; readonly number: number }
    | { readonly why: 'strange' }
    | { readonly why: 'closed' }
    | { readonly why: 'rejected' }
    | { readonly why: 'errno'; readonly errno: Errno };
  readonly read: number;
  readonly written: number;
};

/** A secured connection. */
export interface TlsSession {
  readonly version: TlsVersion;
  readonly suite: number;
  readonly alpn: string | undefined;
  readonly chain: readonly Certificate[];
  readonly sessionId: Octets;
  /** Whether the server asked for a certificate. */
  readonly asked: boolean;
  /** Bytes of the handshake on the wire. */
  readonly read: number;
  readonly written: number;
  /** Tickets that came, each as its message's bytes. */
  readonly tickets: readonly Octets[];
  /** The next text; null at the end, '' where something else came (a ticket). */
  next(timeout?: Micros): Call<string | null | Errno>;
  write(text: string): Call<Errno | undefined>;
  /** Whether something has come that was not taken yet. */
  waiting(): boolean;
  /** Says that no more comes. */
  end(): Call<void>;
}

interface Line {
  readonly sys: Sys;
  readonly fd: Fd;
  readonly client: TlsClient;
  buffer: Octets;
  read: number;
  written: number;
}

type Broken = TlsFailure['failed'];

function* note(line: Line, event: TlsEvent): Call<void> {
  if (line.client.watch) yield* line.client.watch(event);
}

/** Sends records, telling of each message in them. */
function* send(line: Line, records: readonly Octets[]): Call<Errno | undefined> {
  const bytes = joined(...records);
  line.written += bytes.length;
  return yield* line.sys.write(line.fd, textOfOctets(bytes));
}

/** The next record; what ends the connection instead. */
function* receive(line: Line, until = line.client.until): Call<TlsRecord | Broken> {
  for (;;) {
    const taken = takeRecord(line.buffer);
    if (taken === 'strange') return { why: 'strange' };
    if (taken !== 'none') {
      line.read += line.buffer.length - taken.rest.length;
      line.buffer = taken.rest;
      return taken.record;
    }
    const left = until - line.sys.now;
    const timeout = left === Infinity ? undefined : Math.max(1, left);
    const piece = yield* line.sys.read(line.fd, timeout);
    if (piece === null) return { why: 'closed' };
    if (isErrno(piece)) return { why: 'errno', errno: piece };
    line.buffer = joined(line.buffer, octetsOf(piece));
  }
}

/** Negotiates TLS over a connected socket. */
export function* startTls(sys: Sys, fd: Fd, client: TlsClient): Call<TlsSession | TlsFailure> {
  const line: Line = { sys, fd, client, buffer: new Uint8Array(), read: 0, written: 0 };
  const course: { current?: Course } = {};
  const found = yield* negotiate(line, course);
  if (!('why' in found)) return found;
  // Of a stranger's first bytes OpenSSL has read a header.
  const read = found.why === 'strange' ? Math.min(5, line.buffer.length) : line.read;
  const { hello, chain } = course.current ?? {};
  const { version, suite } = hello ?? {};
  const known = { ...(version && { version }), ...(suite && { suite }), ...(chain && { chain }) };
  return { failed: found, read, written: line.written, ...known };
}

function* negotiate(line: Line, seen: { current?: Course }): Call<TlsSession | Broken> {
  const { sys, client, fd } = line;
  const modern = client.versions.includes('TLSv1.3');
  const random = octetsOfHex(sys.chance.hex(`tls/${fd}/${sys.now}`, 64));
  const sessionId = modern ? random : new Uint8Array();
  const hello = clientHello({ ...client, random, sessionId }, client.padded);
  const version = modern ? 'TLSv1.3' : 'TLSv1.2';
  const label = { way: 'out', version } as const;
  yield* note(line, { ...label, kind: 'header', number: 0, size: 5 });
  yield* note(line, { ...label, kind: 'handshake', number: 1, size: hello.length });
  const wrong = yield* send(line, [recordOctets(content.handshake, hello, true)]);
  if (wrong) return { why: 'errno', errno: wrong };
  const first = yield* receive(line);
  if ('why' in first) return first;
  if (first.type === content.alert) return yield* alerted(line, first.body, version);
  const chosen = readServerHello(first.body);
  yield* note(line, { way: 'in', version, kind: 'header', number: 0, size: 5 });
  const size = first.body.length;
  yield* note(line, { way: 'in', version, kind: 'handshake', number: 2, size });
  const mine: Direction = { key: keyOf(random, chosen.random, 'client'), count: 0 };
  const theirs: Direction = { key: keyOf(random, chosen.random, 'server'), count: 0 };
  const course: Course = {
    line,
    mine,
    theirs,
    hello: chosen,
    chain: [],
    asked: false,
    tickets: [],
  };
  seen.current = course;
  return chosen.version === 'TLSv1.3' ? yield* modernWay(course) : yield* olderWay(course);
}

interface Course {
  readonly line: Line;
  readonly mine: Direction;
  readonly theirs: Direction;
  readonly hello: ReturnType<typeof readServerHello>;
  chain: readonly Certificate[];
  asked: boolean;
  readonly tickets: Octets[];
  alpn?: string;
}

function* alerted(line: Line, body: Octets, version: TlsVersion): Call<Broken> {
  const number = body[1] ?? 0;
  yield* note(line, { way: 'in', version, kind: 'header', number: 0, size: 5 });
  yield* note(line, { way: 'in', version, kind: 'alert', number, size: 2 });
  return { why: 'alert', number };
}

/** Takes the server's certificates and asks whether they will do. */
function* certified(course: Course, bytes: Octets): Call<Broken | undefined> {
  const { line, hello, mine } = course;
  const { version } = hello;
  course.chain = readCertificateMessage(version, bytes).flatMap(
    (der) => readCertificate(der) ?? [],
  );
  const { verify } = line.client;
  const alert = verify ? yield* verify(course.chain) : undefined;
  if (alert === undefined) return undefined;
  const body = Uint8Array.of(2, alert);
  yield* note(line, { way: 'out', version, kind: 'header', number: 0, size: 5 });
  yield* note(line, { way: 'out', version, kind: 'alert', number: alert, size: 2 });
  const record =
    version === 'TLSv1.3'
      ? seal(version, content.alert, body, mine)
      : recordOctets(content.alert, body);
  yield* send(line, [record]);
  return { why: 'rejected' };
}

function* modernWay(course: Course): Call<TlsSession | Broken> {
  const { line, mine, theirs, hello } = course;
  const { version } = hello;
  for (let done = false; !done;) {
    const found = yield* receive(line);
    if ('why' in found) return found;
    yield* note(line, { way: 'in', version, kind: 'header', number: 0, size: 5 });
    if (found.type === content.change) continue;
    const { type, body } = unseal(version, found, theirs);
    if (type === content.alert) return yield* alerted(line, body, version);
    for (const { type: number, bytes } of messagesOf(body)) {
      yield* note(line, { way: 'in', version, kind: 'handshake', number, size: bytes.length });
      if (number === handshake.encryptedExtensions) {
        const alpn = readEncrypted(bytes);
        if (alpn !== undefined) course.alpn = alpn;
      }
      if (number === handshake.certificateRequest) course.asked = true;
      if (number === handshake.certificate) {
        const broken = yield* certified(course, bytes);
        if (broken) return broken;
      }
      done = number === handshake.finished;
    }
  }
  const label = { way: 'out', version } as const;
  yield* note(line, { ...label, kind: 'header', number: 0, size: 5 });
  yield* note(line, { ...label, kind: 'change', number: 1, size: 1 });
  const out = [recordOctets(content.change, Uint8Array.of(1))];
  for (const bytes of closing(course)) {
    const number = bytes[0] as number;
    yield* note(line, { ...label, kind: 'header', number: 0, size: 5 });
    yield* note(line, { ...label, kind: 'handshake', number, size: bytes.length });
    out.push(seal(version, content.handshake, bytes, mine));
  }
  const wrong = yield* send(line, out);
  return wrong ? { why: 'errno', errno: wrong } : sessionOf(course);
}

/** What a client sends at last: its certificate where it was asked for, and Finished. */
function closing({ line, hello, asked }: Course): readonly Octets[] {
  const { version, suite } = hello;
  const own = line.client.own ?? [];
  const signature = [two(0x0804), vector(2, new Uint8Array(256))];
  return [
    ...(asked ? [certificateMessage(version, own)] : []),
    ...(asked && own.length > 0 ? [messageOctets(handshake.certificateVerify, ...signature)] : []),
    messageOctets(
      handshake.finished,
      new Uint8Array(version === 'TLSv1.3' ? digestSize(suite) : 12),
    ),
  ];
}

function* olderWay(course: Course): Call<TlsSession | Broken> {
  const { line, theirs, hello } = course;
  const { version } = hello;
  if (hello.alpn !== undefined) course.alpn = hello.alpn;
  for (let done = false; !done;) {
    const found = yield* receive(line);
    if ('why' in found) return found;
    if (found.type === content.alert) return yield* alerted(line, found.body, version);
    for (const { type: number, bytes } of messagesOf(found.body)) {
      yield* note(line, { way: 'in', version, kind: 'header', number: 0, size: 5 });
      yield* note(line, { way: 'in', version, kind: 'handshake', number, size: bytes.length });
      if (number === handshake.certificateRequest) course.asked = true;
      if (number === handshake.certificate) {
        const broken = yield* certified(course, bytes);
        if (broken) return broken;
      }
      done = number === handshake.serverDone;
    }
  }
  const wrong = yield* answerOlder(course);
  if (wrong) return { why: 'errno', errno: wrong };
  for (;;) {
    const found = yield* receive(line);
    if ('why' in found) return found;
    if (found.type === content.alert) return yield* alerted(line, found.body, version);
    yield* note(line, { way: 'in', version, kind: 'header', number: 0, size: 5 });
    if (found.type === content.change) continue;
    const isTicket = found.body[0] === handshake.newTicket && found.body.length > 60;
    const { body } = isTicket ? found : unseal(version, found, theirs);
    const number = isTicket ? handshake.newTicket : handshake.finished;
    yield* note(line, { way: 'in', version, kind: 'handshake', number, size: body.length });
    if (number === handshake.finished) return sessionOf(course);
    course.tickets.push(body);
  }
}

function* answerOlder(course: Course): Call<Errno | undefined> {
  const { line, mine, asked, hello } = course;
  const { version } = hello;
  const exchange = messageOctets(
    handshake.clientKeyExchange,
    vector(1, octetsOfHex('5a'.repeat(32))),
  );
  const label = { way: 'out', version } as const;
  const out: Octets[] = [];
  const all = closing(course);
  const plain = [...(asked ? all.slice(0, 1) : []), exchange, ...(asked ? all.slice(1, -1) : [])];
  for (const bytes of plain) {
    yield* note(line, { ...label, kind: 'header', number: 0, size: 5 });
    const number = bytes[0] as number;
    yield* note(line, { ...label, kind: 'handshake', number, size: bytes.length });
    out.push(recordOctets(content.handshake, bytes));
  }
  yield* note(line, { ...label, kind: 'header', number: 0, size: 5 });
  yield* note(line, { ...label, kind: 'change', number: 1, size: 1 });
  out.push(recordOctets(content.change, Uint8Array.of(1)));
  const done = all.at(-1) as Octets;
  yield* note(line, { ...label, kind: 'header', number: 0, size: 5 });
  yield* note(line, { ...label, kind: 'handshake', number: 20, size: done.length });
  out.push(seal(version, content.handshake, done, mine));
  return yield* send(line, out);
}

function sessionOf(course: Course): TlsSession {
  const { line, mine, theirs, hello, chain, asked, alpn, tickets } = course;
  const { version, suite, sessionId } = hello;
  const { sys, fd } = line;
  const [read, written] = [line.read, line.written];
  return {
    version,
    suite,
    sessionId,
    alpn,
    chain,
    asked,
    read,
    written,
    tickets,
    *next(timeout) {
      const until = timeout === undefined ? Infinity : sys.now + timeout;
      const found = yield* receive(line, until);
      if ('why' in found) return found.why === 'errno' ? found.errno : null;
      yield* note(line, { way: 'in', version, kind: 'header', number: 0, size: 5 });
      const { type, body } = unseal(version, found, theirs);
      if (type === content.data) return textOfOctets(body);
      if (type === content.alert) {
        const number = body[1] ?? 0;
        yield* note(line, { way: 'in', version, kind: 'alert', number, size: 2 });
        return null;
      }
      const number = body[0] ?? 0;
      yield* note(line, { way: 'in', version, kind: 'handshake', number, size: body.length });
      if (number === handshake.newTicket) tickets.push(body);
      return '';
    },
    waiting: () => typeof takeRecord(line.buffer) !== 'string',
    *write(text) {
      yield* note(line, { way: 'out', version, kind: 'header', number: 0, size: 5 });
      const all = pieces(octetsOf(text)).map((piece) => seal(version, content.data, piece, mine));
      return yield* sys.write(fd, textOfOctets(joined(...all)));
    },
    *end() {
      yield* note(line, { way: 'out', version, kind: 'header', number: 0, size: 5 });
      yield* note(line, { way: 'out', version, kind: 'alert', number: 0, size: 2 });
      const bytes = seal(version, content.alert, Uint8Array.of(1, 0), mine);
      yield* sys.write(fd, textOfOctets(bytes));
    },
  };
}
