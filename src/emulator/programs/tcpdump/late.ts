import { isErrno, strerror } from '../../host/errno.ts';
import { octetsOf, textOfOctets } from '../../world/octets.ts';
import { getaddrinfo, getnameinfo } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { LinkInfo, SocketEvent } from '../../network/api.ts';
import { serviceName } from '../../network/netfilter/iptables/names.ts';
import { asciiDump, hexDump } from './dump.ts';
import { frameOctets, newFlows, packetOctets, type Flows } from './encode.ts';
import { matches } from './filter-match.ts';
import { words } from './filter-lexer.ts';
import { parseFilter } from './filter-parse.ts';
import type { Filter } from './filter-syntax.ts';
import { layersOf, linkLength } from './layers.ts';
import { macOctets, put16, put32 } from './octets.ts';
import { parseOptions, SNAPLEN, type Options } from './options.ts';
import { fileHead, fileRecord, linkTypes, readFile, type Captured } from './pcap.ts';
import type { Printer } from './printer.ts';
import { packetLine } from './print.ts';
import { timeText, type Clock } from './time.ts';

/** tcpdump 4.99.3: shows the packets at a device. */
const program: ProgramCode = {
  run,
};

export default program;

/** How often it looks whether a signal has come. */
const LOOK = 200_000;

interface Session {
  readonly sys: Sys;
  readonly options: Options;
  readonly printer: Printer;
  readonly clock: Clock;
  readonly filter: Filter | undefined;
  readonly link: number;
  shown: number;
}

function* run(argv: readonly string[], sys: Sys): Process {
  const parsed = parseOptions(argv.slice(1));
  if (!parsed.ok) {
    yield* sys.write(parsed.fd, parsed.said);
    return parsed.code;
  }
  const { options } = parsed;
  if (options.list) return yield* listDevices(sys);
  return options.read === undefined ? yield* capture(sys, options) : yield* replay(sys, options);
}

function* complain(sys: Sys, text: string): Call<number> {
  yield* sys.write(2, `tcpdump: ${text}\n`);
  return 1;
}

/** Reads the filter; a number is how it ended. */
function* filterOf(sys: Sys, options: Options): Call<{ filter: Filter | undefined } | number> {
  let text = options.filter;
  if (options.filterFile !== undefined) {
    const found = sys.files.read(options.filterFile);
    if (isErrno(found)) {
      return yield* complain(sys, `can't open ${options.filterFile}: ${strerror(found)}`);
    }
    text = found.text;
  }
  // Names of hosts are looked up before the filter is read, which takes no time.
  const known = new Map<string, readonly string[]>();
  const all = words(text) ?? [];
  for (const [index, word] of all.entries()) {
    const before = all[index - 1];
    if (!['host', 'src', 'dst'].includes(before ?? '') || !/[a-z]/i.test(word)) continue;
    if (['host', 'net', 'port', 'portrange', 'or', 'and'].includes(word)) continue;
    const found = yield* getaddrinfo(sys, word);
    if (found.ok) known.set(word, found.addresses);
  }
  const read = parseFilter(text, (name) => known.get(name));
  return read.ok ? { filter: read.filter } : yield* complain(sys, read.error);
}

function newSession(sys: Sys, options: Options, filter: Filter | undefined, link: number): Session {
  const { verbose, quiet, absolute, numeric } = options;
  const style = { verbose, quiet, absolute, numeric, link: options.link };
  const port = (number: number, protocol: 'tcp' | 'udp') =>
    (numeric ? undefined : serviceName(number, protocol)) ?? String(number);
  const printer: Printer = { style, conversations: new Map(), names: new Map(), port };
  const clock: Clock = { first: undefined, previous: undefined };
  return { sys, options, printer, clock, filter, link, shown: 0 };
}

/** The link layer that libpcap tells of a device: those without a header have bare packets. */
function linkOf(device: LinkInfo | undefined): number {
  if (!device) return 276;
  return ['ipip', 'wireguard', 'tun'].includes(device.kind as string) ? 12 : 1;
}

