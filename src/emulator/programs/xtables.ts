import { isErrno } from '../host/errno.ts';
import type { Process, Sys } from '../host/syscalls.ts';
import {
  restoreFile,
  runRestore,
  type ToolHost,
  type ToolResult,
} from '../network/netfilter/iptables/tool.ts';
import { readText } from './gnu/input.ts';

/** What the iptables tools see of the namespace that a process runs in. */
export function toolHost(sys: Sys, family: 'IPv4' | 'IPv6' = 'IPv4'): ToolHost {
  const { network } = sys;
  return {
    backend: 'nf_tables',
    family,
    rules: network.iptables(family),
    hasSet: (name) => network.sets().has(name),
    counters: (table, chain) => network.counters(table, chain, family),
    hostName: (address) => hostName(sys, address),
    hostAddress: (name) => hostAddress(sys, name, family),
  };
}

/** Prints what a tool said and makes its changes; gives its exit code. */
export function* finish(sys: Sys, result: ToolResult, family?: 'IPv4' | 'IPv6'): Process {
  const { rules, zero } = result;
  if (rules) sys.network.setIptables(rules, family);
  if (result.counts) sys.network.setCounters(result.counts, family);
  if (zero) sys.network.zeroCounters(zero.table, zero.chain, family);
  if (result.file) sys.files.write(result.file.path, result.file.text);
  if (result.stdout !== '') yield* sys.write(1, result.stdout);
  if (result.stderr !== '') yield* sys.write(2, result.stderr);
  return result.exit;
}

/** Runs `…-restore` with the words after its name: from a file, or from standard input. */
export function* runRestoreTool(
  sys: Sys,
  name: string,
  words: readonly string[],
  family?: 'IPv4' | 'IPv6',
): Process {
  const refused = refusal(sys, name);
  if (refused) return yield* finish(sys, refused);
  const path = restoreFile(words);
  let text = '';
  if (path !== undefined) {
    const file = sys.files.read(path);
    if (typeof file === 'string') {
      yield* sys.write(2, `Can't open ${path}: No such file or directory\n`);
      return 1;
    }
    text = file.text;
  } else {
    const read = yield* readText(sys, '-');
    text = isErrno(read) ? '' : read;
  }
  return yield* finish(sys, runRestore(name, words, text, toolHost(sys, family)), family);
}

/** Only root may ask the kernel for rules: the tool's refusal, or undefined. */
export function refusal(sys: Sys, name: string): ToolResult | undefined {
  if (sys.user === 'root') return undefined;
  const why = 'Could not fetch rule set generation id: Permission denied (you must be root)';
  return { stdout: '', stderr: `${name} v1.8.9 (nf_tables): ${why}\n`, exit: 4 };
}

/** Name of an address in /etc/hosts, or of a network in /etc/networks. */
function hostName(sys: Sys, address: string): string | undefined {
  for (const words of lines(sys, '/etc/hosts')) {
    if (words[0] === address && words[1] !== undefined) return words[1];
  }
  return lines(sys, '/etc/networks').find((words) => words[1] === address)?.[0];
}

/** Address of a name in /etc/hosts, of the family that is asked for. */
function hostAddress(sys: Sys, name: string, family: 'IPv4' | 'IPv6'): string | undefined {
  const fits = (address: string | undefined) => address?.includes(':') === (family === 'IPv6');
  return lines(sys, '/etc/hosts').find(
    ([address, ...names]) => fits(address) && names.includes(name),
  )?.[0];
}

function lines(sys: Sys, path: string): readonly (readonly string[])[] {
  const file = sys.files.read(path);
  if (typeof file === 'string') return [];
  return file.text.split('\n').map((line) => (line.split('#')[0] ?? '').trim().split(/\s+/));
}
