import { initialTransition, transition, type AnyStateMachine } from 'xstate';
import type { Json, Micros } from './json.ts';

/** Where a machine stands: the state value and context of an XState snapshot, as plain data. */
export interface Phase {
  readonly value: Json;
  readonly context: Json;
}

/** What follows from one step of a machine; the caller does it. */
export interface Step {
  readonly phase: Phase;
  readonly actions: readonly { readonly type: string; readonly params?: Json }[];
  /** Delayed transitions (`after`), to be sent back as events when their time has come. */
  readonly timers: readonly { readonly id: string; readonly delay: Micros; readonly event: Json }[];
  /** Ids of timers that no longer count. */
  readonly cancels: readonly string[];
}

interface Effect {
  readonly type: string;
  readonly params?: Record<string, unknown>;
}

/** The first step of a machine. `input` becomes its context where the machine says so. */
export function begin(machine: AnyStateMachine, input?: Json): Step {
  const [snapshot, effects] = initialTransition(machine, input as never);
  return step(snapshot, effects as readonly Effect[]);
}

/**
 * One pure step: where the machine goes from a phase on an event, and what is to be done. Delays
 * are milliseconds in XState and microseconds here.
 */
export function advance(
  machine: AnyStateMachine,
  phase: Phase,
  event: { readonly type: string; readonly [name: string]: Json | undefined },
): Step {
  const snapshot = machine.resolveState({ value: phase.value, context: phase.context } as never);
  const [next, effects] = transition(machine, snapshot, event as never);
  return step(next, effects as readonly Effect[]);
}

function step(snapshot: { value: unknown; context: unknown }, effects: readonly Effect[]): Step {
  const timers: { id: string; delay: Micros; event: Json }[] = [];
  const cancels: string[] = [];
  const actions: { type: string; params?: Json }[] = [];
  for (const { type, params } of effects) {
    if (type === 'xstate.raise' && typeof params?.['delay'] === 'number') {
      const delay = Math.round(params['delay'] * 1000);
      timers.push({ id: String(params['id']), delay, event: params['event'] as Json });
    } else if (type === 'xstate.cancel') {
      cancels.push(String(params?.['sendId'] ?? params?.['id']));
    } else if (!type.startsWith('xstate.')) {
      actions.push(params === undefined ? { type } : { type, params: params as Json });
    }
  }
  const phase = { value: snapshot.value as Json, context: snapshot.context as Json };
  return { phase, actions, timers, cancels };
}
