// Recorded outputs of conntrack (suite oracle/net).
import { buildMachine, runOn } from './net/machine.ts';
import type { Record as NetRecord } from './net/machine.ts';
import { buildCluster, runIn, type Recorded, type TrafficCluster } from './net/traffic-cluster.ts';
import type { Zone } from './net/zone.ts';

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

export const handles = (path: string): boolean => path === 'oracle/net/conntrack.jsonl';

interface Context {
  beside(path: string): unknown;
}

export function* run(records: readonly NetRecord[], context: Context): Iterable<Result> {
  const recorded = context.beside('topologies/iptables-iptables.json') as Recorded;
  const zone = context.beside('topologies/dns-zone.json') as Zone;
  for (const record of records) yield judge(record, recorded, zone);
}

function judge(record: NetRecord, recorded: Recorded, zone: Zone): Result {
  const { id, cmd } = record;
  const ran = /^cat /.test(cmd)
    ? runOn(buildMachine(record, undefined), cmd)
    : inTraffic(record, recorded, zone);
  if (!ran) return { id, outcome: 'unsupported' };
  const got = shown(ran);
  const wanted = shown({ ...record, exit: record.exit ?? undefined });
  if (got === wanted) return { id, outcome: 'pass' };
  const [a, b] = [got.split('\n'), wanted.split('\n')];
  const lines = [
    ...b.filter((line) => !a.includes(line)).map((line) => `- ${line}`),
    ...a.filter((line) => !b.includes(line)).map((line) => `+ ${line}`),
  ];
  return { id, outcome: 'fail', detail: [`$ ${cmd}`, ...lines].slice(0, 12).join('\n') };
}

function inTraffic({ topology, cmd, context }: NetRecord, recorded: Recorded, zone: Zone) {
  const cluster = buildCluster(recorded, zone);
  makeTraffic(cluster);
  const name = topology?.host ?? 'worker-1';
  if (/^(after|again|same).*delete/.test(context)) {
    runIn(cluster, { host: name, sandbox: 'host' }, 'conntrack -D -d 10.96.10.10');
  }
  // A pod's own namespace has no rules, and so no connections that are followed.
  const pod = topology?.kind === 'pod';
  const host = pod ? (recorded.hosts[name]?.node ?? 'worker-1') : name;
  return runIn(cluster, { host, sandbox: pod ? name : 'host' }, cmd);
}

const CLIENT = { host: 'worker-1', sandbox: 'client' };
const OUTSIDE = { host: 'outside', sandbox: 'host' };
const NEAR = 'web-6c5f4d8b9c-2hq7z';
const FAR = 'web-6c5f4d8b9c-m4x9t';
/** Longer than affinity lasts. */
const LATER = 10_900_000_000;
const NODES = ['control-plane', 'worker-1', 'worker-2'];

/** What the recorder did before: the endpoints are those that chance gave it. */
function makeTraffic(cluster: TrafficCluster): void {
  const drop = { kind: 'blackhole' as const, device: '' };
  const outside = cluster.network.config({ host: 'outside', netns: 'host' });
  outside.addRoute({ destination: '10.96.0.0/12', ...drop });
  stick(cluster);
  hold(cluster);
  for (const address of ['10.96.10.10', '10.96.20.20', '10.96.30.30']) {
    ask(cluster, CLIENT, `http://${address}/`, NEAR);
  }
  ask(cluster, OUTSIDE, 'http://192.168.56.12:30081/', NEAR);
  ask(cluster, OUTSIDE, 'http://192.168.56.12:30080/', FAR);
  const questions = 'for i in 1 2 3 4 5; do dig +short web.default.svc.cluster.local; done';
  runIn(cluster, CLIENT, `${questions}; ping -c 1 10.244.2.2`);
  runIn(cluster, CLIENT, '(curl -s -m 30 http://10.96.77.77/ &) ; sleep 1');
}

/** Affinity lasts three hours: until it leads to the near endpoint. */
function stick(cluster: TrafficCluster): void {
  for (let tries = 0; tries < 30; tries++) {
    const { stdout } = runIn(cluster, CLIENT, 'curl -s http://10.96.30.30/; sleep 200');
    if (stdout.trim() === NEAR) return;
    cluster.world.clock.runUntil(cluster.world.clock.now + LATER, 10_000_000);
  }
}

/** A connection to a pod, and one through a ClusterIP that leads to the near endpoint. */
function hold(cluster: TrafficCluster): void {
  const open = (to: string) => `(sleep 3000 | nc ${to} > /dev/null) & sleep 1`;
  runIn(cluster, CLIENT, open('10.244.2.2 8080'));
  for (let tries = 0; tries < 30; tries++) {
    runIn(cluster, CLIENT, open('10.96.10.10 80'));
    const node = { host: 'worker-1', sandbox: 'host' };
    const { stdout } = runIn(cluster, node, 'conntrack -L -d 10.96.10.10 2> /dev/null');
    if (stdout.includes('src=10.244.1.2')) return;
    forget(cluster, '-d 10.96.10.10', '-r 10.244.2.3', '-p tcp -r 10.244.2.2 --dport 80');
  }
}

/** Asks until the wanted endpoint answers; nothing is left of the other tries. */
function ask(cluster: TrafficCluster, place: typeof CLIENT, url: string, wanted: string): void {
  const [, address = '', port = '80'] = /http:\/\/([\d.]+)(?::(\d+))?/.exec(url) ?? [];
  for (let tries = 0; tries < 30; tries++) {
    const { stdout } = runIn(cluster, place, `curl -s ${url}; sleep 1`);
    if (stdout.trim() === wanted) return;
    const state = '-p tcp --state TIME_WAIT';
    forget(cluster, `${state} -d ${address} --dport ${port}`, `${state} -r 10.244.2.3`);
    if (wanted === NEAR) forget(cluster, `${state} -r 10.244.2.2`);
  }
}

function forget(cluster: TrafficCluster, ...filters: readonly string[]): void {
  for (const host of NODES) {
    for (const filter of filters) {
      runIn(cluster, { host, sandbox: 'host' }, `conntrack -D ${filter}`);
    }
  }
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | undefined;
}

/** Without what differs from run to run: times, ports, ids, which DNS pod was asked; order. */
function shown({ stdout, stderr, exit }: Output): string {
  const lines = stdout.split('\n').map((line) =>
    line
      .replace(/^((?:ipv4 +2 )?(?:tcp +6|udp +17|icmp +1)) \d+/, '$1 T')
      .replace(/port=(\d{4,5})\b/g, (all, port: string) =>
        ['8080', '30080', '30081'].includes(port) ? all : 'port=P',
      )
      .replace(/ id=\d+/g, ' id=N')
      .replace(/10\.244\.0\.[23]\b/g, '10.244.0.X'),
  );
  return `${lines.sort().join('\n')}\n--\n${stderr}\n--\n${exit}`;
}
