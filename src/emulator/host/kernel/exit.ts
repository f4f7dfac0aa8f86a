import type { Json } from '../../world/json.ts';
import type { ExitStatus } from '../syscalls.ts';
import { closeAll } from './descriptors.ts';
import type { Kernel } from './kernel.ts';
import { addressOf, processKey, startedKey, type StartedRecord } from './records.ts';
import type { Running } from './state.ts';
import { settle } from './turn.ts';

/** Ends a process: its descriptors close, its parent is told, its children become orphans. */
export function exit(kernel: Kernel, process: Running, status: ExitStatus): void {
  if (process.status) return;
  const { host, pid } = process;
  process.status = status;
  settle(kernel, process);
  closeAll(kernel, process);
  kernel.processes.delete(`${host}/${pid}`);
  kernel.byHost.get(host)?.delete(process);
  forget(kernel, process);
  if (process.session) kernel.foreground.set(process.session.terminal, process.session);
  if (process.children.size > 0) orphan(kernel, process);
  const { waiter } = process;
  if (waiter && !waiter.status) {
    waiter.ended.set(pid, status);
    waiter.stops.delete(pid);
    kernel.wake(waiter);
  }
  endContainer(kernel, process, status);
  if (process.login && process.terminal) kernel.terminals().loggedOut(process.terminal);
}

/** Children go to init; those of a login shell's own group are told that the terminal is gone. */
function orphan(kernel: Kernel, process: Running): void {
  for (const child of [...kernel.processes.values()]) {
    if (child.waiter !== process) continue;
    child.waiter = undefined;
    child.parent = 1;
    const leftBehind = process.login && child.terminal === process.terminal;
    if (leftBehind) kernel.signal(child.host, child.pid, child.stopped ? 'KILL' : 'HUP');
  }
}

/** With its first process a container ends: the kernel kills what else runs in it. */
function endContainer(kernel: Kernel, { host, pid, sandbox }: Running, status: ExitStatus): void {
  const { world } = kernel;
  const started = world.store.get<StartedRecord>(startedKey(host, sandbox));
  if (started?.pid !== pid || started.status) return;
  const value = { ...started, status } as unknown as Json;
  world.store.commit(world.cause('kernel'), [{ key: startedKey(host, sandbox), value }]);
  for (const each of [...kernel.processes.values()]) {
    if (each.host === host && each.sandbox === sandbox) kernel.exit(each, { signalled: 'KILL' });
  }
  const message = { type: 'exited', id: sandbox, status };
  world.queue.send(addressOf(host, started.starter), message as unknown as Json);
}

/** Takes away what was written of a process that could be made again. */
function forget(kernel: Kernel, { host, pid }: Running): void {
  const { store } = kernel.world;
  if (store.get(processKey(host, pid)) === undefined) return;
  const keys = [
    processKey(host, pid),
    ...[`/host/${host}/memory/${pid}/`, `/host/${host}/timer/${pid}/`].flatMap((prefix) =>
      store.list(prefix).map(([key]) => key),
    ),
  ];
  store.commit(
    kernel.world.cause('kernel'),
    keys.map((key) => ({ key, value: undefined })),
  );
}
