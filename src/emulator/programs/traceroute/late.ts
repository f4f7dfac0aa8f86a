import { isErrno, strerror } from '../../host/errno.ts';
import {
  gaiText,
  getaddrinfo,
  getnameinfo,
  isIPv4,
  isIPv6,
} from '../../host/resolver/getaddrinfo.ts';
import type { Call, Fd, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { Micros } from '../../world/json.ts';
import { parseOptions, type TraceOptions } from './options.ts';
import { send, take, type Probe } from './probe.ts';

/** traceroute 2.1.2 of Linux. */
const program: ProgramCode = {
  run,
};

export default program;

/** Why the probes cannot be bound to the address or the device that was told. */
function bound({ network }: Sys, { source, device }: TraceOptions): string | undefined {
  const links = network.links();
  if (device !== undefined && !links.some(({ name }) => name === device)) {
    return 'setsockopt SO_BINDTODEVICE: No such device';
  }
  const own = links.some(({ addresses }) => addresses.some(({ address }) => address === source));
  return source === undefined || own ? undefined : 'bind: Cannot assign requested address';
}

interface State {
  readonly sys: Sys;
  readonly options: TraceOptions;
  readonly address: string;
  readonly echo: Fd | undefined;
  readonly probes: Probe[];
  readonly names: Map<string, string>;
}

function* run(argv: readonly string[], sys: Sys): Process {
  const options = parseOptions(argv.slice(1));
  if ('said' in options) {
    yield* sys.write(options.code === 0 && !options.error ? 1 : 2, options.said);
    return options.code;
  }
  const { host, most } = options;
  const family = options.family ?? (argv[0]?.endsWith('6') ? 'v6' : undefined);
  const found = yield* getaddrinfo(sys, host, family);
  const wanted = family === 'v6' ? isIPv6 : family === 'v4' ? isIPv4 : undefined;
  // Of a name with both, IPv4 is taken.
  const four = found.ok ? found.addresses.find(isIPv4) : undefined;
  const address = found.ok
    ? wanted
      ? found.addresses.find(wanted)
      : (four ?? found.addresses[0])
    : undefined;
  const length = options.length ?? (address !== undefined && isIPv6(address) ? 80 : 60);
  if (!found.ok || address === undefined) {
    const other = 'Address family for hostname not supported';
    const why = found.ok ? other : gaiText[found.why];
    const where = `on position 1 (argc ${argv.indexOf(host)})`;
    yield* sys.write(2, `${host}: ${why}\nCannot handle "host" cmdline arg \`${host}' ${where}\n`);
    return 2;
  }
  const refused = bound(sys, options);
  if (refused !== undefined) {
    yield* sys.write(
      1,
      `traceroute to ${host} (${address}), ${most} hops max, ${length} byte packets`,
    );
    yield* sys.write(2, `\n${refused}\n`);
    return 1;
  }
  const near = sys.network.routeTo(address);
  if (!near || (options.direct && near.via !== undefined)) {
    yield* sys.write(2, `connect: ${strerror('ENETUNREACH')}\n`);
    return 1;
  }
  const echo = options.icmp ? sys.openIcmp() : undefined;
  if (isErrno(echo)) {
    yield* sys.write(2, 'You do not have enough privileges to use this traceroute method.\n');
    return 1;
  }
  sys.setPace('stream');
  const head = `traceroute to ${host} (${address}), ${most} hops max, ${length} byte packets\n`;
  yield* sys.write(1, head);
  yield* trace({
    sys,
    options: { ...options, length },
    address,
    echo,
    probes: [],
    names: new Map(),
  });
  return 0;
}

/** Hop after hop; probes of later hops are under way while one is waited for. */
function* trace(state: State): Call<void> {
  const { sys, options, probes, echo, address } = state;
  const hops = options.most - options.first + 1;
  for (let hop = 0; hop < hops; hop++) {
    const from = hop * options.probes;
    const own = () => probes.slice(from, from + options.probes);
    for (;;) {
      const waiting = probes.filter(({ answer, given }) => !answer && !given).length;
      for (let free = options.atOnce - waiting; free > 0; free--) {
        if (probes.length >= hops * options.probes) break;
        probes.push(send(sys, options, address, probes.length, echo));
        if (options.pause > 0) yield* sys.sleep(options.pause);
      }
      const until = Math.min(...own().map((probe) => expiry(state, hop, probe)));
      if (until === Infinity) break;
      if (until > sys.now) yield* take(sys, probes, echo, until, address);
      for (const probe of own()) {
        if (!probe.answer && expiry(state, hop, probe) <= sys.now) probe.given = 'up';
      }
    }
    yield* sys.write(1, `${String(options.first + hop).padStart(2)} `);
    yield* show(state, own());
    if (own().some(({ answer }) => answer?.final)) return;
  }
}

/** When a probe is given up: sooner where others of its hop or of the next one were answered. */
function expiry({ options, probes }: State, hop: number, probe: Probe): Micros {
  if (probe.answer || probe.given) return Infinity;
  const [longest, here, near] = options.wait;
  const tookOf = (index: number) =>
    probes
      .slice(index * options.probes, (index + 1) * options.probes)
      .flatMap(({ answer }) => answer?.took ?? []);
  const [same, next] = [tookOf(hop), tookOf(hop + 1)];
  const limits = [
    longest,
    ...(here > 0 && same.length > 0 ? [here * Math.max(...same)] : []),
    ...(near > 0 && same.length === 0 && next.length > 0 ? [near * Math.max(...next)] : []),
  ];
  return probe.sentAt + Math.round(Math.min(...limits));
}

function* show(state: State, probes: readonly Probe[]): Call<void> {
  let text = '';
  let last = '';
  for (const { answer } of probes) {
    if (!answer) {
      text += ' *';
      continue;
    }
    const told = state.options.flags ? (answer.told ?? '') : '';
    if (answer.from !== last) text += ` ${yield* nameOf(state, answer.from)}${told}`;
    last = answer.from;
    text += `  ${(answer.took / 1000).toFixed(3)} ms${answer.note}`;
  }
  yield* state.sys.write(1, `${text}\n`);
}

function* nameOf({ sys, options, names }: State, address: string): Call<string> {
  if (options.numeric) return address;
  const known = names.get(address) ?? (yield* getnameinfo(sys, address)) ?? address;
  names.set(address, known);
  return `${known} (${address})`;
}
