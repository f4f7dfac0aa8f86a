import { assign, setup } from 'xstate';
import type { LabView } from '../../session/protocol.ts';

export interface LabContext {
  readonly view: LabView | undefined;
  /** Hints opened per check, 0 to 4. */
  readonly hints: Readonly<Record<string, number>>;
  readonly fault: string | undefined;
  readonly undoable: boolean;
}

export type LabEvent =
  | { readonly type: 'start' }
  | { readonly type: 'ready' }
  | { readonly type: 'judged'; readonly view: LabView }
  | { readonly type: 'marks'; readonly count: number }
  | { readonly type: 'hint'; readonly check: string }
  | { readonly type: 'restored'; readonly hints: Readonly<Record<string, number>> }
  | { readonly type: 'reset' }
  | { readonly type: 'fault'; readonly message: string }
  | { readonly type: 'dismiss' };

/**
 * The life of a lab in the page: briefing, starting, running, passed. A lab that has passed stays
 * open: what is done afterwards may break it again, and the checks say so, but it stays passed.
 */
export const labMachine = setup({
  types: { context: {} as LabContext, events: {} as LabEvent },
  guards: { passed: ({ event }) => event.type === 'judged' && event.view.passed },
  actions: {
    keepView: assign({
      view: ({ event, context }) => (event.type === 'judged' ? event.view : context.view),
    }),
    openHint: assign({
      hints: ({ event, context }) =>
        event.type === 'hint'
          ? { ...context.hints, [event.check]: Math.min(4, (context.hints[event.check] ?? 0) + 1) }
          : context.hints,
    }),
    restoreHints: assign({
      hints: ({ event, context }) => (event.type === 'restored' ? event.hints : context.hints),
    }),
    keepFault: assign({
      fault: ({ event }) => (event.type === 'fault' ? event.message : undefined),
    }),
    keepMarks: assign({
      undoable: ({ event, context }) =>
        event.type === 'marks' ? event.count > 1 : context.undoable,
    }),
  },
}).createMachine({
  id: 'lab',
  context: { view: undefined, hints: {}, fault: undefined, undoable: false },
  initial: 'briefing',
  on: {
    fault: { actions: 'keepFault' },
    dismiss: { actions: 'keepFault' },
    marks: { actions: 'keepMarks' },
    restored: { actions: 'restoreHints' },
  },
  states: {
    briefing: { on: { start: 'starting' } },
    starting: {
      on: {
        ready: 'running',
        judged: [
          { guard: 'passed', target: 'passed', actions: 'keepView' },
          { actions: 'keepView' },
        ],
      },
    },
    running: {
      on: {
        judged: [
          { guard: 'passed', target: 'passed', actions: 'keepView' },
          { actions: 'keepView' },
        ],
        hint: { actions: 'openHint' },
        reset: {},
      },
    },
    passed: {
      on: { judged: { actions: 'keepView' }, hint: { actions: 'openHint' }, reset: 'running' },
    },
  },
});
