import type { ApiRequest, ApiResponse, WatchMessage } from '../../apiserver/request.ts';
import type { Endpoint, Errno, SocketEvent, SocketId } from '../../network/api.ts';
import type { Json } from '../../world/json.ts';
import { createFiles } from '../files.ts';
import type { Call, DaemonSys, Fd, SpawnOptions, Syscall } from '../syscalls.ts';
import { whereOf } from './attempt-api.ts';
import { closeFd } from './descriptors.ts';
import { lowestFree, type Kernel } from './kernel.ts';
import { appendLog } from './log.ts';
import { addressOf, memoryKey, timerKey, type Descriptor } from './records.ts';
import { createRuntime } from './runtime.ts';
import { spawnChild, visibleProcesses } from './spawn.ts';
import type { Running } from './state.ts';

/** Yields a call and gives its result the type that the caller knows. */
function* ask<T>(call: Syscall): Call<T> {
  return (yield call) as T;
}

/** The system calls of one process. */
export function createSys(kernel: Kernel, process: Running): DaemonSys {
  const { world, network } = kernel;
  const { host, pid } = process;
  const address = addressOf(host, pid);
  const sandbox = kernel.sandbox(host, process.sandbox);
  const where = whereOf(kernel, process);
  const descriptor = (fd: Fd) => process.fds.get(fd);
  const give = (opened: Descriptor): Fd => {
    const fd = lowestFree(process);
    process.fds.set(fd, opened);
    kernel.save(process);
    return fd;
  };
  const asFd = (
    socket: SocketId | Errno,
    kind: 'stream' | 'listener' | 'datagram' | 'icmp',
  ): Fd | Errno =>
    socket.startsWith('/') ? give({ type: 'socket', id: socket, kind }) : (socket as Errno);
  const socketOf = (fd: Fd): SocketId | undefined => {
    const found = descriptor(fd);
    return found?.type === 'socket' ? found.id : undefined;
  };
  const terminalOf = (fd: Fd) => {
    const found = descriptor(fd);
    return found?.type === 'terminal' ? found.id : undefined;
  };
  const commit = (key: string, value: Json | undefined) =>
    void world.store.commit(world.cause(process.executable.name), [{ key, value }]);
  const { argv, env } = process;
  const isPrivileged = process.sandbox === 'host' && process.user === 'root';

  return {
    pid,
    host,
    argv,
    address,
    sandbox: process.sandbox,
    hostname: sandbox?.hostname ?? host,
    env,
    get user() {
      return process.user;
    },
    get cwd() {
      return process.cwd;
    },
    set cwd(value) {
      process.cwd = value;
    },
    get now() {
      return world.clock.now;
    },
    chance: keyed(kernel, process),
    files: createFiles(kernel.fileSystem, host, process.sandbox, {
      cwd: () => process.cwd,
      user: process.user,
      path: () => env['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    }),
    read: (fd, timeout) => ask({ call: 'read', fd, ...(timeout !== undefined && { timeout }) }),
    write: (fd, text) => ask({ call: 'write', fd, text }),
    readLine: (prompt) => ask({ call: 'line', prompt }),
    open(path, mode) {
      const files = kernel.files(process);
      const real = files.resolve(path);
      if (real === '/dev/null') return give({ type: 'null' });
      const std = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2, '/dev/tty': 0 }[real];
      if (std !== undefined) {
        const found = descriptor(std);
        return found ? give(found) : 'ENOENT';
      }
      const stat = files.stat(real);
      if (mode === 'r' && typeof stat === 'string') return stat;
      if (typeof stat !== 'string' && stat.type === 'directory')
        return mode === 'r'
          ? give({ type: 'file', sandbox: process.sandbox, path: real, mode, offset: 0 })
          : 'EISDIR';
      if (mode === 'w' || (typeof stat === 'string' && mode !== 'r')) {
        const failed = files.write(real, '', {});
        if (failed) return failed;
      }
      return give({ type: 'file', sandbox: process.sandbox, path: real, mode, offset: 0 });
    },
    close: (fd) => closeFd(kernel, process, fd),
    pipe() {
      const id = kernel.nextPipe++;
      kernel.pipes.set(id, { buffer: '', readers: 1, writers: 1 });
      const read = give({ type: 'pipe', id, end: 'read' });
      return { read, write: give({ type: 'pipe', id, end: 'write' }) };
    },
    isTerminal: (fd) => terminalOf(fd) !== undefined,
    windowSize(fd) {
      const id = terminalOf(fd);
      return id === undefined ? undefined : kernel.terminals().size(id);
    },
    setRaw(fd, raw) {
      const id = terminalOf(fd);
      if (id !== undefined) kernel.terminals().setRaw(id, raw);
    },
    spawn: (argv: readonly string[], options: SpawnOptions = {}) =>
      spawnChild(kernel, process, argv, options),
    wait: (child) => ask({ call: 'wait', pid: child }),
    kill: (target, signal) => (kernel.signal(host, target, signal) ? undefined : 'ESRCH'),
    processes: () => visibleProcesses(kernel, process),
    trap(signal, handler) {
      if (handler === 'default') process.traps.delete(signal);
      else process.traps.set(signal, handler);
    },
    sleep: (delay) => ask({ call: 'sleep', delay: Math.max(0, Math.round(delay)) }),
    setPace(pace) {
      process.pace = pace;
    },
    connect: (to, options = {}) => ask({ call: 'connect', to, options }),
    listen: (local) => asFd(network.listen(where, local, address), 'listener'),
    accept: (fd, timeout) => ask({ call: 'accept', fd, ...(timeout !== undefined && { timeout }) }),
    openUdp: (local) => asFd(network.openUdp(where, address, local), 'datagram'),
    openIcmp: () => asFd(network.openIcmp(where, address), 'icmp'),
    sendTo(fd: Fd, to: Endpoint, payload: string, options?: Parameters<DaemonSys['sendTo']>[3]) {
      const socket = socketOf(fd);
      return socket ? network.sendTo(socket, to, payload, options) : 'EBADF';
    },
    echo(fd, to, options) {
      const socket = socketOf(fd);
      return socket ? network.echo(socket, to, options) : 'EBADF';
    },
    receive: (fd, timeout) =>
      ask<SocketEvent | Errno>({ call: 'receive', fd, ...(timeout !== undefined && { timeout }) }),
    poll: (fds, timeout) => ask({ call: 'poll', fds, ...(timeout !== undefined && { timeout }) }),
    shutdown(fd) {
      const socket = socketOf(fd);
      if (socket) network.shutdown(socket);
    },
    socketNames(fd) {
      const socket = socketOf(fd);
      const found = network
        .config(where)
        .sockets()
        .find(({ id }) => id === socket);
      return found?.peer ? { local: found.local, peer: found.peer } : undefined;
    },
    capture(device) {
      const id = network.capture(where, device, address);
      return give({ type: 'capture', id });
    },
    network: network.config(where),
    api: (request: ApiRequest, options) =>
      ask<ApiResponse | Errno>({ call: 'api', request, ...(options && { options }) }),
    watch: (request, options) => ask({ call: 'watch', request, ...(options && { options }) }),
    peekApi: (request, options) =>
      request.method === 'GET' && kernel.apiPath.check(where, options.server) === undefined
        ? kernel.api.handle(request, kernel.authenticate(options.user))
        : undefined,
    *nextEvent(fd, timeout) {
      const event = yield* ask<WatchMessage['event'] | Errno | null>({
        call: 'receive',
        fd,
        ...(timeout !== undefined && { timeout }),
      });
      return event;
    },
    log: (line) => appendLog(world, host, process.sandbox, 'stderr', `${line}\n`),
    runtime: isPrivileged ? createRuntime(kernel, process) : undefined,

    memory: <T extends Json>(name: string) => world.store.get<T>(memoryKey(host, pid, name)),
    remember: (name, value) => commit(memoryKey(host, pid, name), value),
    memories(prefix) {
      const base = memoryKey(host, pid, '');
      const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      return world.store
        .list<Json>(base + folder)
        .map(([key, value]) => [key.slice(base.length), value] as const)
        .filter(([name]) => name.startsWith(prefix));
    },
    setTimer(name, delay, data) {
      const key = timerKey(host, pid, name);
      const before = world.store.get<number>(key);
      if (before !== undefined) world.queue.cancel(before);
      const message = { type: 'timer', name, ...(data !== undefined && { data }) };
      const ticket = world.queue.send(address, message, Math.max(0, Math.round(delay)));
      commit(key, ticket);
    },
    cancelTimer(name) {
      const key = timerKey(host, pid, name);
      const before = world.store.get<number>(key);
      if (before === undefined) return;
      world.queue.cancel(before);
      commit(key, undefined);
    },
    dial: (to, options = {}) => asFd(network.connect(where, to, address, options.from), 'stream'),
  };
}

/** Chance that is keyed by the process, so that a program only names its own purposes. */
function keyed({ world: { chance } }: Kernel, { host, pid, executable }: Running) {
  const own = (purpose: string) => `${executable.name}/${host}/${pid}/${purpose}`;
  return {
    number: (purpose: string) => chance.number(own(purpose)),
    integer: (purpose: string, below: number) => chance.integer(own(purpose), below),
    pick: <T>(purpose: string, from: readonly T[]) => chance.pick(own(purpose), from),
    suffix: (purpose: string, length: number) => chance.suffix(own(purpose), length),
    uuid: (purpose: string) => chance.uuid(own(purpose)),
    hex: (purpose: string, length: number) => chance.hex(own(purpose), length),
  };
}
