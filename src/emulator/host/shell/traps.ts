import type { Call, Signal } from '../syscalls.ts';
import { runText } from './run-text.ts';
import { Flow, type Shell } from './shell.ts';

/** Runs the actions of the traps whose signals came since the last command. */
export function* runTraps(shell: Shell): Call<void> {
  for (let signal = shell.signals.shift(); signal; signal = shell.signals.shift()) {
    const action = shell.state.traps.get(signal);
    if (action) yield* runAction(shell, action);
  }
}

/** The action of ERR, where a command failed that nobody looked at. */
export function* runErrTrap(shell: Shell): Call<void> {
  const action = shell.state.traps.get('ERR');
  if (!action || shell.guards > 0 || shell.calls.length > 0) return;
  shell.guards += 1;
  try {
    yield* runAction(shell, action);
  } finally {
    shell.guards -= 1;
  }
}

/** The action of EXIT; the status is its own where it calls `exit`. */
export function* runExitTrap(shell: Shell, status: number): Call<number> {
  const action = shell.state.traps.get('EXIT');
  shell.state.traps.delete('EXIT');
  if (!action) return status;
  try {
    yield* runAction(shell, action);
  } catch (error) {
    if (error instanceof Flow && error.kind === 'exit') return error.value;
    if (!(error instanceof Flow)) throw error;
  }
  return status;
}

function* runAction(shell: Shell, action: string): Call<void> {
  const { status, pipeStatus } = shell.state;
  shell.indirection -= 1;
  yield* runText(shell, { text: action, firstLine: 1, kind: 'eval', name: shell.source.name });
  shell.indirection += 1;
  shell.state.status = status;
  shell.state.pipeStatus = pipeStatus;
}

/** Lets the process tell the shell of a signal, ignore it, or die of it. */
export function setTrap(shell: Shell, signal: string, action: string | undefined): void {
  const { sys, state } = shell;
  if (action === undefined) state.traps.delete(signal);
  else state.traps.set(signal, action);
  if (signal === 'EXIT' || signal === 'ERR' || signal === 'DEBUG' || signal === 'RETURN') return;
  if (action === '') sys.trap(signal as Signal, 'ignore');
  else if (action === undefined) defaultTrap(shell, signal as Signal);
  else sys.trap(signal as Signal, () => void shell.signals.push(signal as Signal));
}

/** What a shell does about a signal without a trap: at a prompt, none of these ends it. */
export function defaultTrap(shell: Shell, signal: Signal): void {
  const { sys, interactive } = shell;
  if (!interactive) return sys.trap(signal, 'default');
  if (signal === 'INT') sys.trap('INT', () => void (shell.interrupted = true));
  else if (signal === 'TERM' || signal === 'QUIT' || signal === 'TSTP') sys.trap(signal, 'ignore');
  else sys.trap(signal, 'default');
}
