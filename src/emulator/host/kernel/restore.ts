import type { Micros } from '../../world/json.ts';
import { isDaemon } from '../syscalls.ts';
import type { Kernel } from './kernel.ts';
import { promised } from './promised.ts';
import {
  addressOf,
  processKey,
  startedKey,
  type ProcessRecord,
  type StartedRecord,
} from './records.ts';
import { begin, make, settleIn } from './start.ts';
import type { Running } from './state.ts';

/** Whether a process is the one that its container began with. */
export function isFirst(kernel: Kernel, { host, sandbox, pid }: Running): boolean {
  if (sandbox === 'host') return false;
  return kernel.world.store.get<StartedRecord>(startedKey(host, sandbox))?.pid === pid;
}

/**
 * Whether a process could be made again now: a daemon between two messages, a shell at its prompt,
 * or a program of a container, which begins anew with its container's first program.
 */
export function canRestore(kernel: Kernel, process: Running): boolean {
  if (process.login) return isAtPrompt(process) && process.children.size === 0;
  if (isDaemon(process.executable)) return isAtRest(process);
  if (process.terminal !== undefined) return false;
  let first = process;
  while (first.waiter && first.waiter.sandbox === process.sandbox) first = first.waiter;
  return isFirst(kernel, first);
}

/** A line that goes on with an earlier one is in the midst of a command. */
function isAtPrompt({ waiting }: Running): boolean {
  return waiting?.call.call === 'line' && !waiting.call.options.continued;
}

/** Whether a daemon is between two messages. */
export const isAtRest = ({ generator, mailbox }: Running): boolean =>
  generator === undefined && mailbox.length === 0;

/** Writes down until when a container's first program sleeps. */
export function keepAlarm(kernel: Kernel, process: Running): void {
  if (!isFirst(kernel, process)) return;
  const kept = kernel.world.store.get<ProcessRecord>(processKey(process.host, process.pid));
  if (kept?.alarm?.ticket !== process.waiting?.ticket) kernel.save(process);
}

/** Makes processes again from their records, after a world was loaded. */
export function restore(kernel: Kernel): void {
  const { store } = kernel.world;
  kernel.processes.clear();
  kernel.byHost.clear();
  kernel.pipes.clear();
  kernel.sinks.clear();
  kernel.shared.clear();
  kernel.foreground.clear();
  const hosts = new Set(store.list('/host/').map(([key]) => key.slice(6, key.indexOf('/', 6))));
  for (const host of [...hosts].sort()) {
    const records = store.list<ProcessRecord>(`/host/${host}/process/`).map(([, each]) => each);
    const anew = records.filter(({ daemon, login }) => !daemon && !login);
    for (const record of records) {
      const first = anew.find(({ sandbox }) => sandbox === record.sandbox);
      if (first && first !== record) leave(kernel, host, record);
      else {
        if (first) closeSockets(kernel, host, record.sandbox);
        makeAgain(kernel, host, record);
      }
    }
  }
  countShared(kernel);
  kernel.drain();
}

function makeAgain(kernel: Kernel, host: string, record: ProcessRecord): void {
  const { byName } = kernel;
  // Before all programs are known, only what a prompt needs goes on.
  const early = byName.awaited === undefined || record.login;
  const known = early ? byName.get(record.program) : undefined;
  const executable = known ?? promised(byName, record.program, record.daemon);
  const fds = new Map(Object.entries(record.fds).map(([fd, each]) => [Number(fd), each]));
  const how = { ...record, fds };
  const running = make(kernel, host, record.pid, how);
  running.executable = executable;
  running.argv = record.argv;
  (running as { started: Micros }).started = record.started;
  running.alarm = record.alarm;
  settleIn(kernel, running, record.pid, how);
  if (!record.daemon) begin(kernel, running);
}

/** What a container's first program had started is started again by it. */
function leave(kernel: Kernel, host: string, { pid }: ProcessRecord): void {
  const { store } = kernel.world;
  const keys = [`/host/${host}/memory/${pid}/`, `/host/${host}/timer/${pid}/`].flatMap((prefix) =>
    store.list(prefix).map(([key]) => key),
  );
  const puts = [processKey(host, pid), ...keys].map((key) => ({ key, value: undefined }));
  store.commit(kernel.world.cause('kernel'), puts);
}

/** States of sockets that their program has closed, and that the kernel still keeps. */
const CLOSED = new Set(['FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSING', 'LAST-ACK', 'TIME-WAIT']);

/** Sockets of programs that begin anew. */
function closeSockets(kernel: Kernel, host: string, sandbox: string): void {
  const netns = kernel.sandbox(host, sandbox)?.netns;
  if (netns === undefined || netns === 'host') return;
  const owners = new Set(
    kernel.world.store
      .list<ProcessRecord>(`/host/${host}/process/`)
      .filter(([, each]) => each.sandbox !== sandbox)
      .map(([, { pid }]) => addressOf(host, pid)),
  );
  for (const { id, owner, state } of kernel.network.config({ host, netns }).sockets()) {
    if (!owners.has(owner) && !CLOSED.has(state)) kernel.network.close(id);
  }
}

/** A socket closes with the last process that has it: how many others have it is counted anew. */
function countShared(kernel: Kernel): void {
  const holders = new Map<string, number>();
  for (const { fds } of kernel.processes.values()) {
    for (const each of fds.values()) {
      if (each.type === 'socket') holders.set(each.id, (holders.get(each.id) ?? 0) + 1);
    }
  }
  kernel.shared.clear();
  for (const [id, count] of holders) if (count > 1) kernel.shared.set(id, count - 1);
}
