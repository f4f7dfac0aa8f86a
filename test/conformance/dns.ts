// Recorded outputs of nslookup, dig, host, getent and busybox (oracle/net/dns*.jsonl).
import { createLab, type Ran } from './dns/lab.ts';
import { answerFrom, type Zone } from './dns/small-zone.ts';
import { zoneServer, type Asked } from './dns/zone-server.ts';
import { captureWhile, maskCapture } from './net/capture.ts';
import { buildCluster, runIn, type Recorded } from './net/traffic-cluster.ts';
import type { Zone as TrafficZone } from './net/zone.ts';
import type { AdapterContext, CaseResult } from './run.ts';

interface Record {
  readonly id: string;
  readonly context: string;
  readonly topology?: { readonly host: string };
  readonly cmd: string;
  readonly stdout?: string;
  readonly stderr: string;
  readonly exit: number | null | undefined;
  readonly queries?: readonly Asked[];
}

const TOPOLOGY = 'topologies/iptables-iptables.json';

export const handles = (path: string): boolean =>
  /^oracle\/net\/(dns|dns-query-order)\.jsonl$/.test(path);

export function* run(records: readonly Record[], context: AdapterContext): Iterable<CaseResult> {
  const zone = context.beside('topologies/dns-zone.json') as Zone | undefined;
  for (const record of records) {
    // A program that no image has.
    if (!zone || record.stdout === undefined || /python/.test(record.cmd))
      yield { id: record.id, outcome: 'unsupported' };
    else if (/^tcpdump/.test(record.cmd)) {
      yield judgeCapture(record, zone, context.beside(TOPOLOGY) as Recorded);
    } else yield judge(record, zone);
  }
}

const RESOLV =
  'search default.svc.cluster.local svc.cluster.local cluster.local\n' +
  'nameserver 10.96.0.10\noptions ndots:5\n';

/** The server turned lists round at random: any order that gives the record will do. */
function judge(record: Record, zone: Zone): CaseResult {
  const { queries } = record;
  const several = Object.entries(zone.a).some(
    ([name, list]) => list.length > 1 && queries?.some(({ qname }) => qname === name),
  );
  // Whether the address behind a name answers is not what these records are about.
  const talks = /\b(curl|ping)\b/.test(record.cmd) && !/resol/.test(record.stderr);
  const wanted = shown(record, record.queries, talks);
  let first = '';
  for (let order = 0; order < (several ? 6 : 1); order++) {
    const asked: Asked[] = [];
    const got = shown({ ...record, ...play(record, zone, order, asked) }, asked, talks);
    if (got === wanted) return { id: record.id, outcome: 'pass' };
    first ||= got;
  }
  return { id: record.id, outcome: 'fail', detail: difference(record.cmd, wanted, first) };
}

/** A capture: the context tells what ran meanwhile. Answers come in any order among questions. */
function judgeCapture(record: Record, zone: Zone, recorded: Recorded): CaseResult {
  const other = /while it runs: (.*)$/.exec(record.context)?.[1];
  if (other === undefined) return { id: record.id, outcome: 'unsupported' };
  const answer = (request: Parameters<typeof answerFrom>[1]) => answerFrom(zone, request, 0);
  const server = zoneServer('name-server', answer, []);
  const cluster = buildCluster(recorded, zone as TrafficZone, undefined, server);
  const client = { host: 'worker-1', sandbox: 'client' };
  const ran = captureWhile(cluster, client, record.cmd, () => {
    runIn(cluster, client, other.replaceAll(/\bbusybox nslookup\b/g, '/bin/nslookup'));
  });
  const sorted = (text: string) => maskCapture({ stdout: text, stderr: '' }).split('\n').sort();
  const [got, wanted] = [
    [...sorted(ran.stdout), ran.stderr].join('\n'),
    [...sorted(record.stdout ?? ''), record.stderr].join('\n'),
  ];
  if (got === wanted) return { id: record.id, outcome: 'pass' };
  return { id: record.id, outcome: 'fail', detail: difference(record.cmd, wanted, got) };
}

function play(record: Record, zone: Zone, order: number, asked: Asked[]): Ran {
  const answer = (request: Parameters<typeof answerFrom>[1]) => answerFrom(zone, request, order);
  const lab = createLab([zoneServer('small-dns', answer, asked)]);
  const given = /resolv\.conf: (".*")/.exec(record.context)?.[1];
  lab.write('client', '/etc/resolv.conf', given ? (JSON.parse(given) as string) : RESOLV);
  lab.write('client', '/etc/hosts', '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n');
  lab.start('coredns', ['small-dns']);
  lab.wait(100_000);
  // What the multi-call program does with its first word.
  const command = record.cmd.replaceAll(/\bbusybox nslookup\b/g, '/bin/nslookup');
  return lab.run('client', command);
}

/** Output, exit code and questions, without what differs from run to run. */
function shown(record: Record, queries: readonly Asked[] | undefined, talks: boolean): string {
  const printed = talks
    ? ''
    : `${mask(record.stdout ?? '')}\n--\n${mask(record.stderr)}\n--\n${record.exit}\n`;
  const asked = (queries ?? []).filter(({ qtype }) => !talks || qtype !== 'PTR');
  const lines = asked.map((each) => `${each.qname} ${each.qtype} ${each.proto} ${each.rcode}`);
  // Records without a list of questions have none to compare.
  return record.queries ? `${printed}${lines.join('\n')}` : printed;
}

function mask(text: string): string {
  return text
    .replace(/(, id: )\d+/g, '$1N')
    .replace(/(; COOKIE: )[0-9a-f]+/g, '$1HEX')
    .replace(/(;; Query time: )\d+/g, '$1N')
    .replace(/( in )\d+ ms$/gm, '$1N ms')
    .replace(/(;; WHEN: ).*/g, '$1T')
    .replace(/\d+m\d+\.\d+s/g, 'T');
}

function difference(cmd: string, wanted: string, got: string): string {
  const [a, b] = [got.split('\n'), wanted.split('\n')];
  const only = (list: readonly string[], other: readonly string[], sign: string) =>
    list
      .filter((line, index) => line !== other[index])
      .slice(0, 8)
      .map((line) => `${sign} ${line}`);
  return [`$ ${cmd}`, ...only(b, a, '-'), ...only(a, b, '+')].join('\n');
}
