// Recorded runs of the CNI reference plugins and the node after them (oracle/net cni-plugins).
import { addPod, buildLab, runInLab, type CniLab } from './net/cni-lab.ts';
import type { Record as NetRecord } from './net/machine.ts';

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };
type Conf = Readonly<Record<string, unknown>>;

export const handles = (path: string): boolean => path === 'oracle/net/cni-plugins.jsonl';

/** The configuration of the course, which most calls have on their standard input. */
const course = {
  cniVersion: '0.4.0',
  name: 'mynet',
  type: 'bridge',
  bridge: 'cni0',
  isGateway: true,
  ipMasq: true,
  ipam: { type: 'host-local', subnet: '10.22.0.0/16', routes: [{ dst: '0.0.0.0/0' }] },
};

const ipam = (parts: Conf) => ({ ...course, ipam: { ...course.ipam, ...parts } });
const without = (conf: Conf, name: string) =>
  Object.fromEntries(Object.entries(conf).filter(([key]) => key !== name));
const tiny = {
  ...ipam({ subnet: '10.40.0.0/29', rangeStart: '10.40.0.2', rangeEnd: '10.40.0.3' }),
  name: 'tiny',
  bridge: 'cni1',
};
const other = { ...ipam({ subnet: '10.88.0.0/16' }), name: 'other' };
const flannel = {
  ...without(ipam({ subnet: '10.244.1.0/24' }), 'ipMasq'),
  name: 'cbr0',
  bridge: 'cni2',
  mtu: 1450,
  hairpinMode: true,
  isDefaultGateway: true,
};
const third = {
  ...without(ipam({ subnet: '10.50.0.0/24' }), 'ipMasq'),
  name: 'third',
  bridge: 'cni3',
};
const ptp = {
  ...ipam({ subnet: '10.60.0.0/24' }),
  name: 'ptpnet',
  type: 'ptp',
};
const portmap = {
  cniVersion: '0.4.0',
  name: 'mynet',
  type: 'portmap',
  runtimeConfig: { portMappings: [{ hostPort: 8088, containerPort: 80, protocol: 'tcp' }] },
};
const alone = { ...ipam({ subnet: '10.70.0.0/24' }), name: 'alone' };

const call = (
  command: string,
  plugin: string,
  id: string,
  pod: string,
  ifName: string,
  args = '',
) =>
  `CNI_COMMAND=${command} CNI_CONTAINERID=${id} CNI_NETNS=/run/netns/cni-pod-${pod} ` +
  `CNI_IFNAME=${ifName} CNI_PATH=/opt/cni/bin ${args}/opt/cni/bin/${plugin}`;

type Step = readonly [number: number, command: string, conf?: Conf];

const FIRST = '4f3c2a9b1d7e4c21';
const ask = (ip: string) => `CNI_ARGS='IgnoreUnknown=1;IP=${ip}' `;

