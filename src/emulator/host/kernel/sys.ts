import type { ApiRequest, ApiResponse, WatchMessage } from '../../apiserver/request.ts';
import type { Endpoint, Errno, NetworkConfig, SocketEvent, SocketId } from '../../network/api.ts';
import type { Json } from '../../world/json.ts';
import {
  isDaemon,
  type Call,
  type Credentials,
  type DaemonSys,
  type Fd,
  type SpawnOptions,
  type Syscall,
} from '../syscalls.ts';
import { unauthorized, whereOf } from './attempt-api.ts';
import { closeFd, lowestFree, openedBy } from './descriptors.ts';
import type { ContainerRuntime } from '../runtime-api.ts';
import { attachTo } from './attach.ts';
import { reap } from './attempt.ts';
import type { Kernel } from './kernel.ts';
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
export function createSys(kernel: Kernel, running: Running): DaemonSys {
  const { world, network } = kernel;
  const { host, pid } = running;
  const address = addressOf(host, pid);
  const sandbox = kernel.sandbox(host, running.sandbox);
  const where = whereOf(kernel, running);
  const descriptor = (fd: Fd) => running.fds.get(fd);
  const give = (opened: Descriptor, again = false): Fd => {
    const fd = lowestFree(running);
    if (again) openedBy(kernel, opened);
    running.fds.set(fd, opened);
    running.unsaved = true;
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
    void world.store.commit(world.cause(running.executable.name), [{ key, value }]);
  const isPrivileged = running.sandbox === 'host' && running.user === 'root';

  let config: NetworkConfig | undefined;
  let runtime: ContainerRuntime | undefined;

  const sys: DaemonSys = {
    pid,
    host,
    argv: running.argv,
    address,
    sandbox: running.sandbox,
    hostname: sandbox?.hostname ?? host,
    get env() {
      return running.env;
    },
    get user() {
      return running.user;
    },
    get cwd() {
      return running.cwd;
    },
    set cwd(value) {
      running.cwd = value;
    },
    get now() {
      return world.clock.now;
    },
    chance: keyed(kernel, running),
    files: running.files,
    read: (fd, timeout, how) =>
      ask({ call: 'read', fd, ...(timeout !== undefined && { timeout }), ...(how && { how }) }),
    write: (fd, text) => ask({ call: 'write', fd, text }),
    readLine: (prompt, options = {}) => ask({ call: 'line', prompt, options }),
    open(path, mode) {
      const { files } = running;
      const real = files.resolve(path);
      if (real === '/dev/null') return give({ type: 'null' });
      if (real === '/dev/zero') return give({ type: 'zero' });
      if (/^\/dev\/u?random$/.test(real)) return give({ type: 'random', drawn: 0 });
      const std = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2, '/dev/tty': 0 }[real];
      if (std !== undefined) {
        const found = descriptor(std);
        return found ? give(found, true) : 'ENOENT';
      }
      const stat = files.stat(real);
      if (mode === 'r' && typeof stat === 'string') return stat;
      if (typeof stat !== 'string' && stat.type === 'directory')
        return mode === 'r'
          ? give({ type: 'file', sandbox: running.sandbox, path: real, mode, offset: 0 })
          : 'EISDIR';
      if (mode === 'w' || (typeof stat === 'string' && mode !== 'r')) {
        const failed = files.write(real, '', {});
        if (failed) return failed;
      }
      return give({ type: 'file', sandbox: running.sandbox, path: real, mode, offset: 0 });
    },
    close: (fd) => closeFd(kernel, running, fd),
    pipe() {
      const id = kernel.nextPipe++;
      kernel.pipes.set(id, { buffer: '', readers: 1, writers: 1, waiters: new Set() });
      const read = give({ type: 'pipe', id, end: 'read' });
      return { read, write: give({ type: 'pipe', id, end: 'write' }) };
    },
    isTerminal(fd) {
      const found = descriptor(fd);
      return found?.type === 'terminal' || (found?.type === 'held' && found.tty);
    },
    windowSize(fd) {
      const id = terminalOf(fd);
      return id === undefined ? undefined : kernel.terminals().size(id);
    },
    setRaw(fd, raw) {
      const id = terminalOf(fd);
      if (id !== undefined) kernel.terminals().setRaw(id, raw);
    },
    spawn: (argv: readonly string[], options: SpawnOptions = {}) =>
      spawnChild(kernel, running, argv, options),
    wait: (child) => ask({ call: 'wait', pid: child }),
    waitJob: (child) => ask({ call: 'wait', pid: child, untraced: true }),
    waitInterruptibly: (child) =>
      ask({ call: 'wait', pid: child, untraced: true, interruptible: true }),
    waitAny: (pids) => ask({ call: 'wait-any', pids }),
    reap: (child) => reap(running, child, true),
    exec: (argv, options = {}) => ask({ call: 'exec', argv, options }),
    group: running.group,
    attach: (place) => attachTo(kernel, running, place),
    setForeground(group) {
      const { terminal } = running;
      if (terminal !== undefined) {
        kernel.foreground.set(terminal, { terminal, host, group, owner: pid });
      }
    },
    step: () => ask({ call: 'step' }),
    candidates(words) {
      const [name = ''] = words;
      const program = kernel.byName.get(name);
      if (!program || isDaemon(program) || program.absent?.() !== undefined) return undefined;
      if (!running.files.which(name)) return undefined;
      return program.complete?.(words, sys);
    },
    login: running.login ? loginOf(kernel, running) : undefined,
    limits: { processes: world.limits.processesPerHost },
    kill(target, signal) {
      const real = target === 0 ? -running.group : target;
      return kernel.signal(host, real, signal, running.user);
    },
    processes: () => visibleProcesses(kernel, running),
    trap(signal, handler) {
      if (handler === 'default') running.traps.delete(signal);
      else running.traps.set(signal, handler);
    },
    sleep: (delay) => ask({ call: 'sleep', delay: Math.max(0, Math.round(delay)) }),
    setPace(pace) {
      running.pace = pace;
    },
    connect: (to, options = {}) => ask({ call: 'connect', to, options }),
    listen: (local) => asFd(network.listen(where, local, address), 'listener'),
    accept: (fd, timeout) => ask({ call: 'accept', fd, ...(timeout !== undefined && { timeout }) }),
    probeTcp: (to, ttl) => asFd(network.connect(where, to, address, {}, ttl), 'stream'),
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
      const [found] = socket ? network.config(where).sockets(socket) : [];
      return found?.peer ? { local: found.local, peer: found.peer } : undefined;
    },
    capture(device) {
      const id = network.capture(where, device, address);
      return give({ type: 'capture', id });
    },
    openQueue(queue, listener) {
      const own = { ...listener, owner: address, port: pid };
      const failed = network.config(where).setQueue(queue, own);
      return failed ?? give({ type: 'queue', ...where, id: queue });
    },
    get network() {
      return (config ??= network.config(where));
    },
    api: (request: ApiRequest, options) =>
      ask<ApiResponse | Errno>({ call: 'api', request, ...(options && { options }) }),
    watch: (request, options) => ask({ call: 'watch', request, ...(options && { options }) }),
    peekApi: (request, options) =>
      request.method === 'GET' && kernel.apiPath.check(where, options.server) === undefined
        ? peek(kernel, request, options.user)
        : undefined,
    *nextEvent(fd, timeout) {
      const event = yield* ask<WatchMessage['event'] | Errno | null>({
        call: 'receive',
        fd,
        ...(timeout !== undefined && { timeout }),
      });
      return event;
    },
    log(line) {
      if (running.sandbox !== 'host')
        appendLog(world, host, running.sandbox, 'stderr', `${line}\n`);
      else appendLog(world, host, running.executable.name, 'stderr', `${line}\n`, pid);
    },
    get runtime() {
      return isPrivileged ? (runtime ??= createRuntime(kernel, running)) : undefined;
    },

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
  return sys;
}

/** What the shell of a terminal keeps in a record of its own. */
function loginOf({ world }: Kernel, { host, pid }: Running): DaemonSys['login'] {
  const key = memoryKey(host, pid, 'shell');
  return {
    get state() {
      return world.store.get<Json>(key);
    },
    save(state) {
      // A shell that was made again from its record writes nothing new.
      if (JSON.stringify(world.store.get<Json>(key)) === JSON.stringify(state)) return;
      world.store.commit(world.cause('shell'), [{ key, value: state }]);
    },
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

/** A look at the API server's answer, without time passing. */
function peek(kernel: Kernel, request: ApiRequest, credentials: Credentials): ApiResponse {
  const user = kernel.authenticate(credentials);
  return user ? kernel.api.handle(request, user) : unauthorized();
}
