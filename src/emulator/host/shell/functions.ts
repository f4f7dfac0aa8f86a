import { parse, type Function as FunctionNode } from 'unbash';
import type { Call } from '../syscalls.ts';
import { lineOf, type Source } from './parse.ts';
import { runCommand } from './run.ts';
import { Flow, type FunctionBody, type Shell } from './shell.ts';

/** Defines a function. */
export function defineFunction(shell: Shell, node: FunctionNode): number {
  const { source, state } = shell;
  const name = node.name.value;
  const text = source.text.slice(node.pos, node.end);
  const file = source.kind === 'file' ? source.name : '';
  state.functions.set(name, { text, line: lineOf(source, node.pos), file });
  if (node.body.type !== 'CompoundList') shell.bodies.set(name, { node: node.body, source });
  return (state.status = 0);
}

/** The body of a function, read again where only its text was kept. */
export function bodyOf(shell: Shell, name: string): FunctionBody | undefined {
  const known = shell.bodies.get(name);
  if (known) return known;
  const kept = shell.state.functions.get(name);
  if (!kept) return undefined;
  const { text, line, file } = kept;
  const source: Source = { text, firstLine: line, kind: file ? 'file' : 'command', name: file };
  const found = parse(text).commands[0]?.command;
  if (found?.type !== 'Function' || found.body.type === 'CompoundList') return undefined;
  const body = { node: found.body, source };
  shell.bodies.set(name, body);
  return body;
}

/** Calls a function with its words as `$0 $1 …`. */
export function* callFunction(shell: Shell, name: string, words: readonly string[]): Call<number> {
  const { state, sys } = shell;
  const body = bodyOf(shell, name);
  if (!body) return 0;
  if (shell.calls.length >= DEEPEST) {
    yield* shell.complain(`${name}: maximum function nesting level exceeded (${DEEPEST})`);
    throw new Flow('discard', 1);
  }
  const { positional } = state;
  const { source, loops, line } = shell;
  state.positional = words.slice(1);
  shell.calls.push({ name, hidden: new Map() });
  shell.source = body.source;
  shell.loops = 0;
  try {
    // A function that calls itself without end must let the kernel count its steps.
    yield* sys.step();
    return yield* runCommand(shell, body.node);
  } catch (error) {
    if (error instanceof Flow && error.kind === 'return') return error.value;
    throw error;
  } finally {
    state.positional = positional;
    shell.source = source;
    shell.loops = loops;
    shell.line = line;
    for (const [hidden, old] of shell.calls.pop()?.hidden ?? []) {
      if (old) state.variables.set(hidden, old);
      else state.variables.delete(hidden);
    }
  }
}

/** Calls that may be nested, as limits.ts has it (`shellDepth`). */
const DEEPEST = 200;
