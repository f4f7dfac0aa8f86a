// Recorded outputs of ip, bridge, ss, sysctl and iptables (suite oracle/net).
import {
  runIptables,
  runSave,
  type ToolHost,
  type ToolResult,
} from '../../src/emulator/network/netfilter/iptables/tool.ts';
import { parse } from '../../src/emulator/network/netfilter/iptables/parse.ts';
import { noRules } from '../../src/emulator/network/netfilter/iptables/tables.ts';
import { buildMachine, nodes, runOn, type Record } from './net/machine.ts';

type Result = { id: string; outcome: 'pass' | 'fail' | 'unsupported'; detail?: string };

const FILES = /^oracle\/net\/(iptables|iptables-legacy)\.jsonl$/;

export const handles = (path: string): boolean => FILES.test(path);

interface Context {
  readonly path: string;
  beside(path: string): unknown;
}

export function* run(records: readonly Record[], context: Context): Iterable<Result> {
  for (const record of records) yield judge(record, context);
}

/** State that a record does not tell: who was talked to before, who listens. */
const NEEDS_HISTORY =
  /^(ip (-s )?neigh|arp|conntrack|bridge fdb|ss |netstat|busybox arp|cat \/|ls |nft )/;

function judge(record: Record, context: Context): Result {
  const { id, cmd } = record;
  if (NEEDS_HISTORY.test(cmd) && record.stdout.split('\n').length > 1)
    return { id, outcome: 'unsupported' };
  // A machine has one rule set here, so that neither backend can find rules of the other.
  if (/nft-backed iptables on a host whose rules are in the legacy/.test(record.context))
    return { id, outcome: 'unsupported' };
  if (/^(busybox (ip|ifconfig|arp)|nft)/.test(cmd)) return { id, outcome: 'unsupported' };
  const got = cmd.startsWith('iptables-legacy')
    ? legacy(record, rulesOf(record, context))
    : emulated(record, context);
  if (!got) return { id, outcome: 'unsupported' };
  const wanted = { stdout: record.stdout, stderr: record.stderr, exit: record.exit ?? undefined };
  const show = ({ stdout, stderr, exit }: typeof wanted) =>
    `${mask(stdout)}\n--\n${mask(stderr)}\n--\n${exit}`;
  if (show(got) === show(wanted)) return { id, outcome: 'pass' };
  const [a, b] = [show(got).split('\n'), show(wanted).split('\n')];
  const lines = [
    `$ ${cmd}`,
    ...b
      .filter((line, index) => line !== a[index])
      .slice(0, 6)
      .map((line) => `- ${line}`),
    ...a
      .filter((line, index) => line !== b[index])
      .slice(0, 6)
      .map((line) => `+ ${line}`),
  ];
  return { id, outcome: 'fail', detail: lines.join('\n') };
}

/** Rules of the record's host: where it names a file, or of the file that its whole group uses. */
function rulesOf(record: Record, context: Context): string | undefined {
  const iptables = /oracle\/net\/iptables/.test(context.path);
  const path = record.rules_ref ?? (iptables ? 'topologies/iptables-iptables.json' : undefined);
  if (path === undefined) return undefined;
  const state = context.beside(path) as
    { hosts?: { [name: string]: { iptables_save?: string } } } | undefined;
  return state?.hosts?.[record.topology?.host ?? 'worker-1']?.iptables_save;
}

function emulated(record: Record, context: Context) {
  return runOn(buildMachine(record, rulesOf(record, context)), record.cmd);
}

/** The legacy tools share all code with the others; they are no program of a machine here. */
function legacy({ cmd }: Record, rules: string | undefined) {
  const parsed = parse(rules ?? '');
  const host: ToolHost = {
    backend: 'legacy',
    rules: parsed.ok ? parsed.rules : noRules,
    counters: () => ({ policy: { packets: 0, bytes: 0 }, rules: [] }),
    hostName: (address) => nodes[address],
  };
  const [first = '', pipe = ''] = cmd.split(' | ');
  const [name, ...words] = first.trim().split(/\s+/);
  const result: ToolResult = name?.endsWith('-save')
    ? runSave('iptables-save', words, host, '')
    : runIptables('iptables', words, host);
  const piped = through(result.stdout, pipe);
  return piped && { ...piped, stderr: result.stderr, exit: pipe === '' ? result.exit : piped.exit };
}

function through(text: string, pipe: string): { stdout: string; exit: number } | undefined {
  if (pipe === '') return { stdout: text, exit: 0 };
  const grep = /^grep (-c )?(\S+)$/.exec(pipe);
  const head = /^head -(\d+)$/.exec(pipe);
  const lines = text.split('\n').slice(0, -1);
  if (head)
    return {
      stdout: lines
        .slice(0, Number(head[1]))
        .map((line) => `${line}\n`)
        .join(''),
      exit: 0,
    };
  if (!grep) return undefined;
  const found = lines.filter((line) => line.includes(grep[2] as string));
  const stdout = grep[1] ? `${found.length}\n` : found.map((line) => `${line}\n`).join('');
  return { stdout, exit: found.length > 0 ? 0 : 1 };
}

/** What differs from run to run: addresses of cards, names of veths, numbers, counters, dates. */
export function mask(text: string): string {
  return text
    .replace(/\b([0-9a-f]{1,2}:){5}[0-9a-f]{1,2}\b/g, 'MAC')
    .replace(/fe80::[0-9a-f:]+/g, 'fe80::X')
    .replace(/33:33:ff:[0-9a-f:]+/g, 'GROUP')
    .replace(/veth[0-9a-f]{4,8}/g, 'vethX')
    .replace(/cni-[0-9a-f-]{30,}/g, 'cni-X')
    .replace(/@if\d+/g, '@ifN')
    .replace(/^\d+: /gm, 'N: ')
    .replace(/gc_timer +[\d.]+/g, 'gc_timer T')
    .replace(/^(# (?:Generated .*?|Completed)) on .*$/gm, '$1')
    .replace(/\[\d+:\d+\]/g, '[P:B]')
    .replace(/^( {4})( *\d+ +\d+ +\d+ +\d+ +\d+ +\d+ )$/gm, '$1COUNTERS')
    .replace(/\d+ packets, \d+ bytes/g, 'P packets, B bytes')
    .replace(/^(\d+)? *\d+[KMGT]? +\d+[KMGT]? (?=\S* +(?:\d+|all|tcp|udp) +--)/gm, '$1 PKTS ')
    .replace(/([RT]X packets )\d+ ( bytes )\d+ \(.*\)/g, '$1P$2B')
    .replace(/(id: )\d+/g, '$1N')
    .replace(/\(total: \d+\)/g, '');
}
