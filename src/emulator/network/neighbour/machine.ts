import { createMachine } from 'xstate';

/**
 * A neighbour entry as in RFC 4861 7.3.2 and the kernel's `net/core/neighbour.c`.
 *
 *     NONE --USE--> INCOMPLETE --REPLY--> REACHABLE --AGE--> STALE --USE--> DELAY
 *                       |                     ^                              |
 *                   EXHAUSTED                 |                           TIMEOUT
 *                       v                     |                              v
 *                     FAILED                  '-------- REPLY ------------ PROBE
 *
 * HEARD: the other side spoke of itself (its own request); REPLY: it answered ours.
 */
export const neighbourMachine = createMachine({
  id: 'neighbour',
  initial: 'NONE',
  states: {
    NONE: { on: { USE: 'INCOMPLETE', HEARD: 'STALE', REPLY: 'STALE' } },
    INCOMPLETE: { on: { REPLY: 'REACHABLE', HEARD: 'STALE', EXHAUSTED: 'FAILED' } },
    REACHABLE: { on: { AGE: 'STALE' } },
    STALE: { on: { USE: 'DELAY', REPLY: 'REACHABLE' } },
    DELAY: { on: { TIMEOUT: 'PROBE', REPLY: 'REACHABLE' } },
    PROBE: { on: { REPLY: 'REACHABLE', EXHAUSTED: 'FAILED' } },
    FAILED: { on: { USE: 'INCOMPLETE', HEARD: 'STALE', REPLY: 'STALE' } },
    PERMANENT: {},
  },
});
