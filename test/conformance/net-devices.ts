// Recorded outputs of ip, bridge, arp, wg, ping and traceroute on nodes with overlays, and of the
// tools of a plain node (suite oracle/net).
import { history } from './net/history.ts';
import { buildMachine, runOn, type Record } from './net/machine.ts';
import { normalise } from './net/normalise.ts';
import { overlayOf, prepareOverlay } from './net/overlays.ts';
import {
  buildCluster,
  runIn,
  type Place,
  type Recorded,
  type TrafficCluster,
} from './net/traffic-cluster.ts';
import type { Zone } from './net/zone.ts';

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

const FILES = [
  'ip-tools',
  'overlay-ipip',
  'overlay-vxlan',
  'overlay-wireguard',
  'calico-style-bgp',
  'kernel-absent',
];

export const handles = (path: string): boolean =>
  FILES.some((name) => path === `oracle/net/${name}.jsonl`);

interface Context {
  readonly path: string;
  beside(path: string): unknown;
}

/** What needs packets between machines; all else is printed from a machine's state. */
const TRAFFIC = /^(ping|traceroute|tracepath|curl|nslookup|nc|wget|tcpdump|wg\b|ss -tan|for )/;

export function* run(records: readonly Record[], context: Context): Iterable<Result> {
  const recorded = context.beside('topologies/iptables-iptables.json') as Recorded;
  const zone = context.beside('topologies/dns-zone.json') as Zone;
  for (const record of records) {
    const moves = TRAFFIC.test(record.cmd) && !/kernel-absent/.test(context.path);
    const got = moves ? traffic(record, context, recorded, zone) : printed(record);
    yield judge(record, got);
  }
}

type Output = { stdout: string; stderr: string; exit: number | undefined } | undefined;

function judge({ id, cmd, context, ...record }: Record, got: Output): Result {
  if (!got) return { id, outcome: 'unsupported' };
  const wanted = { ...record, exit: record.exit ?? undefined };
  const show = (output: NonNullable<Output>) => mask(normalise(output, cmd), cmd).split('\n');
  const [a, b] = [show(got), show(wanted)];
  if (a.join('\n') === b.join('\n')) return { id, outcome: 'pass' };
  const lines = [
    `$ ${cmd}  # ${context}`,
    ...b
      .filter((line, i) => line !== a[i])
      .slice(0, 6)
      .map((line) => `- ${line}`),
    ...a
      .filter((line, i) => line !== b[i])
      .slice(0, 6)
      .map((line) => `+ ${line}`),
  ];
  return { id, outcome: 'fail', detail: lines.join('\n') };
}

function printed(record: Record): Output {
  const missing =
    /kernel without (\w+)/.exec(record.context)?.[1] ?? /^modprobe (\w+)$/.exec(record.cmd)?.[1];
  const machine = buildMachine(record, undefined, missing === undefined ? [] : [missing]);
  history(machine, record);
  return runOn(machine, record.cmd);
}

function traffic(record: Record, { path }: Context, recorded: Recorded, zone: Zone): Output {
  const cluster = buildCluster(recorded, zone);
  prepareOverlay(cluster, overlayOf(path), record.context);
  const { host = 'client', kind = 'pod', node } = record.topology ?? {};
  const place =
    kind === 'pod'
      ? { host: recorded.hosts[host]?.node ?? node ?? 'worker-1', sandbox: host }
      : { host, sandbox: 'host' };
  if (/^wg\b/.test(record.cmd)) {
    // The recorder's nodes had spoken with one another a few seconds before.
    for (const to of ['10.244.2.2', '10.244.0.2']) {
      runIn(cluster, { host: 'worker-1', sandbox: 'client' }, `ping -c 2 -W 1 ${to}`);
    }
  }
  if (record.cmd.startsWith('ss')) runIn(cluster, place, 'curl -s http://10.96.10.10/; sleep 1');
  if (record.cmd.startsWith('tcpdump')) return captured(cluster, place, record.cmd);
  return runIn(cluster, place, record.cmd);
}