/** What changed the machine, by the number of the record that it is, or that it came before. */
const STORY: readonly Step[] = [
  [13, 'netns a'],
  [13, 'netns b'],
  [15, call('ADD', 'bridge', FIRST, 'a', 'eth0'), course],
  [19, call('ADD', 'bridge', 'aa11bb22cc33dd44', 'b', 'eth0'), course],
  [44, 'ip netns exec cni-pod-a ping -c 2 10.22.0.3'],
  [57, call('ADD', 'bridge', 'dead00000004', 'b', 'eth1'), without(course, 'cniVersion')],
  [59, call('ADD', 'bridge', 'dead00000006', 'b', 'eth11'), ipam({ subnet: '10.22.0.0/33' })],
  [62, call('DEL', 'bridge', 'dead00000006', 'b', 'eth11'), course],
  [63, call('ADD', 'bridge', 'dead00000007', 'b', 'eth12'), ipam({ subnet: '10.22.1.0/16' })],
  [64, call('ADD', 'bridge', 'dead00000008', 'b', 'eth13'), ipam({ subnet: '10.23.0.0/31' })],
  [65, call('ADD', 'bridge', 'dead00000009', 'b', 'eth14'), ipam({ rangeStart: '10.99.0.1' })],
  [
    66,
    call('ADD', 'bridge', 'dead0000000a', 'b', 'eth15'),
    { ...course, ipam: { type: 'host-local' } },
  ],
  [67, call('ADD', 'bridge', 'dead0000000b', 'b', 'eth16'), ipam({ type: 'whereabouts' })],
  [73, call('ADD', 'bridge', 'feed00000000', 'b', 'net0'), tiny],
  [74, call('ADD', 'bridge', 'feed00000001', 'b', 'net1'), tiny],
  [75, call('ADD', 'bridge', 'feed00000002', 'b', 'net2'), tiny],
  [76, call('DEL', 'bridge', 'feed00000000', 'b', 'net0'), tiny],
  [77, call('ADD', 'bridge', 'feed00000009', 'b', 'net9'), tiny],
  [79, call('ADD', 'bridge', 'beef00000001', 'b', 'rq0', ask('10.22.5.5')), course],
  [80, call('ADD', 'bridge', 'beef00000002', 'b', 'req1', ask('10.22.0.2')), course],
  [81, call('ADD', 'bridge', 'beef00000003', 'b', 'req2', ask('10.99.0.5')), course],
  [82, call('ADD', 'bridge', 'beef00000004', 'b', 'oth0'), other],
  [83, call('ADD', 'bridge', 'beef00000005', 'b', 'oth1'), { ...other, forceAddress: true }],
  [86, call('ADD', 'bridge', 'beef00000008', 'b', 'fl0'), flannel],
  [87, call('ADD', 'bridge', 'beef00000009', 'b', 'th0'), third],
  [88, 'netns c'],
  [88, call('ADD', 'ptp', 'd7d7d7', 'c', 'eth0'), ptp],
  [92, call('ADD', 'portmap', 'd7d7d7', 'c', 'eth0'), portmap],
  [95, call('DEL', 'portmap', 'd7d7d7', 'c', 'eth0'), portmap],
  [96, call('DEL', 'ptp', 'd7d7d7', 'c', 'eth0'), ptp],
  [97, 'netns d'],
  [97, call('ADD', 'host-local', '501001', 'd', 'eth0'), alone],
  [98, call('DEL', 'host-local', '501001', 'd', 'eth0'), alone],
  [99, call('DEL', 'bridge', FIRST, 'a', 'eth0'), course],
];

/** What a situation has on its standard input, where that is not the course's configuration. */
const SITUATIONS: readonly (readonly [text: RegExp, stdin: Conf | string])[] = [
  [/not JSON/, '{not json}'],
  [/bad cniVersion|unsupported version/, { ...course, cniVersion: '9.9.9' }],
  [/cniVersion left out/, without(course, 'cniVersion')],
  [/(no|missing|without) (network )?name|name (is )?(missing|left out)/, without(course, 'name')],
  [/host bits/, ipam({ subnet: '10.22.1.0/16' })],
  [/too small/, ipam({ subnet: '10.23.0.0/31' })],
  [/rangeStart outside/, ipam({ rangeStart: '10.99.0.1' })],
  [/no ipam subnet/, { ...course, ipam: { type: 'host-local' } }],
  [/unknown ipam plugin/, ipam({ type: 'whereabouts' })],
  [/bad subnet|subnet (that is )?not|invalid (subnet|CIDR)/, ipam({ subnet: '10.22.0.0/33' })],
  [/range of two|same range|after the DEL: reuse/, tiny],
  [/not a bridge/, { ...course, bridge: 'eth0' }],
  [/same with forceAddress/, { ...other, forceAddress: true }],
  [/second network on the same bridge/, other],
  [/^loopback/, { cniVersion: '0.4.0', name: 'lo', type: 'loopback' }],
  [/flannel/i, flannel],
  [/^ptp/, ptp],
  [/^portmap/, portmap],
  [/^host-local/, alone],
];

export function* run(records: readonly NetRecord[]): Iterable<Result> {
  let lab = buildLab(course);
  let results = new Map<string, unknown>();
  let at = 0;
  let last = 0;
  for (const record of records) {
    const number = Number(record.id.slice(-4));
    if (number < last) [lab, results, at] = [buildLab(course), new Map(), 0];
    last = number;
    for (; (STORY[at]?.[0] ?? Infinity) < number; at++) tell(lab, STORY[at] as Step, results);
    // Namespaces that a record's own command needs are there before it.
    while (STORY[at]?.[0] === number && STORY[at]?.[1].startsWith('netns')) {
      tell(lab, STORY[at++] as Step, results);
    }
    yield judge(lab, record, results);
    while (STORY[at]?.[0] === number) at++;
  }
}

