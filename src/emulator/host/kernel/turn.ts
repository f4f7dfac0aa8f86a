import { freeze } from '../../world/json.ts';
import { isDaemon, type DaemonSys, type ExecOptions, type Syscall } from '../syscalls.ts';
import type { Sandbox } from '../runtime-api.ts';
import { attempt, done, isLate, type Attempt } from './attempt.ts';
import { closeAll, openedBy } from './descriptors.ts';
import type { Kernel, SpawnErrno } from './kernel.ts';
import { addressOf, type Descriptor } from './records.ts';
import { keepAlarm } from './restore.ts';
import { load } from './start.ts';
import type { Running } from './state.ts';
import { createSys } from './sys.ts';

/** Steps that a process may make in one turn before others get theirs. */
const TURN = 2_000;
/** Steps that a fork or an exec counts for. */
export const FORK_STEPS = 400;
/** Characters of output that count as a step: a terminal is slower than a pipe. */
const TERMINAL_STEP = 4;
const STREAM_STEP = 64;
/** Steps that a single write costs where it is part of a flood. */
const FLOOD = 20;
/** Virtual time that a whole turn takes, so that a busy loop does not stop the clock. */
const TURN_MICROS = 2_000;

/** Lets one process go on until it waits, ends, or has had its turn. */
export function turn(kernel: Kernel, running: Running): void {
  if (running.status || running.stopped) return;
  let value: unknown;
  const { waiting } = running;
  if (waiting) {
    const again: Attempt = waiting.held
      ? isLate(kernel, waiting)
        ? done(waiting.held.value)
        : { blocked: true, waiting }
      : attempt(kernel, running, waiting.call, waiting);
    if (again.blocked) {
      running.waiting = again.waiting;
      return;
    }
    settle(kernel, running);
    value = again.value;
  }
  if (running.stepsAt !== kernel.world.clock.now) {
    running.stepsAt = kernel.world.clock.now;
    running.steps = 0;
  }
  for (; ; running.steps++) {
    if (running.status) return;
    if (running.stopped) return hold(running, value);
    const part = running.executable.absent?.();
    if (part !== undefined) return kernel.hold(running, part);
    if (!running.generator && !nextMessage(kernel, running)) return;
    if (running.steps > TURN) return pause(kernel, running, value);
    const generator = running.generator as NonNullable<Running['generator']>;
    const step = generator.next(value);
    value = undefined;
    if (running.status) return;
    if (step.done) {
      if (running.generator === generator) running.generator = undefined;
      const code = step.value;
      if (isDaemon(running.executable) && typeof code !== 'number') {
        if (running.unsaved) kernel.save(running);
        continue;
      }
      return kernel.exit(running, { exited: typeof code === 'number' ? code & 255 : 0 });
    }
    const call = step.value;
    if (call.call === 'step') continue;
    if (call.call === 'write') {
      const cost = costOf(running, call);
      running.steps += cost;
      // Who floods the terminal shows a stream: nobody hurries through that.
      if (cost > FLOOD && running.steps > TURN) running.pace = 'stream';
    }
    if (call.call === 'exec') {
      value = exec(kernel, running, call.argv, call.options);
      continue;
    }
    const result: Attempt = attempt(kernel, running, call, undefined);
    if (result.blocked) {
      running.waiting = result.waiting;
      if (call.call === 'line' && running.unsaved) kernel.save(running);
      if (call.call === 'sleep') keepAlarm(kernel, running);
      return;
    }
    value = result.value;
  }
}

/** Steps that a write counts for besides its own, so that a flood of output is no faster. */
function costOf({ fds }: Running, { fd, text }: Syscall & { call: 'write' }): number {
  const each = fds.get(fd)?.type === 'terminal' ? TERMINAL_STEP : STREAM_STEP;
  return Math.floor(text.length / each);
}

/** The result of the last call is kept until a stopped process goes on. */
function hold(running: Running, value: unknown): void {
  running.waiting = { call: { call: 'step' }, deadline: 0, ticket: undefined, held: { value } };
  running.woken = true;
}

/** A process that used up its turn goes on a little later. */
function pause(kernel: Kernel, running: Running, value: unknown): void {
  const to = addressOf(running.host, running.pid);
  const ticket = kernel.world.queue.send(to, { type: 'poke' }, TURN_MICROS);
  const deadline = kernel.world.clock.now + TURN_MICROS;
  running.waiting = { call: { call: 'step' }, deadline, ticket, held: { value } };
}

/** Takes back the alarm of a call that is over. */
export function settle(kernel: Kernel, running: Running): void {
  if (running.waiting?.ticket !== undefined) kernel.world.queue.cancel(running.waiting.ticket);
  running.waiting = undefined;
}

/** Starts a daemon's generator for its next message; whether there was one. */
function nextMessage(kernel: Kernel, running: Running): boolean {
  if (!isDaemon(running.executable)) return false;
  const message = running.mailbox.shift();
  if (!message) return false;
  running.generator = running.executable.on(message, sysOf(kernel, running));
  return true;
}

/** The calls of a daemon serve it for all its messages, as long as it is where it was. */
function sysOf(kernel: Kernel, running: Running): DaemonSys {
  const known = calls.get(running);
  const sandbox = kernel.world.store.get<Sandbox>(running.sandboxKey);
  if (known?.argv === running.argv && known.sandbox === sandbox) return known.sys;
  const sys = createSys(kernel, running);
  calls.set(running, { argv: running.argv, sandbox, sys });
  return sys;
}

interface Known {
  readonly argv: readonly string[];
  readonly sandbox: Sandbox | undefined;
  readonly sys: DaemonSys;
}

const calls = new WeakMap<Running, Known>();

/** Makes a process another program; an errno where there is none to become. */
function exec(
  kernel: Kernel,
  running: Running,
  argv: readonly string[],
  { env, fds }: ExecOptions,
): SpawnErrno | undefined {
  const before = running.env;
  if (env) running.env = freeze({ ...env });
  const loaded = load(kernel, running, argv);
  if (typeof loaded === 'string') {
    running.env = before;
    return loaded;
  }
  if (fds) {
    const table = new Map<number, Descriptor>();
    for (const [fd, source] of Object.entries(fds)) {
      const own = source === 'null' ? ({ type: 'null' } as const) : running.fds.get(source);
      if (own) table.set(Number(fd), own);
    }
    for (const descriptor of table.values()) openedBy(kernel, descriptor);
    closeAll(kernel, running);
    for (const [fd, descriptor] of table) running.fds.set(fd, descriptor);
  }
  running.executable = loaded.executable;
  running.argv = loaded.argv;
  for (const [signal, trap] of running.traps) if (trap !== 'ignore') running.traps.delete(signal);
  running.generator = undefined;
  if (isDaemon(loaded.executable)) running.mailbox.push({ type: 'start' });
  else running.generator = loaded.executable.run(loaded.argv, createSys(kernel, running));
  kernel.save(running);
  return undefined;
}
