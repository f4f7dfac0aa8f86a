import { assert } from '../../world/assert.ts';
import type { Micros } from '../../world/json.ts';
import type { Kernel } from './kernel.ts';
import type { ProcessRecord } from './records.ts';
import { begin, make, settleIn } from './start.ts';

/** Makes daemons and prompts again from their records, after a world was loaded. */
export function restore(kernel: Kernel): void {
  const { store } = kernel.world;
  kernel.processes.clear();
  kernel.counts.clear();
  kernel.pipes.clear();
  kernel.sinks.clear();
  kernel.shared.clear();
  kernel.foreground.clear();
  const hosts = new Set(store.list('/host/').map(([key]) => key.split('/')[2] as string));
  for (const host of [...hosts].sort()) {
    for (const [, record] of store.list<ProcessRecord>(`/host/${host}/process/`)) {
      const executable = kernel.byName.get(record.program);
      assert(executable, `a saved running runs ${record.program}, which is not there`);
      const fds = new Map(Object.entries(record.fds).map(([fd, each]) => [Number(fd), each]));
      const how = { ...record, fds };
      const running = make(kernel, host, record.pid, how);
      running.executable = executable;
      running.argv = record.argv;
      (running as { started: Micros }).started = record.started;
      settleIn(kernel, running, record.pid, how);
      if (record.login) begin(kernel, running);
    }
  }
  countShared(kernel);
  kernel.drain();
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
