import type { Call, Errno, Fd, Pid, SpawnOptions, Sys } from '../syscalls.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { copyState, type ShellState } from './state.ts';
import { Flow, prefixOf, type Shell, type ShellLook } from './shell.ts';
import type { Source } from './parse.ts';
import { runExitTrap } from './traps.ts';

/** What a shell is made of besides its state. */
export interface ShellParts {
  readonly look: ShellLook;
  readonly state: ShellState;
  readonly sys: Sys;
  readonly title: string;
  readonly source: Source;
  readonly interactive: boolean;
  readonly prompted: boolean;
}

/** A shell in its process. */
export function createShell(parts: ShellParts): Shell {
  const { sys } = parts;
  const shell: Shell = {
    ...parts,
    started: sys.now,
    line: parts.source.firstLine,
    fds: new Map<Fd, Fd | 'null'>([
      [0, 0],
      [1, 1],
      [2, 2],
    ]),
    signals: [],
    interrupted: false,
    warned: false,
    guards: 0,
    loops: 0,
    sourced: 0,
    subshells: 0,
    indirection: 0,
    calls: [],
    bodies: new Map(),
    braces: new Map(),
    optionIndex: 1,
    optionOffset: 0,
    lastWord: '',
    substituted: undefined,
    substitutions: [],
    out: (text) => shell.write(1, text),
    complain: (text) => shell.write(2, `${prefixOf(shell)}${text}\n`),
    *write(fd, text) {
      const to = shell.fds.get(fd);
      if (to === 'null' || text === '') return;
      if (to === undefined) return;
      yield* sys.write(to, text);
    },
    arithmetic: (text) => evaluateArithmetic(shell, text),
  };
  return shell;
}

/** Starts a copy of the shell that runs a body; its status is the copy's exit code. */
export function forkShell(
  shell: Shell,
  body: (copy: Shell) => Call<number>,
  options: SpawnOptions = {},
): Pid | Errno {
  const { state, look, title, source, line, guards, calls } = shell;
  const inherited = { ...shell, substitutions: [] };
  // The copy is made now: what the parent does next is not seen by it.
  const copied = copyState(state);
  const fork = function* (sys: Sys) {
    const copy = createShell({
      look,
      state: copied,
      sys,
      title,
      source,
      interactive: false,
      prompted: inherited.prompted,
    });
    copy.line = line;
    copy.guards = guards;
    copy.subshells = inherited.subshells + 1;
    copy.indirection = inherited.indirection;
    copy.loops = 0;
    copy.calls.push(...calls);
    for (const [name, text] of inherited.bodies) copy.bodies.set(name, text);
    for (const fd of table.keys()) copy.fds.set(fd, table.get(fd) === 'null' ? 'null' : fd);
    for (const fd of [0, 1, 2]) if (!table.has(fd)) copy.fds.delete(fd);
    copied.options.monitor = false;
    return yield* untilExit(copy, body);
  };
  const table = new Map<Fd, Fd | 'null'>(shell.fds);
  for (const [fd, to] of Object.entries(options.fds ?? {})) table.set(Number(fd), to);
  const { fds: _given, ...rest } = options;
  return shell.sys.spawn([state.name], { ...rest, fork, fds: Object.fromEntries(table) });
}

/** Runs a body to its end or to `exit`, and the EXIT trap after it. */
export function* untilExit(shell: Shell, body: (shell: Shell) => Call<number>): Call<number> {
  let status: number;
  try {
    status = yield* body(shell);
  } catch (error) {
    if (!(error instanceof Flow)) throw error;
    status = error.value;
  }
  shell.state.status = status;
  return (yield* runExitTrap(shell, status)) & 255;
}
