import { freeze, type Json } from '../../world/json.ts';
import { createFiles } from '../files.ts';
import type { ContainerRuntime, Sandbox } from '../runtime-api.ts';
import type { Kernel } from './kernel.ts';
import { appendLog, dropLog, readLog } from './log.ts';
import { fileKey, sandboxKey, startedKey, type Descriptor, type StartedRecord } from './records.ts';
import type { Running } from './state.ts';
import { startUnit } from './units.ts';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What containerd and runc do for the process that asks. */
export function createRuntime(kernel: Kernel, process: Running): ContainerRuntime {
  const { world, network } = kernel;
  const { host } = process;
  const commit = (key: string, value: unknown) =>
    void world.store.commit(world.cause('containerd'), [{ key, value: value as Json | undefined }]);
  const started = (id: string) => world.store.get<StartedRecord>(startedKey(host, id));
  const ref = (netns: string) => ({ host, netns });
  const inside = (id: string) =>
    [...(kernel.byHost.get(host) ?? [])].filter((each) => each.sandbox === id);
  return {
    image: (reference) => kernel.fileSystem.image(reference),
    addNetns: (name) => network.addNetns(ref(name)),
    removeNetns: (name) => network.removeNetns(ref(name)),
    hasNetns: (name) => network.hasNetns(ref(name)),
    network: (netns) => network.config(ref(netns)),
    ref,
    addSandbox: (sandbox) => commit(sandboxKey(host, sandbox.id), { ...sandbox, host }),
    sandbox: (id) => kernel.sandbox(host, id),
    sandboxes: () => world.store.list<Sandbox>(`/host/${host}/sandbox/`).map(([, each]) => each),
    removeSandbox(id) {
      for (const each of inside(id)) kernel.exit(each, { signalled: 'KILL' });
      const files = world.store.list(`${fileKey(host, id, '')}/`).map(([key]) => key);
      const keys = [sandboxKey(host, id), startedKey(host, id), ...files];
      world.store.commit(
        world.cause('containerd'),
        keys.map((key) => ({ key, value: undefined })),
      );
      dropLog(world, host, id);
    },
    files: (id) => createFiles(kernel.fileSystem, host, id, { cwd: () => '/', user: 'root' }),
    start(id, argv, streams = {}) {
      const sandbox = kernel.sandbox(host, id);
      if (!sandbox) return 'ENOENT';
      const fds = streamsOf(id, streams);
      const env = freeze({
        PATH,
        HOSTNAME: sandbox.hostname,
        HOME: sandbox.user === 'root' ? '/root' : '/',
        ...sandbox.env,
      });
      const made = kernel.spawn(host, argv, {
        parent: process.pid,
        sandbox: id,
        user: sandbox.user,
        env,
        cwd: sandbox.cwd,
        fds,
      });
      if (typeof made === 'string') return made;
      commit(startedKey(host, id), { pid: made.pid, starter: process.pid } satisfies StartedRecord);
      kernel.save(made);
      return made.pid;
    },
    signal(id, signal) {
      const first = started(id);
      if (first && !first.status) kernel.signal(host, first.pid, signal);
    },
    logs: (id) => readLog(world, host, id),
    startUnit(argv) {
      const made = startUnit(kernel, host, argv);
      return typeof made === 'string' ? made : made.pid;
    },
    note: (unit, pid, text) => appendLog(world, host, unit, 'stderr', text, pid),
    isAlive: (pid) => kernel.find(host, pid) !== undefined,
    status(id) {
      const first = started(id);
      if (!first) return { running: false };
      return {
        running: !first.status,
        pid: first.pid,
        ...(first.status && { status: first.status }),
      };
    },
    record: <T extends Json>(path: string) => world.store.get<T>(`/host/${host}/${path}`),
    setRecord: (path, value) => commit(`/host/${host}/${path}`, value),
    records: <T extends Json>(prefix: string) =>
      world.store
        .list<T>(`/host/${host}/${prefix}`)
        .map(([key, value]) => [key.slice(`/host/${host}/`.length), value] as const),
  };
}

/** A container's standard streams: outputs go to its log, an open input waits for a client. */
function streamsOf(
  sandbox: string,
  { stdin = false, tty = false }: { readonly stdin?: boolean; readonly tty?: boolean },
): Map<number, Descriptor> {
  const out = (stream: 'stdout' | 'stderr'): Descriptor =>
    stdin && tty ? { type: 'held', sandbox, stream, tty } : { type: 'log', sandbox, stream };
  return new Map<number, Descriptor>([
    [0, stdin ? { type: 'held', sandbox, stream: 'stdin', tty } : { type: 'null' }],
    [1, out('stdout')],
    [2, out('stderr')],
  ]);
}
