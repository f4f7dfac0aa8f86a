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
  /** Name shown in the head and in the statistics. */
  readonly shown: string;
  /** Whether answers are shown by name. */
  readonly byName: boolean;
  readonly start: Micros;
  readonly sent: Map<number, Micros>;
  readonly times: Micros[];
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
  const [target = '', zone] = options.target.split('%');
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
  if (from !== undefined && !isIPv4(from) && !isIPv6(from)) {
    yield* sys.write(2, `ping: unknown iface: ${from}\n`);
    return 2;
  }
  if (from !== undefined && !isOwn(sys, from)) {
    yield* sys.write(2, 'ping: bind: Cannot assign requested address\n');
    return 2;
  }
  const refused = routeError(sys, address, device, options.mark);
  if (refused !== undefined) {
    yield* sys.write(2, `ping: connect: ${refused}\n`);
    return 2;
  }
  const byNumber = isIPv4(target) || isIPv6(target);
  const state: State = {
    sys,
    options,
    fd,
    address,
    device,
    from,
    shown: byNumber ? options.target : found.canonical,
    byName: !byNumber && !options.numeric,
    start: sys.now,
    sent: new Map(),
    times: [],
    names: new Map(),
    transmitted: 0,
    errors: 0,
    pipe: 0,
    stopped: false,
  };
  sys.setPace('stream');
  sys.trap('INT', () => void (state.stopped = true));
  yield* sys.write(1, `${head(state)}\n`);
  yield* loop(state);
  yield* sys.write(1, statistics(state));
  const enough =
    options.deadline === undefined ||
    options.count === undefined ||
    state.times.length >= options.count;
  return state.times.length > 0 && enough ? 0 : 1;
}

/** The first line: what is asked, from where if that was told, and how much is sent. */
function head({ shown, address, options: { size }, from, device, sys }: State): string {
  const own = from ?? (device === undefined ? undefined : sys.network.routeTo(address)?.source);
  const told = device === undefined ? '' : ` ${device}`;
  const sender =
    own === undefined || (from === undefined && device === undefined) ? '' : `from ${own}${told}: `;
  if (isIPv4(address))
    return `PING ${shown} (${address}) ${sender}${size}(${size + 28}) bytes of data.`;
  return `PING ${shown}(${address}) ${sender}${size} data bytes`;
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
  const until = options.deadline === undefined ? Infinity : state.start + options.deadline;
  let next = sys.now;
  for (;;) {
    const all = options.count !== undefined && state.transmitted >= options.count;
    if (state.stopped || sys.now >= until) return;
    if (options.count !== undefined && state.times.length + state.errors >= options.count) return;
    if (!all && sys.now >= next) {
      yield* send(state);
      next = sys.now + options.interval;
      continue;
    }
    const last = state.sent.get(state.transmitted) ?? sys.now;
    const end = all ? last + lingerOf(state) : next;
    if (all && sys.now >= end) return;
    const event = yield* sys.receive(state.fd, Math.max(1, Math.min(end, until) - sys.now));
    if (typeof event === 'string' || event.event !== 'icmp') continue;
    yield* take(state, event);
  }
}

/** After the last packet: twice the longest round trip, or -W where nothing came yet. */
function lingerOf({ times, options }: State): Micros {
  if (times.length === 0) return options.linger;
  return Math.min(options.linger, Math.max(2 * Math.max(...times), options.interval));
}

function* send(state: State): Call<void> {
  const { sys, options, fd, address } = state;
  state.transmitted += 1;
  const sequence = state.transmitted;
  state.sent.set(sequence, sys.now);
  const { size, ttl, dontFragment, mark } = options;
  const failed = sys.echo(fd, address, {
    sequence,
    size,
    ttl,
    dontFragment,
    ...(state.from === undefined ? {} : { from: state.from }),
    ...(state.device === undefined ? {} : { device: state.device }),
    ...(mark === undefined ? {} : { mark }),
  });
  if (!failed) return;
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
    if (options.quiet) return;
    const who = yield* nameOf(state, event.from);
    const why = isIPv4(state.address) ? errorText(event) : errorText6(event);
    yield* sys.write(1, `${stamp}From ${who} icmp_seq=${sequence} ${why}\n`);
    return;
  }
  const took = sys.now - sentAt;
  state.times.push(took);
  if (options.quiet) return;
  const who = yield* nameOf(state, event.from);
  const head = `${event.size} bytes from ${who}: icmp_seq=${sequence} ttl=${event.ttl}`;
  yield* sys.write(1, `${stamp}${head} time=${timeText(took)} ms\n`);
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
    `${pipes === '' ? '' : `, ${pipes}`}\n`
  );
}
