// Recorded clients and servers over TCP and ICMP in the recorded cluster (suite oracle/net).
import type { Record as NetRecord } from './net/machine.ts';
import { normalise } from './net/normalise.ts';
import {
  buildCluster,
  runIn,
  type Place,
  type Recorded,
  type TrafficCluster,
} from './net/traffic-cluster.ts';
import type { Zone } from './net/zone.ts';

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

const FILES = new RegExp(
  '^oracle/net/(http-tls|busybox-wget|tcp-tools|service-traffic|faults|policy-drops|openssl)' +
    '\\.jsonl$',
);

export const handles = (path: string): boolean => FILES.test(path);

interface Context {
  readonly path: string;
  beside(path: string): unknown;
}

interface TrafficRecord extends NetRecord {
  readonly tty?: { readonly cols: number };
}

/** Needs what is not in the emulated cluster: TLS, the recorder's own programs, its history. */
const NOT_HERE = /arping|access\.log/;
const HISTORY = /^(ss -(s|tan)|conntrack|ip neigh|bridge|iptables .*-v)/;

export function* run(records: readonly TrafficRecord[], context: Context): Iterable<Result> {
  const recorded = context.beside('topologies/iptables-iptables.json') as Recorded;
  const zone = context.beside('topologies/dns-zone.json') as Zone;
  let before = '';
  for (const record of records) {
    // "same" is the situation of the record before, asked in another way.
    const context = /^same\b/.test(record.context) ? before : record.context;
    before = context;
    yield judge({ ...record, context }, recorded, zone);
  }
}

function judge(record: TrafficRecord, recorded: Recorded, zone: Zone): Result {
  const { id, cmd } = record;
  if (NOT_HERE.test(cmd) || HISTORY.test(cmd)) return { id, outcome: 'unsupported' };
  const protocols = /TLS 1\.2 and 1\.3/.test(record.context) ? 'TLSv1.2 TLSv1.3' : 'TLSv1.2';
  const cluster = buildCluster(recorded, zone, protocols);
  if (record.context.includes('duplicate pod address')) {
    // The recorder had talked to all pods before.
    runIn(cluster, placeOf(record, recorded), 'ping -c 1 10.244.1.2');
  }
  prepare(cluster, record.context);
  const ran = runIn(cluster, placeOf(record, recorded), cmd);
  const got = normalise(ran, cmd);
  const wanted = normalise({ ...record, exit: record.exit ?? undefined }, cmd);
  if (got === wanted || withoutLimited(got, cmd) === withoutLimited(wanted, cmd)) {
    return { id, outcome: 'pass' };
  }
  return { id, outcome: 'fail', detail: difference(record, got, wanted) };
}

/**
 * A router sends an address six ICMP errors at once and then one a second (icmp_ratelimit), so how
 * many are left depends on the commands before. Only that some came, or none, is left out here.
 */
function withoutLimited(text: string, cmd: string): string {
  if (/\bping\b/.test(cmd)) {
    return text.replaceAll(/^From .* Unreachable\n/gm, '').replaceAll(/, \+\d+ errors/g, '');
  }
  if (!/traceroute/.test(cmd)) return text;
  return text.replaceAll(/^ *(\d+) .*\d+\.\d+\.\d+\.\d+.*$/gm, (line) => {
    const [hop = ''] = line.trim().split(/\s+/);
    const hosts = [...new Set(line.match(/\d+\.\d+\.\d+\.\d+|!\w/g))];
    return `${hop} ${hosts.join(' ')}`;
  });
}

function placeOf({ topology, tty }: TrafficRecord, { hosts }: Recorded): Place {
  const name = topology?.host ?? 'client';
  const host = hosts[name];
  const pod = topology?.kind === 'pod';
  return {
    host: pod ? (host?.node ?? topology.node ?? 'worker-1') : name,
    sandbox: pod ? name : 'host',
    ...(tty && { columns: tty.cols }),
  };
}

/** Rules that a situation stands for where the record does not tell the command. */
const SITUATIONS: readonly (readonly [text: string, command: string])[] = [
  ['ingress to the pod dropped', 'iptables -I FORWARD -d 10.244.1.2 -j DROP'],
  ['egress default deny', 'iptables -I FORWARD -s 10.244.1.3 -m conntrack --ctstate NEW -j DROP'],
  ['(udp 53 dropped)', 'iptables -I FORWARD -s 10.244.1.3 -p udp --dport 53 -j DROP'],
  [
    'TCP rejected with RST',
    'iptables -I FORWARD -d 10.244.1.2 -p tcp -j REJECT --reject-with tcp-reset',
  ],
  ...[
    'icmp-port-unreachable',
    'icmp-admin-prohibited',
    'icmp-host-unreachable',
    'icmp-net-unreachable',
  ].map(
    (name) =>
      [
        `rejected with ${name}`,
        `iptables -I FORWARD -d 10.244.1.2 -j REJECT --reject-with ${name}`,
      ] as const,
  ),
];

/** Makes the situation that a record's context tells of. */
function prepare(cluster: TrafficCluster, context: string): void {
  const [, node = 'worker-1'] = /^fault on ([\w-]+):/.exec(context) ?? [];
  const told = /(?:made with|; rule): (.+)$/.exec(context)?.[1];
  const known = SITUATIONS.find(([text]) => context.includes(text))?.[1];
  const command = told === 'None' ? undefined : (told ?? known);
  if (command !== undefined) runIn(cluster, { host: node, sandbox: 'host' }, command);
  if (!/upstream drops it|silent drop/.test(context)) return;
  const drop = { kind: 'blackhole' as const, device: '' };
  cluster.network
    .config({ host: 'outside', netns: 'host' })
    .addRoute({ destination: '10.96.0.0/12', ...drop });
}

function difference({ cmd, context }: TrafficRecord, got: string, wanted: string): string {
  const [a, b] = [got.split('\n'), wanted.split('\n')];
  const lines = (from: string[], other: string[], sign: string) =>
    from
      .filter((line, index) => line !== other[index])
      .slice(0, 6)
      .map((line) => `${sign} ${line}`);
  return [`$ ${cmd}  # ${context}`, ...lines(b, a, '-'), ...lines(a, b, '+')].join('\n');
}
