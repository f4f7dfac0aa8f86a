import type { Errno } from '../../network/api.ts';
import type { Pid, ProcessInfo, Signal, SpawnOptions } from '../syscalls.ts';
import type { Kernel } from './kernel.ts';
import type { Descriptor } from './records.ts';
import { USUAL_PATH } from './start.ts';
import type { Foreground, Running } from './state.ts';
import { FORK_STEPS } from './turn.ts';

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
  const fds = descriptorsFor(parent, options.fds);
  const terminal = options.terminal ?? parent.terminal;
  // Another machine or container gives the terminal to a session of its own there.
  const session = elsewhere && fds.get(0)?.type === 'terminal' ? keysOf(kernel, parent) : undefined;
  const group = session ? undefined : groupOf(parent, options);
  const started = kernel.spawn(host, argv, {
    parent: host === parent.host ? parent.pid : 1,
    waiter: parent,
    sandbox,
    netns: options.netns ?? (elsewhere ? undefined : parent.netns),
    user,
    env: options.env ?? (elsewhere ? loginEnv(target.env, user) : parent.env),
    cwd: options.cwd ?? (elsewhere ? target.cwd : parent.cwd),
    fds,
    ...(group !== undefined && { group }),
    terminal,
    ...(options.fork && { fork: options.fork }),
    ignored: ignoredBy(parent),
  });
  parent.steps += FORK_STEPS;
  if (typeof started === 'string') return started;
  if (session) {
    started.session = session;
    const { group, pid: owner } = started;
    kernel.foreground.set(session.terminal, { ...session, host, group, owner });
  }
  return started.pid;
}

function ignoredBy({ traps, login }: Running): Signal[] {
  // A prompt's shell ignores what its commands must not.
  if (login) return [];
  return [...traps].flatMap(([signal, trap]) => (trap === 'ignore' ? [signal] : []));
}

function groupOf(parent: Running, { background, group }: SpawnOptions): Pid | undefined {
  if (group === 'new') return undefined;
  return group ?? (background ? undefined : parent.group);
}

/** What has the terminal's keys, where that is the parent's group. */
export function keysOf(kernel: Kernel, { terminal, host, group }: Running): Foreground | undefined {
  if (terminal === undefined) return undefined;
  const now = kernel.foreground.get(terminal);
  return now && now.host === host && now.group === group ? now : undefined;
}

/** Host and sandbox of a place: the parent's own, a sandbox beside it, or `host:sandbox`. */
export function placeOf(parent: Running, wanted: string | undefined): [string, string] {
  if (wanted === undefined) return [parent.host, parent.sandbox];
  const [first = '', second] = wanted.split(':');
  return second === undefined ? [parent.host, first] : [first, second];
}

/** What a session in another machine or container begins with. */
export function loginEnv(
  env: Readonly<Record<string, string>>,
  user: string,
): Record<string, string> {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  return {
    PATH: USUAL_PATH,
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
  const visible: Running[] = [];
  for (const each of kernel.byHost.get(process.host) ?? []) {
    if (process.sandbox === 'host' || each.sandbox === process.sandbox) visible.push(each);
  }
  return visible
    .sort((a, b) => a.pid - b.pid)
    .map((each) => ({
      pid: each.pid,
      parent: each.parent,
      argv: each.argv,
      user: each.user,
      state: each === process ? 'R' : each.stopped ? 'T' : 'S',
      started: each.started,
      ...(each.terminal && { terminal: each.terminal }),
      sandbox: each.sandbox,
    }));
}
