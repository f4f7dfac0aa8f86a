// Recorded outputs of a cluster in nftables mode (suite oracle/net).
import type { RecordedServices } from './net/ipvs-cluster.ts';
import type { Record as NetRecord } from './net/machine.ts';
import { addProxy, buildBareCluster } from './net/nftables-cluster.ts';
import { normalise } from './net/normalise.ts';
import { runIn, type Place, type Recorded, type TrafficCluster } from './net/traffic-cluster.ts';
import type { Zone } from './net/zone.ts';

interface NftRecord extends NetRecord {
  readonly tty?: { readonly cols: number };
}

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

export const handles = (path: string): boolean => path === 'oracle/net/nftables.jsonl';

interface Context {
  beside(path: string): unknown;
}

interface Files {
  readonly recorded: Recorded;
  readonly zone: Zone;
  readonly services: RecordedServices;
  readonly nft: Recorded;
}

export function* run(records: readonly NftRecord[], context: Context): Iterable<Result> {
  const files: Files = {
    recorded: context.beside('topologies/iptables-iptables.json') as Recorded,
    zone: context.beside('topologies/dns-zone.json') as Zone,
    services: context.beside('topologies/cluster.json') as RecordedServices,
    nft: context.beside('topologies/nftables.json') as Recorded,
  };
  for (const record of records) yield judge(record, files);
}

function judge(record: NftRecord, files: Files): Result {
  const cluster = buildBareCluster(files.recorded, files.zone, files.nft);
  if (!/^before kube-proxy/.test(record.context)) addProxy(cluster, files.services);
  prepare(cluster, record);
  const ran = runIn(cluster, placeOf(record, files.recorded), record.cmd);
  const got = shown(record, ran);
  const wanted = shown(record, { ...record, exit: record.exit ?? undefined });
  if (got === wanted) return { id: record.id, outcome: 'pass' };
  return { id: record.id, outcome: 'fail', detail: difference(record, got, wanted) };
}

function placeOf({ topology, tty }: NftRecord, { hosts }: Recorded): Place {
  const name = topology?.host ?? 'worker-1';
  const pod = topology?.kind === 'pod';
  return {
    host: pod ? (hosts[name]?.node ?? topology.node ?? 'worker-1') : name,
    sandbox: pod ? name : 'host',
    ...(tty && { columns: tty.cols }),
  };
}

/** Makes the situation that a record's context tells of. */
function prepare(cluster: TrafficCluster, { context, cmd }: NftRecord): void {
  const client: Place = { host: 'worker-1', sandbox: 'client' };
  const asks = /^curl|^for|^ping/.test(cmd);
  if (!asks && /affinity|sticky|requests?\b/.test(context)) {
    runIn(cluster, client, 'for i in $(seq 5); do curl -s http://10.96.30.30/; done');
  }
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | undefined;
}

/** An output in which only what must be equal is left. */
function shown({ cmd }: NetRecord, output: Output): string {
  if (/^(curl|ping|nc)\b/.test(cmd))
    return normalise({ ...output, stdout: web(output.stdout) }, cmd);
  let { stdout } = output;
  if (/uniq -c/.test(cmd)) stdout = spread(stdout);
  else if (/^for/.test(cmd)) stdout = web(stdout);
  else stdout = maskNumbers(stdout);
  return `${stdout}\n--\n${output.stderr}\n--\n${output.exit}`;
}

/** Which endpoint answers is chance. */
const web = (text: string) => text.replace(/web-[a-z0-9]+-[a-z0-9]+/g, 'web');

/** How many endpoints answered, and how often all together. */
function spread(text: string): string {
  const counts = [...text.matchAll(/^ +(\d+) /gm)].map(([, count]) => Number(count));
  return `${counts.length} endpoints, ${counts.reduce((sum, each) => sum + each, 0)} answers`;
}

/** Counters, time that is left, ids of transactions and of processes. */
function maskNumbers(text: string): string {
  return text
    .replace(/packets \d+ bytes \d+/g, 'packets P bytes B')
    .replace(/"packets": \d+, "bytes": \d+/g, '"packets": P, "bytes": B')
    .replace(/expires [\dhmsd]+/g, 'expires T')
    .replace(/"expires": \d+/g, '"expires": T')
    .replace(/# new generation \d+ by process \d+/g, '# new generation N by process N');
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
