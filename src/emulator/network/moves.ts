import type { AnyStateMachine } from 'xstate';
import { advance, begin } from '../world/machine.ts';
import type { Json } from '../world/json.ts';
import { conntrackMachine } from './conntrack/tcp-machine.ts';
import { neighbourMachine } from './neighbour/machine.ts';
import { tcpMachine } from './socket/tcp/machine.ts';

/** One move of a machine without context: where it goes from a state on an event. */
export interface Move {
  readonly state: string;
  readonly actions: readonly string[];
}

export type Mover = (state: string, event: string) => Move;

/** The machines of the network. */
export interface Moves {
  readonly tcp: Mover;
  readonly conntrack: Mover;
  readonly neighbour: Mover;
}

/**
 * The machines as lookups. Their steps are pure and they have no context, so each (state, event)
 * is worked out once and kept: that is what makes them cheap enough for every packet.
 */
export function createMoves(): Moves {
  return {
    tcp: createMover(tcpMachine),
    conntrack: createMover(conntrackMachine),
    neighbour: createMover(neighbourMachine),
  };
}

function createMover(machine: AnyStateMachine): Mover {
  const known = new Map<string, Move>();
  const { context } = begin(machine).phase;
  return (state, event) => {
    const key = `${state} ${event}`;
    const before = known.get(key);
    if (before) return before;
    const step = advance(machine, { value: state as Json, context }, { type: event });
    const move = {
      state: String(step.phase.value),
      actions: step.actions.map((action) => action.type),
    };
    known.set(key, move);
    return move;
  };
}
