import { isErrno, strerror } from '../../host/errno.ts';
import {
  gaiText,
  getaddrinfo,
  getnameinfo,
  isIPv4,
  isIPv6,
} from '../../host/resolver/getaddrinfo.ts';
import type { Call, Fd, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { SocketEvent } from '../../network/api.ts';
import type { Micros } from '../../world/json.ts';
import { parseOptions, type PingOptions } from './options.ts';

/** ping of iputils 20221126, of both families; `ping6` is the same with `-6`. */
const program: ProgramCode = {
  run,
};

export default program;

interface State {
  readonly sys: Sys;
  readonly options: PingOptions;
  readonly fd: Fd;
  readonly address: string;
  readonly device: string | undefined;
  readonly from: string | undefined;
  /** The device behind a `%`. */
  readonly zone: string | undefined;
  /** Name shown in the head and in the statistics. */
  readonly shown: string;
  /** Whether answers are shown by name. */
  readonly byName: boolean;
  readonly start: Micros;
  readonly sent: Map<number, Micros>;
  readonly times: Micros[];
  readonly answered: Set<number>;
  readonly names: Map<string, string>;
  transmitted: number;
  errors: number;
  pipe: number;
  stopped: boolean;
}

type Icmp = Extract<SocketEvent, { event: 'icmp' }>;

function* run(argv: readonly string[], sys: Sys): Process {
  const options = parseOptions(argv.slice(1));
  if ('said' in options) {
    yield* sys.write(options.code === 0 ? 1 : 2, options.said);
    return options.code;
  }
  if (options.warning) yield* sys.write(2, options.warning);
  const [typed = '', zone] = options.target.split('%');
  const target = dotted(typed);
  const found = yield* getaddrinfo(sys, target);
  const wanted = (each: string) =>
    isIPv4(each) ? !options.ipv6 && !argv[0]?.endsWith('6') : !options.ipv4;
  const address = found.ok ? found.addresses.find(wanted) : undefined;
  if (!found.ok || address === undefined) {
    const why = found.ok ? 'Address family for hostname not supported' : gaiText[found.why];
    yield* sys.write(2, `ping: ${options.target}: ${why}\n`);
    return 2;
  }
  const fd = sys.openIcmp();
  if (isErrno(fd)) {
    yield* sys.write(2, `ping: socktype: SOCK_RAW\nping: socket: ${strerror(fd)}\n`);
    return 2;
  }
  const links = sys.network.links();
  const { from: named } = options;
  const device = zone ?? links.find(({ name }) => name === named)?.name;
  const from = device === undefined || zone !== undefined ? named : undefined;
  const refused = refusal(sys, address, device, from, options);
  if (refused !== undefined) {
    yield* sys.write(2, `ping: ${refused}\n`);
    return 2;
  }
  if (isEverybody(sys, address)) yield* sys.write(2, 'WARNING: pinging broadcast address\n');
  const byNumber = isIPv4(target) || isIPv6(target);
  const state: State = {
    sys,
    options,
    fd,
    address,
    device,
    from,
    zone,
    shown: byNumber ? options.target : found.canonical,
    byName: !byNumber && !options.numeric,
    start: sys.now,
    sent: new Map(),
    times: [],
    answered: new Set(),
    names: new Map(),
    transmitted: 0,
    errors: 0,
    pipe: 0,
    stopped: false,
  };
  sys.setPace('stream');
  sys.trap('INT', () => void (state.stopped = true));
  if (options.pattern !== undefined) {
    const bytes = options.pattern.length % 2 ? `0${options.pattern}` : options.pattern;
    yield* sys.write(1, `PATTERN: 0x${bytes.toLowerCase()}\n`);
  }
  if (options.verbose) yield* tellSockets(state);
  yield* sys.write(1, `${head(state)}\n`);
  yield* loop(state);
  yield* sys.write(1, statistics(state));
  const enough =
    options.deadline === undefined ||
    options.count === undefined ||
    state.times.length >= options.count;
  return state.times.length > 0 && enough ? 0 : 1;
}

const isEverybody = ({ network }: Sys, address: string) =>
  network.routeTo(address)?.kind === 'broadcast';

/** Why nothing can be sent at all, in ping's words. */
function refusal(
  sys: Sys,
  address: string,
  device: string | undefined,
  from: string | undefined,
  options: PingOptions,
): string | undefined {
  if (options.ttl === 0) return 'cannot set unicast time-to-live: Invalid argument';
  if (from !== undefined && !isIPv4(from) && !isIPv6(from)) {
    return `SO_BINDTODEVICE ${from}: No such device`;
  }
  if (from !== undefined && !isOwn(sys, from)) return 'bind: Cannot assign requested address';
  const refused = routeError(sys, address, device, options.mark);
  if (refused !== undefined) return `connect: ${refused}`;
  const why = 'Then -b. If not, check your local firewall rules';
  const asks = isEverybody(sys, address) && !options.broadcast;
  return asks ? `Do you want to ping broadcast? ${why}` : undefined;
}

/** `127.1` and `0` as inet_aton reads them. */
function dotted(text: string): string {
  if (!/^\d+(\.\d+){0,2}$/.test(text)) return text;
  const parts = text.split('.').map(Number);
  const last = parts.pop() as number;
  const bytes = [24, 16, 8, 0]
    .slice(parts.length)
    .map((shift) => Math.floor(last / 2 ** shift) % 256);
  const all = [...parts, ...bytes].join('.');
  return all === '0.0.0.0' ? '127.0.0.1' : all;
}

function* tellSockets({ sys, address, shown }: State): Call<void> {
  const raw = 'socktype: SOCK_RAW';
  const first = `ping: sock4.fd: 3 (${raw}), sock6.fd: 4 (${raw}), hints.ai_family: AF_UNSPEC\n\n`;
  yield* sys.write(2, first);
  const family = isIPv4(address) ? 'AF_INET' : 'AF_INET6';
  yield* sys.write(1, `ai->ai_family: ${family}, ai->ai_canonname: '${shown}'\n`);
}

/** The first line: what is asked, from where if that was told, and how much is sent. */
function head({ shown, address, options, from, device, zone, sys }: State): string {
  const { size, sticky } = options;
  const told = zone === undefined ? device : undefined;
  const routed = told !== undefined || sticky ? sys.network.routeTo(address)?.source : undefined;
  const own = from ?? routed;
  const sender = own === undefined ? '' : `from ${own} ${told ?? ''}: `;
  if (isIPv4(address))
    return `PING ${shown} (${address}) ${sender}${size}(${size + 28}) bytes of data.`;
  const place = zone === undefined ? address : `${address}%${zone}`;
  return `PING ${shown}(${place}) ${sender}${size} data bytes`;
}

function isOwn({ network }: Sys, address: string): boolean {
  const family = isIPv4(address) ? 'inet' : 'inet6';
  return network.routes('local', family).some((each) => each.destination === address);
}

/** What `connect` says where no packet can be sent at all. */
function routeError(
  { network }: Sys,
  address: string,
  device: string | undefined,
  mark: number | undefined,
): string | undefined {
  const flow = {
    ...(device === undefined ? {} : { output: device }),
    ...(mark === undefined ? {} : { mark }),
  };
  const near = /^fe[89ab]/i.test(address);
  if (near && device === undefined) return 'Invalid argument';
  const route = network.routeTo(address, undefined, flow);
  if (!route) return 'Network is unreachable';
  if (route.kind === 'broadcast') return undefined;
  const texts: Readonly<Record<string, string>> = {
    blackhole: 'Invalid argument',
    unreachable: 'No route to host',
    prohibit: 'Permission denied',
  };
  return texts[route.kind ?? 'unicast'];
}

function* loop(state: State): Call<void> {
  const { sys, options } = state;
  const end = options.deadline === undefined ? Infinity : state.start + options.deadline;
  let next = sys.now;
  for (;;) {
    const until = options.deadline;
    // With -w, -c counts answers, and packets are sent until there are as many.
    const all =
      options.count !== undefined && until === undefined && state.transmitted >= options.count;
    if (state.stopped || sys.now >= end) return;
    const done = state.times.length + (until === undefined ? state.errors : 0);
    if (options.count !== undefined && done >= options.count) return;
    if (!all && sys.now >= next) {
      yield* remind(state);
      yield* send(state);
      next = sys.now + (state.transmitted < options.preload ? 0 : options.interval);
      continue;
    }
    const last = state.sent.get(state.transmitted) ?? sys.now;
    const wake = all ? last + lingerOf(state) : next;
    if (all && sys.now >= wake) return;
    const event = yield* sys.receive(state.fd, Math.max(1, Math.min(wake, end) - sys.now));
    if (typeof event === 'string' || event.event !== 'icmp') continue;
    yield* take(state, event);
    if (options.flood) next = Math.min(next, sys.now + 1);
    if (options.adaptive) next = Math.min(next, sys.now + (state.times.at(-1) ?? 0) + 10);
  }
}

/** After the last packet: twice the longest round trip, or -W where nothing came yet. */
function lingerOf({ times, options }: State): Micros {
  if (times.length === 0) return options.linger;
  return Math.min(options.linger, Math.max(2 * Math.max(...times), options.interval));
}

/** `-O`: says that the packet before has no answer yet. */
function* remind({ sys, options, transmitted, answered }: State): Call<void> {
  if (!options.outstanding || transmitted === 0 || answered.has(transmitted)) return;
  yield* sys.write(1, `no answer yet for icmp_seq=${transmitted}\n`);
}

function* send(state: State): Call<void> {
  const { sys, options, fd, address } = state;
  state.transmitted += 1;
  const sequence = state.transmitted;
  state.sent.set(sequence, sys.now);
  const { size, ttl, dontFragment, mark } = options;
  if (options.flood && !options.quiet) yield* sys.write(1, '.');
  const tooLong = isIPv4(address) && size > 65_507;
  const failed = tooLong
    ? 'EMSGSIZE'
    : sys.echo(fd, address, {
        sequence,
        size,
        ttl,
        dontFragment,
        ...(state.from === undefined ? {} : { from: state.from }),
        ...(state.device === undefined ? {} : { device: state.device }),
        ...(mark === undefined ? {} : { mark }),
      });
  if (!failed || (failed === 'EACCES' && options.broadcast)) return;
  state.errors += 1;
  if (failed === 'EMSGSIZE') {
    const mtu = linkMtu(sys, address);
    const sign = isIPv4(address) ? '=' : ': ';
    yield* sys.write(2, `ping: local error: message too long, mtu${sign}${mtu}\n`);
  } else yield* sys.write(2, `ping: sendmsg: ${strerror(failed)}\n`);
}

function linkMtu(sys: Sys, address: string): number {
  const { device, mtu } = sys.network.routeTo(address) ?? {};
  return mtu ?? sys.network.links().find(({ name }) => name === device)?.mtu ?? 1500;
}

function* take(state: State, event: Icmp): Call<void> {
  const { sys, options } = state;
  const sequence = event.sequence ?? 0;
  const sentAt = state.sent.get(sequence);
  if (sentAt === undefined) return;
  state.pipe = Math.max(state.pipe, state.transmitted - sequence + 1);
  const stamp = options.printTime ? `[${(sys.now / 1e6).toFixed(6)}] ` : '';
  if (event.kind !== 'echo-reply') {
    state.errors += 1;
    if (options.quiet || options.flood) return;
    const who = yield* nameOf(state, event.from);
    const why = isIPv4(state.address) ? errorText(event) : errorText6(event);
    yield* sys.write(1, `${stamp}From ${who} icmp_seq=${sequence} ${why}\n`);
    return;
  }
  const took = sys.now - sentAt;
  state.times.push(took);
  state.answered.add(sequence);
  if (options.quiet) return;
  if (options.flood) {
    yield* sys.write(1, '\b \b');
    return;
  }
  const who = yield* nameOf(state, event.from);
  const ident = options.verbose ? ` ident=${options.identifier ?? sys.pid % 65_536}` : '';
  const head = `${event.size} bytes from ${who}: icmp_seq=${sequence}${ident} ttl=${event.ttl}`;
  const bell = options.audible ? '\u0007' : '';
  yield* sys.write(1, `${stamp}${head} time=${timeText(took)} ms\n${bell}`);
}

function* nameOf(state: State, address: string): Call<string> {
  if (!state.byName) return address;
  const known = state.names.get(address);
  if (known !== undefined) return known;
  const name = (yield* getnameinfo(state.sys, address)) ?? address;
  const text = `${name} (${address})`;
  state.names.set(address, text);
  return text;
}

function errorText({ kind, mtu }: Icmp): string {
  switch (kind) {
    case 'net-unreachable':
      return 'Destination Net Unreachable';
    case 'port-unreachable':
      return 'Destination Port Unreachable';
    case 'admin-prohibited':
      return 'Packet filtered';
    case 'frag-needed':
      return `Frag needed and DF set (mtu = ${mtu ?? 0})`;
    case 'time-exceeded':
      return 'Time to live exceeded';
    default:
      return 'Destination Host Unreachable';
  }
}

function errorText6({ kind, mtu }: Icmp): string {
  const texts: Partial<Record<Icmp['kind'], string>> = {
    'net-unreachable': 'Destination unreachable: No route',
    'port-unreachable': 'Destination unreachable: Port unreachable',
    'admin-prohibited': 'Destination unreachable: Administratively prohibited',
    'frag-needed': `Packet too big: mtu=${mtu ?? 0}`,
    'time-exceeded': 'Time exceeded: Hop limit',
  };
  return texts[kind] ?? 'Destination unreachable: Address unreachable';
}

/** Milliseconds with as many digits as ping shows for the size. */
function timeText(micros: Micros): string {
  if (micros >= 99_950) return String(Math.floor((micros + 500) / 1000));
  const digits = micros >= 9_995 ? 1 : micros >= 1_000 ? 2 : 3;
  return (micros / 1000).toFixed(digits);
}

/** What `-f` and `-A` add: the time between packets, and the weighted round trip. */
function paceText({ options, sent, transmitted, times }: State): string {
  if (!options.flood && !options.adaptive) return '';
  const moments = [...sent.values()];
  const span = (moments.at(-1) ?? 0) - (moments[0] ?? 0);
  const gap = transmitted > 1 ? span / (transmitted - 1) : 0;
  const weighted = times.reduce((average, each) => average + (each - average) / 8, times[0] ?? 0);
  return `, ipg/ewma ${(gap / 1000).toFixed(3)}/${(weighted / 1000).toFixed(3)} ms`;
}

function statistics(state: State): string {
  const { sys, shown, transmitted, times, errors, pipe } = state;
  const loss = transmitted === 0 ? 0 : ((transmitted - times.length) * 100) / transmitted;
  const last = state.sent.get(transmitted) ?? state.start;
  const elapsed = Math.floor(
    ((times.length > 0 ? Math.max(last, state.start) : last) - state.start) / 1000,
  );
  const counts = [
    `${transmitted} packets transmitted`,
    `${times.length} received`,
    ...(errors > 0 ? [`+${errors} errors`] : []),
    `${Number(loss.toPrecision(6))}% packet loss`,
    `time ${elapsed}ms`,
  ].join(', ');
  void sys;
  const pipes = pipe > 1 ? `pipe ${pipe}` : '';
  const head = `\n--- ${shown} ping statistics ---\n${counts}\n`;
  if (times.length === 0) return `${head}${pipes}\n`;
  const average = times.reduce((sum, each) => sum + each, 0) / times.length;
  const square = times.reduce((sum, each) => sum + each * each, 0) / times.length;
  const deviation = Math.sqrt(Math.max(0, square - average * average));
  const three = (micros: number) => (Math.floor(micros) / 1000).toFixed(3);
  const figures = [Math.min(...times), average, Math.max(...times), deviation].map(three);
  return (
    `${head}rtt min/avg/max/mdev = ${figures.join('/')} ms` +
    `${pipes === '' ? '' : `, ${pipes}`}${paceText(state)}\n`
  );
}
