import type { Process, Sys } from '../host/syscalls.ts';
import type { ToolHost, ToolResult } from '../network/netfilter/iptables/tool.ts';
import { civil, type Micros } from '../world/index.ts';

/** What the iptables tools see of the namespace that a process runs in. */
export function toolHost(sys: Sys): ToolHost {
  const { network } = sys;
  return {
    backend: 'nf_tables',
    rules: network.iptables(),
    counters: (table, chain) => network.counters(table, chain),
    hostName: (address) => hostName(sys, address),
  };
}

/** Prints what a tool said and makes its changes; gives its exit code. */
export function* finish(sys: Sys, result: ToolResult): Process {
  if (result.rules) sys.network.setIptables(result.rules);
  if (result.zero) sys.network.zeroCounters(result.zero.table, result.zero.chain);
  if (result.stdout !== '') yield* sys.write(1, result.stdout);
  if (result.stderr !== '') yield* sys.write(2, result.stderr);
  return result.exit;
}

/** Only root may ask the kernel for rules: the tool's refusal, or undefined. */
export function refusal(sys: Sys, name: string): ToolResult | undefined {
  if (sys.user === 'root') return undefined;
  const why = 'Could not fetch rule set generation id: Permission denied (you must be root)';
  return { stdout: '', stderr: `${name} v1.8.9 (nf_tables): ${why}\n`, exit: 4 };
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment as C's `ctime` prints it: `Mon Nov 23 00:25:10 2026`. */
export function ctime(at: Micros): string {
  const c = civil(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const time = `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
  return `${DAYS[c.weekday]} ${MONTHS[c.month - 1]} ${String(c.day).padStart(2)} ${time} ${c.year}`;
}

/** Name of an address in /etc/hosts, or of a network in /etc/networks. */
function hostName(sys: Sys, address: string): string | undefined {
  for (const words of lines(sys, '/etc/hosts')) {
    if (words[0] === address && words[1] !== undefined) return words[1];
  }
  return lines(sys, '/etc/networks').find((words) => words[1] === address)?.[0];
}

function lines(sys: Sys, path: string): readonly (readonly string[])[] {
  const file = sys.files.read(path);
  if (typeof file === 'string') return [];
  return file.text.split('\n').map((line) => (line.split('#')[0] ?? '').trim().split(/\s+/));
}
