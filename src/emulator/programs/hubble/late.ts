import { CILIUM_SOCKET } from '../../cni/cilium-cni/state.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, ProgramCode, Sys } from '../../host/syscalls.ts';
import type { BpfEvent } from '../../network/bpf/maps.ts';
import { civil, MILLISECOND, monthNames } from '../../world/time.ts';

interface Filter {
  readonly verdict?: string;
  readonly type?: string;
  readonly protocol?: string;
  /** What one of the ends, the source or the destination must be, by the name of the flag. */
  readonly ends: Readonly<Record<string, string>>;
  readonly last: number;
  readonly follow: boolean;
  readonly json: boolean;
}

/** Runs hubble. */
const code: ProgramCode = {
  *run(argv, sys) {
    const [command, ...words] = argv.slice(1);
    if (command === 'version') {
      yield* sys.write(1, 'hubble v1.18.3 compiled with go1.25.3 on linux/amd64\n');
      return 0;
    }
    if (isErrno(sys.files.stat(CILIUM_SOCKET))) {
      yield* sys.write(
        2,
        "failed to connect to 'unix:///var/run/cilium/hubble.sock': connection error: desc = " +
          '"transport: Error while dialing: dial unix /var/run/cilium/hubble.sock: connect: ' +
          'no such file or directory"\n',
      );
      return 1;
    }
    if (command === 'status') {
      const count = sys.network.bpfEvents().length;
      const share = ((count / 4095) * 100).toFixed(2);
      const text =
        'Healthcheck (via unix:///var/run/cilium/hubble.sock): Ok\n' +
        `Current/Max Flows: ${count}/4,095 (${share}%)\nFlows/s: 0.50\n`;
      yield* sys.write(1, text);
      return 0;
    }
    if (command !== 'observe') {
      yield* sys.write(2, `hubble: ${command ?? 'no command'} is not modelled here\n`);
      return 1;
    }
    const filter = readFilter(words);
    if (typeof filter === 'string') {
      yield* sys.write(2, `${filter}\n`);
      return 1;
    }
    return yield* observe(sys, filter);
  },
};

export default code;

const ENDS = ['pod', 'namespace', 'port', 'ip', 'identity'];
const VALUES = [
  ...['verdict', 'type', 'protocol', 'last', 'output', 'http-method', 'http-path', 'fqdn'],
  ...ENDS.flatMap((each) => [each, `from-${each}`, `to-${each}`]),
];
const SHORT: Readonly<Record<string, string>> = { n: 'namespace', t: 'type', o: 'output' };

function readFilter(words: readonly string[]): Filter | string {
  const given: Record<string, string> = {};
  let follow = false;
  for (let at = 0; at < words.length; at++) {
    const [, dashes = '', raw = '', , inline] =
      /^(--?)([\w-]+)(=(.*))?$/.exec(words[at] ?? '') ?? [];
    const name = dashes === '-' ? (SHORT[raw] ?? raw) : raw;
    if (name === 'follow' || name === 'f') follow = true;
    else if (name === 'all') given['last'] = '100000';
    else if (name !== 'print-node-name' && !VALUES.includes(name)) {
      return raw === ''
        ? `hubble: ${words[at]} is not modelled here`
        : `hubble: observe --${name} is not modelled here`;
    } else if (VALUES.includes(name)) given[name] = inline ?? words[++at] ?? '';
  }
  const { verdict, type, protocol, last = '20', output } = given;
  const ends = Object.fromEntries(
    Object.entries(given).filter(([name]) => /(^|-)(pod|namespace|port|ip|identity)$/.test(name)),
  );
  for (const unmade of ['http-method', 'http-path', 'fqdn']) {
    if (given[unmade] !== undefined) return `hubble: observe --${unmade} is not modelled here`;
  }
  if (
    verdict &&
    !['FORWARDED', 'DROPPED', 'AUDIT', 'REDIRECTED', 'ERROR'].includes(verdict.toUpperCase())
  ) {
    return `invalid --verdict value: ${verdict}`;
  }
  return {
    ...(verdict ? { verdict: verdict.toUpperCase() } : {}),
    ...(type ? { type } : {}),
    ends,
    ...(protocol ? { protocol: protocol.toUpperCase() } : {}),
    last: Number(last),
    follow,
    json: output === 'json' || output === 'jsonpb',
  };
}

function* observe(sys: Sys, filter: Filter): Call<number> {
  const names = namesOf(sys);
  const fits = (event: BpfEvent) => matches(event, filter, names);
  const all = sys.network.bpfEvents();
  let last = all.at(-1)?.at ?? sys.now;
  const begin = filter.follow ? [] : all.filter(fits).slice(-filter.last);
  yield* sys.write(1, begin.map((event) => `${text(event, names, filter.json)}\n`).join(''));
  if (!filter.follow) return 0;
  sys.setPace('stream');
  for (;;) {
    yield* sys.sleep(100 * MILLISECOND);
    const fresh = sys.network.bpfEvents().filter(({ at }) => at > last);
    last = fresh.at(-1)?.at ?? last;
    const shown = fresh.filter(fits).map((event) => `${text(event, names, filter.json)}\n`);
    if (shown.length > 0) yield* sys.write(1, shown.join(''));
  }
}

