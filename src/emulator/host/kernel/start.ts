import { freeze } from '../../world/json.ts';
import { assert } from '../../world/assert.ts';
import { isErrno } from '../errno.ts';
import { createFiles } from '../files.ts';
import { BINARY, readBinary } from '../image-tree.ts';
import { isDaemon, type Executable, type Files, type Pid } from '../syscalls.ts';
import { openedBy } from './descriptors.ts';
import type { Kernel, Spawning, SpawnErrno } from './kernel.ts';
import { promised } from './promised.ts';
import { sandboxKey } from './records.ts';
import type { Running } from './state.ts';
import { createSys } from './sys.ts';

/** Where programs are looked for when the environment does not say. */
export const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Starts a process: a program by its words, or a copy of the caller (`how.fork`). */
export function start(
  kernel: Kernel,
  host: string,
  argv: readonly string[],
  how: Spawning,
): Running | SpawnErrno {
  const { world } = kernel;
  if (!kernel.sandbox(host, how.sandbox)) return 'ENOENT';
  const running = make(kernel, host, 0, how);
  if (how.fork) {
    const { executable, argv: words } = how.waiter as Running;
    running.executable = executable;
    running.argv = words;
  } else {
    const loaded = load(kernel, running, argv);
    if (typeof loaded === 'string') return loaded;
    running.executable = loaded.executable;
    running.argv = loaded.argv;
  }
  if ((kernel.counts.get(host) ?? 0) >= world.limits.processesPerHost) return 'EAGAIN';
  const pid = (world.store.get<number>(`/host/${host}/last-pid`) ?? 100) + 1;
  world.store.commit(world.cause('kernel'), [{ key: `/host/${host}/last-pid`, value: pid }]);
  settleIn(kernel, running, pid, how);
  kernel.save(running);
  begin(kernel, running, how.fork);
  return running;
}

/** A process that is in no table yet, and has no program. */
export function make(kernel: Kernel, host: string, pid: Pid, how: Spawning): Running {
  const running: Running = {
    host,
    pid,
    parent: how.parent,
    waiter: how.waiter,
    executable: NOTHING,
    argv: [],
    sandbox: how.sandbox,
    sandboxKey: sandboxKey(host, how.sandbox),
    netns: how.netns,
    user: how.user,
    env: Object.isFrozen(how.env) ? how.env : freeze({ ...how.env }),
    cwd: how.cwd,
    files: createFiles(kernel.fileSystem, host, how.sandbox, {
      cwd: () => running.cwd,
      user: how.user,
      path: () => running.env['PATH'] ?? USUAL_PATH,
    }),
    started: kernel.world.clock.now,
    group: how.group ?? pid,
    terminal: how.terminal,
    login: how.login ?? false,
    session: undefined,
    fds: new Map(how.fds),
    events: new Map(),
    generator: undefined,
    waiting: undefined,
    alarm: undefined,
    mailbox: [],
    traps: new Map((how.ignored ?? []).map((signal) => [signal, 'ignore' as const])),
    ended: new Map(),
    stops: new Map(),
    children: new Set(),
    pace: 'wait',
    stopped: false,
    woken: false,
    status: undefined,
    unsaved: false,
    steps: 0,
    stepsAt: 0,
  };
  return running;
}

const NOTHING: Executable = {
  name: '',
  paths: [],
  run: () => assert(false, 'no program') as never,
};

/** Gives a process its place in the tables. */
export function settleIn(kernel: Kernel, running: Running, pid: Pid, how: Spawning): void {
  const { host } = running;
  (running as { pid: Pid }).pid = pid;
  (running as { group: Pid }).group = how.group ?? pid;
  for (const descriptor of running.fds.values()) openedBy(kernel, descriptor);
  kernel.processes.set(`${host}/${pid}`, running);
  kernel.counts.set(host, (kernel.counts.get(host) ?? 0) + 1);
  running.waiter ??= kernel.find(host, how.parent);
  running.waiter?.children.add(pid);
}

export function begin(kernel: Kernel, running: Running, fork?: Spawning['fork']): void {
  if (fork) running.generator = fork(createSys(kernel, running));
  else if (isDaemon(running.executable)) running.mailbox.push({ type: 'start' });
  else running.generator = running.executable.run(running.argv, createSys(kernel, running));
  kernel.wake(running);
}

/** What `exec` finds for words: the program, and its words with an interpreter's put in. */
export function load(
  kernel: Kernel,
  running: Running,
  argv: readonly string[],
): { readonly executable: Executable; readonly argv: readonly string[] } | SpawnErrno {
  const { files, host } = running;
  const name = argv[0] ?? '';
  const path = files.which(name);
  if (path === undefined) return deniedOrMissing(files, name);
  const image = kernel.sandbox(host, running.sandbox)?.image ?? '';
  const known = kernel.fileSystem.image(image);
  const programs = known ? kernel.fileSystem.executables(known) : new Map<string, string>();
  const program = programs.get(path);
  if (program !== undefined) return { executable: executableOf(kernel, image, program), argv };
  const script = files.read(path);
  const stat = files.stat(path);
  if (isErrno(script) || isErrno(stat)) return 'ENOENT';
  if ((stat.mode & 0o111) === 0) return 'EACCES';
  if (script.text.startsWith(BINARY)) {
    const [program = '', ...builtIn] = readBinary(script.text) ?? [];
    const executable = find(kernel, program);
    return executable ? { executable, argv: [name, ...builtIn, ...argv.slice(1)] } : 'ENOEXEC';
  }
  const shown = name.includes('/') ? name : path;
  const words = [...interpreter(programs, script.text), shown, ...argv.slice(1)];
  const real = files.which(words[0] as string);
  const found = real === undefined ? undefined : programs.get(real);
  if (found === undefined) return 'ENOENT';
  return { executable: executableOf(kernel, image, found), argv: words };
}

function executableOf(kernel: Kernel, image: string, program: string): Executable {
  const executable = find(kernel, program);
  assert(executable, `the image ${image} names a program ${program} that is not there`);
  return executable;
}

/** A program by its name; one that is not known yet may still come. */
function find({ byName }: Kernel, program: string): Executable | undefined {
  const found = byName.get(program);
  return found || byName.awaited === undefined ? found : promised(byName, program, false);
}

function deniedOrMissing(files: Files, name: string): SpawnErrno {
  if (!name.includes('/')) return 'ENOENT';
  const stat = files.stat(name);
  return isErrno(stat) ? 'ENOENT' : 'EACCES';
}

/** The words of a `#!` line; text without one is for the shell. */
function interpreter(programs: ReadonlyMap<string, string>, text: string): string[] {
  const [, path, argument] = /^#![ \t]*(\S+)(?:[ \t]+([^\n]*?))?[ \t]*(?:\n|$)/.exec(text) ?? [];
  if (path === undefined) return [[...programs.values()].includes('bash') ? 'bash' : 'sh'];
  if (/\/env$/.test(path) && argument) return argument.split(/\s+/).filter((each) => each !== '-S');
  return argument ? [path, argument] : [path];
}
