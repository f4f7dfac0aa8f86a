import { isErrno, strerror } from '../../host/errno.ts';
import { gaiText, getaddrinfo, getnameinfo, isIPv4 } from '../../host/resolver/getaddrinfo.ts';
import type { Call, Fd, Process, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { Micros } from '../../world/json.ts';
import { parseOptions, type TraceOptions } from './options.ts';
import { send, take, type Probe } from './probe.ts';

/** traceroute 2.1.2 of Linux. */
const program: ProgramCode = {
  run,
};

export default program;

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
    yield* sys.write(options.code === 0 ? 1 : 2, options.said);
    return options.code;
  }
  const { host, most, length } = options;
  const found = yield* getaddrinfo(sys, host, 'v4');
  const address = found.ok ? found.addresses.find(isIPv4) : undefined;
  if (!found.ok || address === undefined) {
    const why = found.ok ? gaiText['no-data'] : gaiText[found.why];
    const position = argv.indexOf(host);
    const where = `on position ${position} (argc ${argv.length - 1})`;
    yield* sys.write(2, `${host}: ${why}\nCannot handle "host" cmdline arg \`${host}' ${where}\n`);
    return 2;
  }
  if (!sys.network.routeTo(address)) {
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
  yield* trace({ sys, options, address, echo, probes: [], names: new Map() });
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
    if (answer.from !== last) text += ` ${yield* nameOf(state, answer.from)}`;
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
