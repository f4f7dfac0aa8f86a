// Recorded outputs of a cluster in ipvs mode (suite oracle/net).
import { buildIpvsCluster, type RecordedServices } from './net/ipvs-cluster.ts';
import { buildMachine, runOn, type Record as NetRecord } from './net/machine.ts';
import { normalise } from './net/normalise.ts';
import { runIn, type Place, type Recorded, type TrafficCluster } from './net/traffic-cluster.ts';
import type { Zone } from './net/zone.ts';
import { mask } from './net-tools.ts';

interface IpvsRecord extends NetRecord {
  readonly tty?: { readonly cols: number };
}

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

export const handles = (path: string): boolean => path === 'oracle/net/ipvs.jsonl';

interface Context {
  beside(path: string): unknown;
}

export function* run(records: readonly IpvsRecord[], context: Context): Iterable<Result> {
  const files: Files = {
    recorded: context.beside('topologies/iptables-iptables.json') as Recorded,
    zone: context.beside('topologies/dns-zone.json') as Zone,
    services: context.beside('topologies/cluster.json') as RecordedServices,
    ipvs: context.beside('topologies/ipvs.json') as Recorded,
  };
  let before = '';
  for (const record of records) {
    // "same" is the situation of the record before, asked in another way.
    const told = /^same\b/.test(record.context) ? before : record.context;
    before = told;
    yield judge({ ...record, context: told }, files);
  }
}

interface Files {
  readonly recorded: Recorded;
  readonly zone: Zone;
  readonly services: RecordedServices;
  readonly ipvs: Recorded;
}

function judge(record: IpvsRecord, files: Files): Result {
  const { id, cmd } = record;
  const ran = /^(ip|ss|bridge) /.test(cmd)
    ? runOn(buildMachine(record, files.ipvs.hosts['worker-1']?.iptables_save), cmd)
    : runInCluster(record, files);
  if (!ran) return { id, outcome: 'unsupported' };
  const got = shown(record, ran);
  const wanted = shown(record, { ...record, exit: record.exit ?? undefined });
  if (got === wanted) return { id, outcome: 'pass' };
  return { id, outcome: 'fail', detail: difference(record, got, wanted) };
}

function runInCluster(record: IpvsRecord, files: Files) {
  const initval = Number(/initval (0x[0-9a-f]+)/.exec(record.stdout)?.[1] ?? 1);
  const { recorded, zone, services, ipvs } = files;
  const cluster = buildIpvsCluster(recorded, zone, services, ipvs, initval);
  prepare(cluster, record.context);
  const name = record.topology?.host ?? 'worker-1';
  const host = recorded.hosts[name];
  const pod = record.topology?.kind === 'pod';
  const place: Place = {
    host: pod ? (host?.node ?? 'worker-1') : name,
    sandbox: pod ? name : 'host',
    ...(record.tty && { columns: record.tty.cols }),
  };
  return runIn(cluster, place, record.cmd);
}

const NODE = { host: 'worker-1', sandbox: 'host' };
const CLIENT = { host: 'worker-1', sandbox: 'client' };
const WEB = '-t 10.96.10.10:80';
const FIRST = '-r 10.244.1.2:8080';

/** Requests, and the time in which their connections are taken down. */
const ask = (cluster: TrafficCluster, times: number, address = '10.96.10.10') =>
  runIn(cluster, CLIENT, `for i in $(seq ${times}); do curl -s http://${address}/; done; sleep 1`);

/** The schedulers in the order in which the recorder tried them, twenty requests each. */
const ORDER = ['rr', 'wrr', 'lc', 'wlc', 'sh', 'dh', 'sed', 'nq', 'lblc', 'mh', 'fo', 'ovf'];

/** Makes the situation that a record's context tells of. */
function prepare(cluster: TrafficCluster, context: string): void {
  const node = (command: string) => runIn(cluster, NODE, command);
  if (/after ten requests to/.test(context)) {
    ask(cluster, 10);
    ask(cluster, 6, '10.96.20.20');
    if (/^8 s after/.test(context)) node('sleep 8');
  } else if (/ten requests$|conntrack with/.test(context)) ask(cluster, 10);
  if (/^persistent|persistence|template/.test(context)) ask(cluster, 4, '10.96.30.30');
  if (/ipvsadm -Z/.test(context)) {
    ask(cluster, 10);
    node('ipvsadm -Z');
  }
  if (/held open|weight 0/.test(context)) {
    ask(cluster, 15);
    const hold = '(sleep 100 | nc 10.96.10.10 80 > /dev/null) &';
    runIn(cluster, CLIENT, `${hold} ${hold} ${hold} ${hold} sleep 1`);
  }
  if (/weight 0/.test(context)) node(`ipvsadm -e ${WEB} ${FIRST} -m -w 0`);
  if (/server removed/.test(context)) {
    ask(cluster, 9);
    node(`ipvsadm -d ${WEB} ${FIRST}`);
    const hold = '(sleep 100 | nc 10.96.10.10 80 > /dev/null) &';
    runIn(cluster, CLIENT, `${hold} ${hold} sleep 1`);
  }
  const tried = /^(?:scheduler|ten requests (in order )?with) (\w+)/.exec(context);
  if (tried?.[2] !== undefined) {
    tryUntil(cluster, tried[2]);
    if (tried[1] !== undefined) ask(cluster, 10);
  }
  if (/stats file/.test(context)) ask(cluster, 10);
}

