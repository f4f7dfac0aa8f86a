// Recorded captures in the recorded cluster (suite oracle/net).
import { captureWhile, maskCapture } from './net/capture.ts';
import type { Record as NetRecord } from './net/machine.ts';
import { buildCluster, runIn, type Recorded } from './net/traffic-cluster.ts';
import type { Zone } from './net/zone.ts';

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

export const handles = (path: string): boolean => path === 'oracle/net/tcpdump.jsonl';

interface Context {
  readonly path: string;
  beside(path: string): unknown;
}

export function* run(records: readonly NetRecord[], context: Context): Iterable<Result> {
  const recorded = context.beside('topologies/iptables-iptables.json') as Recorded;
  const zone = context.beside('topologies/dns-zone.json') as Zone;
  for (const record of records) yield judge(record, recorded, zone);
}

/** The context tells what ran meanwhile: `… while pod client runs: curl … ; why`. */
function judge(record: NetRecord, recorded: Recorded, zone: Zone): Result {
  const { id, cmd, context, topology } = record;
  const other = /while pod (\S+) runs: (.*) ;[^;]*$/.exec(context);
  if (!other) return { id, outcome: 'unsupported' };
  const placeOf = (name: string) => {
    const node = recorded.hosts[name]?.node;
    return node ? { host: node, sandbox: name } : { host: name, sandbox: 'host' };
  };
  const cluster = buildCluster(recorded, zone);
  const place = placeOf(topology?.host ?? 'client');
  const ran = captureWhile(cluster, place, cmd, () => {
    runIn(cluster, placeOf(other[1] as string), other[2] as string);
  });
  const [got, wanted] = [maskCapture(ran), maskCapture(record)];
  if (got === wanted) return { id, outcome: 'pass' };
  const [a, b] = [got.split('\n'), wanted.split('\n')];
  const lines = (from: string[], against: string[], sign: string) =>
    from
      .filter((line, index) => line !== against[index])
      .slice(0, 8)
      .map((line) => `${sign} ${line}`);
  const detail = [`$ ${cmd}  # ${context}`, ...lines(b, a, '-'), ...lines(a, b, '+')].join('\n');
  return { id, outcome: 'fail', detail };
}