function* capture(sys: Sys, options: Options): Call<number> {
  const links = sys.network.links();
  const usual = links.find(({ up, kind }) => up && kind !== 'loopback') ?? links[0];
  const name = options.device ?? usual?.name ?? 'any';
  const numbered = /^\d+$/.test(name)
    ? links.find(({ index }) => index === Number(name))
    : undefined;
  const device = links.find((each) => each.name === name) ?? numbered;
  if (sys.user !== 'root') {
    const why = "You don't have permission to perform this capture on that device";
    return yield* complain(sys, `${name}: ${why}\n(socket: Operation not permitted)`);
  }
  if (!device && name !== 'any') {
    return yield* complain(sys, `${name}: No such device exists\n(No such device exists)`);
  }
  if (device && !device.up) return yield* complain(sys, `${device.name}: That device is not up`);
  const read = yield* filterOf(sys, options);
  if (typeof read === 'number') return read;
  const link = linkOf(device);
  const session = newSession(sys, options, read.filter, link);
  const fd = sys.capture(device?.name ?? 'any');
  if (isErrno(fd)) return yield* complain(sys, `${name}: ${strerror(fd)}`);
  sys.setPace('stream');
  yield* sys.write(2, openingText(session, device?.name ?? 'any'));
  const file = options.write;
  if (file !== undefined) {
    const wrong = sys.files.write(file, textOfOctets(fileHead(link, options.snaplen)));
    if (wrong) return yield* complain(sys, `${file}: ${strerror(wrong)}`);
  }
  const state = { stopped: false, received: 0 };
  for (const signal of ['INT', 'TERM', 'HUP'] as const) {
    sys.trap(signal, () => void (state.stopped = true));
  }
  const flows = newFlows();
  while (!state.stopped && session.shown !== options.count) {
    const event = yield* sys.receive(fd, LOOK);
    if (isErrno(event)) continue;
    if (event.event !== 'packet') continue;
    if (options.way !== 'inout' && event.direction.toLowerCase() !== options.way) continue;
    const packet = captured(session, event, flows);
    const layers = layersOf(link, packet.bytes);
    const inbound = event.direction === 'In';
    const candidate = { ...layers, length: packet.length, inbound };
    if (session.filter && !matches(session.filter, candidate)) continue;
    state.received += 1;
    if (file === undefined) yield* show(session, packet, event.device);
    else {
      session.shown += 1;
      sys.files.write(file, textOfOctets(fileRecord(packet)), { append: true });
    }
  }
  sys.close(fd);
  const end = state.stopped && file === undefined ? '\n' : '';
  if (end !== '') yield* sys.write(1, end);
  yield* sys.write(2, summary(session.shown, state.received));
  return 0;
}

function openingText({ options, link }: Session, device: string): string {
  const [name = '', text = ''] = linkTypes[link] ?? [];
  const kind = device === 'any' ? `tcpdump: data link type ${name}\n` : '';
  const where =
    `listening on ${device}, link-type ${name} (${text}), ` +
    `snapshot length ${options.snaplen} bytes\n`;
  if (options.write !== undefined) return `${kind}tcpdump: ${where}`;
  const hint =
    options.verbose > 0
      ? 'tcpdump: '
      : 'tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n';
  return kind + hint + where;
}

function summary(shown: number, received: number): string {
  const packets = (count: number) => `${count} packet${count === 1 ? '' : 's'}`;
  return (
    `${packets(shown)} captured\n${packets(received)} received by filter\n` +
    '0 packets dropped by kernel\n'
  );
}

type PacketEvent = Extract<SocketEvent, { event: 'packet' }>;

/** The bytes of what passed a device, cut at the snapshot's length. */
function captured({ sys, options, link }: Session, event: PacketEvent, flows: Flows): Captured {
  const { at, frame } = event;
  const whole = frameOctets(frame, at, flows);
  let bytes = whole;
  if (link !== 1) {
    const body = frame.body.kind === 'ip' ? packetOctets(frame.body, at, flows) : whole.slice(14);
    bytes = link === 276 ? [...cooked(sys, event, whole), ...body] : body;
  }
  return { at, length: bytes.length, bytes: Uint8Array.from(bytes.slice(0, options.snaplen)) };
}