function tell(lab: CniLab, [, command, conf]: Step, results: Map<string, unknown>): void {
  const pod = /^netns (\w)$/.exec(command)?.[1];
  if (pod) return addPod(lab, `cni-pod-${pod}`, pod === 'a');
  perform(lab, command, conf, results);
}

/** Runs a command; what an ADD gives is kept for the calls that need it. */
function perform(
  lab: CniLab,
  command: string,
  conf: Conf | string | undefined,
  results: Map<string, unknown>,
) {
  const text = typeof conf === 'string' ? conf : conf && JSON.stringify(withResult(conf, results));
  const ran = runInLab(lab, command, text);
  if (ran?.exit === 0 && /COMMAND=ADD/.test(command) && typeof conf === 'object') {
    results.set(String(conf['name']), JSON.parse(ran.stdout));
    if (conf['type'] === 'ptp') results.set('mynet+portmap', JSON.parse(ran.stdout));
  }
  return ran;
}

function withResult(conf: Conf, results: Map<string, unknown>): Conf {
  if (conf['type'] !== 'portmap') return conf;
  return { ...conf, prevResult: results.get('mynet+portmap') };
}

function judge(lab: CniLab, record: NetRecord, results: Map<string, unknown>): Result {
  const { id, cmd, context } = record;
  const takesInput = /CNI_COMMAND=(ADD|DEL|CHECK|GC|STATUS)/.test(cmd);
  const found = SITUATIONS.find(([text]) => text.test(context))?.[1] ?? course;
  const previous = results.get('mynet');
  const checked = /COMMAND=CHECK/.test(cmd) && !/without prevResult/.test(context) && previous;
  const conf = checked && typeof found === 'object' ? { ...found, prevResult: previous } : found;
  const got = perform(lab, cmd, takesInput ? conf : undefined, results);
  if (!got) return { id, outcome: 'fail', detail: 'did not run' };
  // A bridge's table is sorted by addresses that are of the recording run.
  const sorted = (text: string) =>
    /showmacs/.test(cmd) ? text.split('\n').sort().join('\n') : text;
  const wanted = { stdout: record.stdout, stderr: record.stderr, exit: record.exit ?? undefined };
  const show = ({ stdout, stderr, exit }: typeof wanted) =>
    `${sorted(mask(stdout))}\n--\n${mask(stderr)}\n--\n${exit}`;
  if (show(got) === show(wanted)) return { id, outcome: 'pass' };
  const [a, b] = [show(got).split('\n'), show(wanted).split('\n')];
  const lines = (from: string[], others: string[], sign: string) =>
    from.filter((line, index) => line !== others[index]).map((line) => `${sign} ${line}`);
  const detail = [`$ ${cmd}  # ${context}`, ...lines(b, a, '-'), ...lines(a, b, '+')].join('\n');
  return { id, outcome: 'fail', detail };
}

/** What differs from run to run: addresses of cards, names of veths, timers, counters, dates. */
function mask(text: string): string {
  return text
    .replace(/\b([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}\b/g, 'MAC')
    .replace(/8000\.[0-9a-f]{12}/g, '8000.MAC')
    .replace(/fe80::[0-9a-f:]+/g, 'fe80::X')
    .replace(/veth[0-9a-f]{8}/g, 'vethX')
    .replace(/ tentative/g, '')
    .replace(/LOWERLAYERDOWN/g, 'DOWN          ')
    .replace(/DOWN {11}/g, 'DOWN ')
    .replace(/_timer +[\d.]+/g, '_timer T')
    .replace(/^(# (?:Generated .*?|Completed)) on .*$/gm, '$1')
    .replace(/\[\d+:\d+\]/g, '[P:B]')
    .replace(/time=[\d.]+ ms/g, 'time=N ms')
    .replace(/time \d+ms/g, 'time Nms')
    .replace(/= [\d.]+\/[\d./]+ ms/g, '= N ms')
    .replace(/(\s)(REACHABLE|DELAY|STALE)\b/g, '$1STATE')
    .replace(/^(\d+)? *\d+[KMGT]? +\d+[KMGT]? (?=\S* +(?:\d+|all|tcp|udp) +--)/gm, '$1 PKTS ')
    .replace(/\d+\.\d\d$/gm, 'AGE');
}
