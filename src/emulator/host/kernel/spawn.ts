import type { Errno } from '../../network/api.ts';
import type { Pid, ProcessInfo, SpawnOptions } from '../syscalls.ts';
import type { Kernel } from './kernel.ts';
import type { Descriptor } from './records.ts';
import type { Running } from './state.ts';

/** Starts a child: what is not told is inherited. `sandbox` may be `host:sandbox` (exec, ssh). */
export function spawnChild(
  kernel: Kernel,
  parent: Running,
  argv: readonly string[],
  options: SpawnOptions,
): Pid | Errno {
  const [host, sandbox] = placeOf(parent, options.sandbox);
  const target = kernel.sandbox(host, sandbox);
  if (!target) return 'ENOENT';
  const elsewhere = host !== parent.host || sandbox !== parent.sandbox;
  const user = options.user ?? (elsewhere ? target.user : parent.user);
  const started = kernel.spawn(host, argv, {
    parent: parent.pid,
    sandbox,
    user,
    env: options.env ?? (elsewhere ? loginEnv(target.env, user) : { ...parent.env }),
    cwd: options.cwd ?? (elsewhere ? target.cwd : parent.cwd),
    fds: descriptorsFor(parent, options.fds),
    ...(!options.background && { group: parent.group }),
    terminal: options.terminal ?? parent.terminal,
  });
  if (typeof started === 'string') return started;
  parent.children.add(started.pid);
  return started.pid;
}

function placeOf(parent: Running, wanted: string | undefined): [string, string] {
  if (wanted === undefined) return [parent.host, parent.sandbox];
  const [first = '', second] = wanted.split(':');
  return second === undefined ? [parent.host, first] : [first, second];
}

function loginEnv(env: Readonly<Record<string, string>>, user: string): Record<string, string> {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: home,
    USER: user,
    TERM: 'xterm-256color',
    ...env,
  };
}

function descriptorsFor(parent: Running, fds: SpawnOptions['fds']): Map<number, Descriptor> {
  const given = new Map<number, Descriptor>();
  for (const fd of [0, 1, 2]) {
    const own = parent.fds.get(fd);
    if (own) given.set(fd, own);
  }
  for (const [fd, source] of Object.entries(fds ?? {})) {
    if (source === 'null') given.set(Number(fd), { type: 'null' });
    else {
      const own = parent.fds.get(source);
      if (own) given.set(Number(fd), own);
    }
  }
  return given;
}

/** Processes that a process can see: those of its container, or all of the host's. */
export function visibleProcesses(kernel: Kernel, process: Running): ProcessInfo[] {
  return [...kernel.processes.values()]
    .filter((each) => each.host === process.host)
    .filter((each) => process.sandbox === 'host' || each.sandbox === process.sandbox)
    .sort((a, b) => a.pid - b.pid)
    .map((each) => ({
      pid: each.pid,
      parent: each.parent,
      argv: each.argv,
      user: each.user,
      state: each === process ? 'R' : 'S',
      started: each.started,
      ...(each.terminal && { terminal: each.terminal }),
      sandbox: each.sandbox,
    }));
}
