import { describe, expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { conntrackMachine } from './conntrack/tcp-machine.ts';
import { createMoves } from './moves.ts';
import { neighbourMachine } from './neighbour/machine.ts';
import { tcpMachine } from './socket/tcp/machine.ts';

const transitions = (machine: AnyStateMachine) =>
  Object.values(machine.states).flatMap((state) =>
    state.transitions
      ? [...state.transitions.keys()].map((event) => ({ from: state.key, event }))
      : [],
  );

describe.each([
  ['tcp', tcpMachine],
  ['conntrack', conntrackMachine],
  ['neighbour', neighbourMachine],
] as const)('the machine of %s', (name, machine: AnyStateMachine) => {
  it('reaches each of its states', () => {
    const moves = createMoves()[name];
    const first = Object.keys(machine.states)[0] as string;
    const seen = new Set([first]);
    for (let round = 0; round < 10; round++) {
      for (const { from, event } of transitions(machine)) {
        if (seen.has(from)) seen.add(moves(from, event).state);
      }
    }
    // A permanent neighbour is made so, it never becomes so.
    const expected = Object.keys(machine.states).filter((state) => state !== 'PERMANENT');
    expect([...seen].sort()).toEqual(expected.sort());
  });

  it('stays where it is on an event that means nothing there', () => {
    const moves = createMoves()[name];
    for (const state of Object.keys(machine.states)) {
      expect(moves(state, 'NOTHING')).toEqual({ state, actions: [] });
    }
  });
});