/** Replays what came before: a server was away, then one scheduler after the other. */
function tryUntil(cluster: TrafficCluster, scheduler: string): void {
  const node = (command: string) => runIn(cluster, NODE, command);
  ask(cluster, 9);
  node(`ipvsadm -d ${WEB} ${FIRST}`);
  ask(cluster, 20);
  node(`ipvsadm -a ${WEB} ${FIRST} -m -w 1`);
  for (const each of ORDER) {
    const weight = each === 'wrr' || each === 'wlc' ? 3 : 1;
    node(`ipvsadm -E ${WEB} -s ${each}; ipvsadm -e ${WEB} ${FIRST} -m -w ${weight}`);
    if (each === scheduler) return;
    ask(cluster, 20);
  }
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | undefined;
}

/** An output in which only what must be equal is left. */
function shown({ cmd, context }: NetRecord, output: Output): string {
  if (/^curl|^nc|^ping/.test(cmd)) return normalise(output, cmd);
  let { stdout } = output;
  if (/^(ipvsadm|cat \/proc\/net\/ip_vs$)/.test(cmd)) stdout = inOneOrder(maskNumbers(stdout, cmd));
  if (/-Lnc|--connection/.test(cmd)) stdout = maskConnections(stdout, /head/.test(cmd));
  if (/^conntrack/.test(cmd)) stdout = maskFlows(stdout);
  if (/ip_vs_stats/.test(cmd)) stdout = stdout.replace(/\b[0-9A-F]+\b/g, 'N').replace(/ +/g, ' ');
  if (/^lsmod/.test(cmd))
    stdout = stdout
      .replace(/ \d+ .*$/gm, '')
      .split('\n')
      .sort()
      .join('\n');
  const scheduler = /with (\w+)/.exec(context)?.[1] ?? '';
  // Which server comes first in a round depends on what was asked before.
  if (/^for/.test(cmd) && /^(rr|wrr|lc|lblcr?)$|^$/.test(scheduler)) stdout = pattern(stdout);
  return `${mask(stdout)}\n--\n${mask(output.stderr)}\n--\n${output.exit}`;
}

/** Virtual servers stand in the order of a hash that differs from boot to boot. */
function inOneOrder(text: string): string {
  const blocks: string[] = [];
  for (const line of text.split('\n')) {
    if (/^( +->|-a) /.test(line) && blocks.length > 0) blocks.push(`${blocks.pop()}\n${line}`);
    else blocks.push(line);
  }
  return blocks.sort().join('\n');
}

/** Counts of connections depend on what was asked before, rates on the machine. */
function maskNumbers(text: string, cmd: string): string {
  const zero = (number: string) => (Number(number) === 0 ? '0' : 'N');
  if (/--rate/.test(cmd)) return text.replace(/( +\d+){5}$/gm, ' RATES');
  if (/--stats/.test(cmd)) return text.replace(STATS, withoutDelayed);
  return text.replace(
    /^( +-> .*?) +(\d+) +(\d+) *$/gm,
    (_line, head: string, active: string, inactive: string) =>
      `${head} ${zero(active)} ${zero(inactive)}`,
  );
}

const STATS = /( +\d+)( +\d+)( +\d+)( +\d+)( +\d+)$/gm;

/** A server may acknowledge the request by itself or together with its answer. */
function withoutDelayed(_row: string, ...found: string[]): string {
  const [connections = 0, inPackets, outPackets = 0, inBytes, outBytes = 0] = found.map(Number);
  const more = connections === 0 ? 0 : outPackets % connections;
  return ` ${[connections, inPackets, outPackets - more, inBytes, outBytes - more * 52].join(' ')}`;
}

function maskConnections(text: string, some: boolean): string {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/^(TCP|UDP) +\d+:\d\d/, '$1 EXPIRE')
      .replace(/(\d+\.\d+\.\d+\.\d+):\d{5}/, '$1:PORT')
      .replace(/ +/g, ' '),
  );
  if (!some) return lines.sort().join('\n');
  return lines
    .map((line) => line.replace(/10\.(96|244\.[12])\.\d+\.\d+|10\.244\.\d+\.\d+/g, 'A'))
    .join('\n');
}

function maskFlows(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/^(tcp +6) \d+/, '$1 T').replace(/port=[1-6]\d{4}/g, 'port=P'))
    .sort()
    .join('\n');
}

/** Names by when they come first: A B C A B C, or the counts of `uniq -c`. */
function pattern(text: string): string {
  if (/^ +\d+ /m.test(text))
    return [...text.matchAll(/^ +(\d+) /gm)]
      .map(([, n]) => n)
      .sort()
      .join(' ');
  const names: string[] = [];
  return text.replace(/web-\S+/g, (name) => {
    if (!names.includes(name)) names.push(name);
    return String.fromCharCode(65 + names.indexOf(name));
  });
}

function difference({ cmd, context }: NetRecord, got: string, wanted: string): string {
  const [a, b] = [got.split('\n'), wanted.split('\n')];
  const lines = (from: string[], other: string[], sign: string) =>
    from
      .filter((line, index) => line !== other[index])
      .slice(0, 6)
      .map((line) => `${sign} ${line}`);
  return [`$ ${cmd}  # ${context}`, ...lines(b, a, '-'), ...lines(a, b, '+')].join('\n');
}