/** The header of a packet that was seen at any device (Linux cooked, version 2). */
function cooked(sys: Sys, { frame, device, direction }: PacketEvent, whole: readonly number[]) {
  const links = sys.network.links();
  const own = links.find(({ name }) => name === device);
  const group = frame.destination === 'ff:ff:ff:ff:ff:ff';
  const many = (Number.parseInt(frame.destination.slice(0, 2), 16) & 1) === 1;
  const mine = frame.destination === own?.mac || own?.kind === 'loopback' || own?.mac === undefined;
  const way = direction === 'Out' ? 4 : group ? 1 : many ? 2 : mine ? 0 : 3;
  return [
    ...whole.slice(12, 14),
    ...put16(0),
    ...put32(own?.index ?? 0),
    ...put16(own?.kind === 'loopback' ? 772 : 1),
    way,
    6,
    ...macOctets(frame.source),
    0,
    0,
  ];
}

function* show(session: Session, packet: Captured, device?: string): Call<void> {
  const { sys, options, printer, clock, link } = session;
  session.shown += 1;
  if (!options.numeric) yield* lookUp(session, packet);
  const number = options.numbered ? `${String(session.shown).padStart(5)}  ` : '';
  const time = timeText(packet.at, options.time, clock);
  const line = packetLine(printer, link, packet.bytes, packet.length, device);
  const inner = packet.bytes.slice(linkLength(link));
  let dump = '';
  if (options.hexAscii > 0) dump = hexDump(options.hexAscii > 1 ? packet.bytes : inner, true);
  else if (options.hex > 0) dump = hexDump(options.hex > 1 ? packet.bytes : inner, false);
  else if (options.ascii) dump = asciiDump(inner);
  yield* sys.write(1, `${number}${time}${line}${dump}\n`);
}

/** Names of the two addresses of a packet, as far as they have some. */
function* lookUp({ sys, printer, link }: Session, { bytes }: Captured): Call<void> {
  const { source, destination } = layersOf(link, bytes);
  for (const address of [source, destination]) {
    if (address === undefined || printer.names.has(address)) continue;
    printer.names.set(address, address);
    const name = yield* getnameinfo(sys, address);
    if (name !== undefined) printer.names.set(address, name);
  }
}

function* replay(sys: Sys, options: Options): Call<number> {
  const path = options.read ?? '';
  const found = sys.files.read(path);
  if (isErrno(found)) return yield* complain(sys, `${path}: ${strerror(found)}`);
  const file = readFile(octetsOf(found.text));
  if (typeof file === 'string') return yield* complain(sys, file);
  const read = yield* filterOf(sys, options);
  if (typeof read === 'number') return read;
  const { link } = file;
  const [name = `DLT ${link}`, text = ''] = linkTypes[link] ?? [];
  yield* sys.write(
    2,
    `reading from file ${path}, link-type ${name} (${text}), snapshot length ${file.snaplen}\n`,
  );
  const session = newSession(sys, options, read.filter, link);
  const out = options.write;
  if (out !== undefined) sys.files.write(out, textOfOctets(fileHead(link, SNAPLEN)));
  for (const packet of file.packets) {
    const candidate = { ...layersOf(link, packet.bytes), length: packet.length, inbound: true };
    if (session.filter && !matches(session.filter, candidate)) continue;
    if (out === undefined) yield* show(session, packet);
    else {
      session.shown += 1;
      sys.files.write(out, textOfOctets(fileRecord(packet)), { append: true });
    }
    if (session.shown === options.count) break;
  }
  return 0;
}

function* listDevices(sys: Sys): Call<number> {
  const links = sys.network.links();
  const order = [
    ...links.filter(({ kind, up }) => up && kind !== 'loopback'),
    undefined,
    ...links.filter(({ kind }) => kind === 'loopback'),
    ...links.filter(({ kind, up }) => !up && kind !== 'loopback'),
  ];
  const lines = order.map((link, index) => {
    if (!link) {
      const what = '(Pseudo-device that captures on all interfaces)';
      return `${index + 1}.any ${what} [Up, Running]\n`;
    }
    const loopback = link.kind === 'loopback';
    const up = link.up ? ['Up', 'Running'] : [];
    const more = loopback ? ['Loopback'] : [link.up ? 'Connected' : 'Disconnected'];
    return `${index + 1}.${link.name} [${[...up, ...more].join(', ')}]\n`;
  });
  yield* sys.write(1, lines.join(''));
  return 0;
}