/** tcpdump on a node while a pod on it asks one on another node, with which it spoke before. */
function captured(cluster: TrafficCluster, place: Place, cmd: string): Output {
  const to = cmd.includes('51820') ? '10.244.0.2' : '10.244.2.2';
  const pod = { host: 'worker-1', sandbox: 'client', user: 'root', cwd: '/', shell: 'bash' };
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  runIn(cluster, { host: 'worker-1', sandbox: 'client' }, `ping -c 1 ${to}`);
  cluster.hosts.script(`sleep 0.3; ping -c 2 -i 0.2 -W 1 ${to}`, { ...pod, env });
  const { stdout, stderr } = runIn(cluster, place, `timeout -s INT 2 ${cmd}`);
  // The recorder ended it; it has no exit code of its own.
  return { stdout, stderr, exit: undefined };
}

/** What differs from run to run: addresses of cards, names of veths, numbers, counters, times. */
function mask(text: string, cmd: string): string {
  const out = text
    .replaceAll(/[A-Za-z0-9+/]{43}=/g, 'KEY')
    .replaceAll(/\b([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}\b/gi, 'MAC')
    .replaceAll(/fe80::[0-9a-f:]+/g, 'fe80::X')
    .replaceAll(/(grp ff02::1:ff)[0-9a-f:]+/g, '$1X')
    .replaceAll(/veth[0-9a-f]{4,8}/g, 'vethX')
    .replaceAll(/cni-[0-9a-f-]{30,}/g, 'cni-X')
    .replaceAll(/@if\d+( *)/g, (_, space: string) => `@ifN${space === '' ? '' : ' '}`)
    .replaceAll(/( ref \d+)? used \d+\/\d+\/\d+probes \d+/g, ' used TIMES')
    .replaceAll(/^(Total: |TCP: +)\d+|closed \d+|timewait \d+/gm, (each) =>
      each.replace(/\d+/, 'N'),
    )
    .replaceAll(/^\d+: /gm, 'N: ')
    .replaceAll(/gc_timer +[\d.]+/g, 'gc_timer T')
    .replaceAll(/^( {4})( *\d+ +\d+ +\d+ +\d+ +\d+ +\d+ )$/gm, '$1COUNTERS')
    .replaceAll(/([RT]X packets )\d+ ( bytes )\d+ \(.*\)/g, '$1P$2B')
    .replaceAll(/([RT]X packets:)\d+/g, '$1P')
    .replaceAll(/([RT]X bytes:)\d+ \(.*?\)/g, '$1B')
    .replaceAll(/expires \d+sec/g, 'expires Nsec')
    .replaceAll(/ tentative /g, ' ')
    .replaceAll(/\b\d\d:\d\d:\d\d\.\d+ /g, 'TIME ')
    .replaceAll(/ id \d+,/g, ' id N,')
    .replaceAll(/(\d\.)\d{5} > /g, (all, dot: string) =>
      all.includes('51820') ? all : `${dot}PORT > `,
    )
    .replaceAll(/(\d):\d{5}\b/g, '$1:PORT')
    .replaceAll(/(latest handshake: ).*/g, '$1AGO')
    .replaceAll(/(transfer: ).* received, .* sent/g, '$1B received, B sent')
    .replaceAll(/KEY\t\d+\t\d+$/gm, 'KEY\tB\tB')
    .replaceAll(/KEY\t\d{4,}$/gm, 'KEY\tAT')
    .replaceAll(/ {2,}\d+\.\d+ms/g, '  Nms')
    .replaceAll(/lib\/modules\/\S+/g, 'lib/modules/VERSION');
  if (cmd.includes('iflink')) return out.replaceAll(/^\d+$/gm, 'N');
  // Where the hash of an address puts an entry, and how long ago it was used, is by chance.
  if (/neigh|arp\b|wg\b|fdb/.test(cmd)) {
    return sorted(out.replaceAll(/\b(REACHABLE|DELAY|STALE|PROBE)\b/g, 'KNOWN'));
  }
  return out;
}

const sorted = (text: string) => text.split('\n').sort().join('\n');
