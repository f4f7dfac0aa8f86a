import { assign, setup } from 'xstate';

/** Counts of a probe in a row, and where its thresholds lie. */
export interface ProbeContext {
  readonly successes: number;
  readonly failures: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/**
 * A probe: unknown until its first threshold, then passing or failing (`pkg/kubelet/prober`).
 * Only so
 * many results in a row change its mind.
 */
export const probeMachine = setup({
  types: {
    context: {} as ProbeContext,
    events: {} as { type: 'success' | 'failure' },
    input: {} as { readonly successThreshold: number; readonly failureThreshold: number },
  },
  guards: {
    enoughSuccesses: ({ context }) => context.successes + 1 >= context.successThreshold,
    enoughFailures: ({ context }) => context.failures + 1 >= context.failureThreshold,
  },
  actions: {
    countSuccess: assign({ successes: ({ context }) => context.successes + 1, failures: 0 }),
    countFailure: assign({ failures: ({ context }) => context.failures + 1, successes: 0 }),
  },
}).createMachine({
  id: 'probe',
  context: ({ input }) => ({ successes: 0, failures: 0, ...input }),
  initial: 'unknown',
  on: {
    success: [
      { guard: 'enoughSuccesses', target: '.passing', actions: 'countSuccess' },
      { actions: 'countSuccess' },
    ],
    failure: [
      { guard: 'enoughFailures', target: '.failing', actions: 'countFailure' },
      { actions: 'countFailure' },
    ],
  },
  states: { unknown: {}, passing: {}, failing: {} },
});