type Names = (endpoint: string) => string;

/** `namespace/pod` of an address, where the agent knows one. */
function namesOf(sys: Sys): Names {
  const found = sys.network.bpfMap('config').find(([key]) => key === 'names')?.[1] ?? {};
  const pods = new Map(Object.entries(found as unknown as Readonly<Record<string, string>>));
  return (endpoint) => {
    const at = endpoint.lastIndexOf(':');
    const ip = at < 0 ? endpoint : endpoint.slice(0, at);
    const name = pods.get(ip);
    return name === undefined ? endpoint : `${name}${at < 0 ? '' : endpoint.slice(at)}`;
  };
}

function matches(event: BpfEvent, filter: Filter, names: Names): boolean {
  if (filter.verdict && event.verdict !== filter.verdict) return false;
  if (filter.type && event.type !== filter.type) return false;
  if (filter.protocol && event.protocol !== filter.protocol) {
    const l7 = event.type === 'l7' && (event.dns === undefined ? 'HTTP' : 'DNS');
    if (filter.protocol !== l7) return false;
  }
  const from: End = { endpoint: event.source, identity: event.sourceIdentity };
  const to: End = { endpoint: event.destination, identity: event.destinationIdentity };
  return Object.entries(filter.ends).every(([flag, wanted]) => {
    const [, side, what = ''] = /^(?:(from|to)-)?(\w+)$/.exec(flag) ?? [];
    const asked = side === 'from' ? [from] : side === 'to' ? [to] : [from, to];
    return asked.some((end) => isAt(end, what, wanted, names));
  });
}

interface End {
  /** `address:port`. */
  readonly endpoint: string;
  readonly identity: number;
}

/** Whether an end of a flow is what a filter asks for. */
function isAt({ endpoint, identity }: End, what: string, wanted: string, names: Names): boolean {
  const named = names(endpoint);
  const bare = (text: string) => text.replace(/:\d+$/, '');
  switch (what) {
    case 'pod': {
      const pod = wanted.includes('/') ? wanted : `default/${wanted}`;
      return bare(named) === pod || bare(named).startsWith(`${pod}-`);
    }
    case 'namespace':
      return named.startsWith(`${wanted}/`);
    case 'port':
      return endpoint.endsWith(`:${wanted}`);
    case 'ip':
      return bare(endpoint) === wanted;
    default:
      return String(identity) === wanted || RESERVED[identity] === wanted.replace('reserved:', '');
  }
}

const RESERVED: Readonly<Record<number, string>> = {
  1: 'host',
  2: 'world',
  6: 'remote-node',
  7: 'kube-apiserver',
};

function who(identity: number): string {
  const name = RESERVED[identity];
  return name ? `(${name})` : `(ID:${identity})`;
}

/** One flow in the compact form. */
function text(event: BpfEvent, names: Names, json: boolean): string {
  const time = civil(event.at);
  const two = (value: number) => String(value).padStart(2, '0');
  const micros = String(Math.floor((event.at % 1_000_000) / 1000)).padStart(3, '0');
  const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}.${micros}`;
  const when = `${monthNames[time.month - 1]} ${String(time.day).padStart(2)} ${clock}`;
  if (json) {
    const flow = {
      verdict: event.verdict,
      source: { identity: event.sourceIdentity, name: names(event.source) },
      destination: { identity: event.destinationIdentity, name: names(event.destination) },
      Type: event.type === 'l7' ? 'L7' : 'L3_L4',
      traffic_direction: event.direction,
      Summary: event.flags ? `${event.protocol} Flags: ${event.flags}` : event.protocol,
    };
    return JSON.stringify({ flow });
  }
  const arrow = event.reply ? '<-' : '->';
  const [left, right] = event.reply
    ? [
        [event.destination, event.destinationIdentity] as const,
        [event.source, event.sourceIdentity] as const,
      ]
    : [
        [event.source, event.sourceIdentity] as const,
        [event.destination, event.destinationIdentity] as const,
      ];
  const parties = `${names(left[0])} ${who(left[1])} ${arrow} ${names(right[0])} ${who(right[1])}`;
  const summary =
    event.type === 'l7'
      ? `(${event.dns ?? `HTTP/1.1 ${event.http ?? ''}`})`
      : `(${event.protocol}${event.flags ? ` Flags: ${event.flags}` : ''})`;
  const reason =
    event.type === 'drop' ? `${event.reason} DROPPED` : `${event.reason} ${event.verdict}`;
  return `${when}: ${parties} ${reason} ${summary}`;
}
