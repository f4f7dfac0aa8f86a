// Recorded answers and log lines of CoreDNS (oracle/net/coredns.jsonl).
import { createLab, type Lab, type Started } from './dns/lab.ts';
import { apiOf, type Recorded } from './dns/cluster-objects.ts';
import { canonicalLog, canonicalOutput } from './dns/coredns-text.ts';
import { answerStub, answerUpstream } from './dns/upstream.ts';
import { zoneServer } from './dns/zone-server.ts';
import type { AdapterContext, CaseResult } from './run.ts';

interface Record {
  readonly id: string;
  readonly context: string;
  readonly host: string;
  readonly cmd: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
  readonly seconds: number | null;
  readonly corefile: string;
  readonly log?: readonly string[];
}

export const handles = (path: string): boolean => path === 'oracle/net/coredns.jsonl';

const SECOND = 1_000_000;

/** Records of one Corefile in one situation are played one after the other. */
export function* run(records: readonly Record[], context: AdapterContext): Iterable<CaseResult> {
  const recorded = context.beside('topologies/coredns-cluster.json') as Recorded | undefined;
  let scene: Scene | undefined;
  let key = '';
  for (const record of records) {
    const own = `${record.corefile}\n${situation(record)}`;
    if (!recorded || !canPlay(record)) {
      yield { id: record.id, outcome: 'unsupported' };
      continue;
    }
    if (own !== key) scene = undefined;
    key = own;
    scene ??= setScene(record, recorded);
    yield judge(record, scene);
  }
}

/** The change of a Corefile is told in no record, and one line stands for many. */
function canPlay({ context, log }: Record): boolean {
  if (/reload: the|successful reload|Corefile was changed|after SIGTERM/.test(context))
    return false;
  return !log?.some((line) => /lines more$/.test(line));
}

/** What a scene has besides its Corefile; the log lines so far belong to the scene before. */
function situation({ context }: Record): string {
  return context
    .replace(/^.*(API server is unreachable).*$/, '$1')
    .replace(/^(start|errors plugin and log|log) .*$/, '');
}

interface Scene {
  readonly lab: Lab;
  readonly server?: Started;
  /** When the tenth second begins. */
  readonly until: number;
  /** Characters of the output that records have had. */
  heard: number;
}

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const API = { KUBERNETES_SERVICE_HOST: '192.168.49.2', KUBERNETES_SERVICE_PORT: '16443' };
const RESOLV =
  'search default.svc.cluster.local svc.cluster.local cluster.local\n' +
  'nameserver 10.96.0.10\noptions ndots:5\n';

function setScene(record: Record, recorded: Recorded): Scene {
  const { context, corefile } = record;
  const refuse = /token is not accepted/.test(context);
  const lab = createLab(
    [zoneServer('upstream-dns', answerUpstream), zoneServer('stub-dns', answerStub)],
    /unreachable/.test(context) ? undefined : (world) => apiOf(recorded, world, refuse),
  );
  lab.write('client', '/etc/resolv.conf', RESOLV);
  lab.write('client', '/etc/hosts', '127.0.0.1\tlocalhost\n::1\tlocalhost\n');
  lab.start('upstream', ['upstream-dns']);
  lab.start('stub', ['stub-dns']);
  const itself = /upstream is CoreDNS itself/.test(context);
  const upstream = itself ? '10.96.0.10' : '192.168.49.53';
  lab.write('coredns', '/etc/resolv.conf', `nameserver ${upstream}\n`);
  lab.write('coredns', '/etc/coredns/Corefile', corefile);
  if (!/no service account token/.test(context)) lab.write('coredns', TOKEN, 'token');
  if (/port 53 is taken/.test(context)) lab.start('coredns', ['stub-dns']);
  if (/not running/.test(context)) return { lab, until: 0, heard: 0 };
  const server = lab.start('coredns', ['coredns', '-conf', '/etc/coredns/Corefile'], API);
  // What is recorded of the first seconds comes while the server still waits.
  const early = /at the start \(connection refused/.test(context);
  lab.wait(early ? SECOND : 4 * SECOND);
  const starts = /^(timeout \d+ )?coredns /.test(record.cmd);
  const until = lab.world.clock.now + 9 * SECOND;
  return { lab, server, until, heard: starts ? 0 : server.said().length };
}

function judge(record: Record, scene: Scene): CaseResult {
  const wanted = wantedOf(record);
  const got = gotOf(record, scene);
  if (got === wanted) return { id: record.id, outcome: 'pass' };
  const [a, b] = [got.split('\n'), wanted.split('\n')];
  const only = (list: readonly string[], other: readonly string[], sign: string) =>
    list
      .filter((line) => !other.includes(line))
      .slice(0, 8)
      .map((line) => `${sign} ${line}`);
  const detail = [`$ ${record.cmd} (${record.context})`, ...only(b, a, '-'), ...only(a, b, '+')];
  return { id: record.id, outcome: 'fail', detail: detail.join('\n') };
}

function wantedOf(record: Record): string {
  const { stdout, stderr, exit, corefile } = record;
  if (record.seconds === null) return canonicalLog(stdout, true);
  if (isStart(record)) return `${canonicalLog(stdout, true)}\n--\n${stderr}\n--\n${exit}`;
  const log = (record.log ?? []).map((line) => `${line}\n`).join('');
  const output = canonicalOutput(stdout, corefile);
  return `${output}\n--\n${stderr}\n--\n${exit}\n--\n${canonicalLog(log)}`;
}

/** What the multi-call program does with its first word. */
const busyboxApart = (cmd: string) => cmd.replaceAll(/\bbusybox nslookup\b/g, '/bin/nslookup');

const isStart = ({ cmd }: Record) => /^timeout \d+ coredns /.test(cmd);

function gotOf(record: Record, scene: Scene): string {
  const { lab, server } = scene;
  if (record.seconds === null && server) {
    lab.wait(5 * SECOND);
    return canonicalLog(server.said(), true);
  }
  if (isStart(record) && server) {
    lab.wait(6 * SECOND);
    const code = server.ended();
    // `timeout` ends what goes on, and tells so.
    if (code === undefined) server.kill('TERM');
    lab.wait(10_000);
    const said = canonicalLog(server.said(), true);
    return `${said}\n--\n${server.complained()}\n--\n${code ?? 124}`;
  }
  // What is told of the tenth second comes when the server has stopped waiting.
  if (/, 10 s after/.test(record.context) && lab.world.clock.now < scene.until) {
    lab.wait(9 * SECOND);
    scene.heard = server?.said().length ?? 0;
  }
  const { stdout, stderr, exit } = lab.run('client', busyboxApart(record.cmd));
  lab.wait(10_000);
  const said = server?.said() ?? '';
  const log = said.slice(scene.heard);
  scene.heard = said.length;
  const output = canonicalOutput(stdout, record.corefile);
  return `${output}\n--\n${stderr}\n--\n${exit}\n--\n${canonicalLog(log)}`;
}
