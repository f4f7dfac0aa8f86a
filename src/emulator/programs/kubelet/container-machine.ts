import { setup } from 'xstate';

/**
 * The life of a container: it waits for its image and its turn, runs, ends, and is started again
 * after a back-off unless its pod's restart policy says no (`pkg/kubelet/kuberuntime`).
 */
export const containerMachine = setup({
  types: {
    context: {} as Record<string, never>,
    events: {} as { type: 'start' | 'fail' | 'exit' | 'restart' | 'stop' | 'retry' },
  },
}).createMachine({
  id: 'container',
  context: {},
  initial: 'waiting',
  states: {
    waiting: { on: { start: 'running', fail: 'backoff', stop: 'terminated' } },
    running: { on: { exit: 'terminated', stop: 'terminated' } },
    terminated: { on: { restart: 'waiting', fail: 'backoff' } },
    backoff: { on: { retry: 'waiting', stop: 'terminated' } },
  },
});
