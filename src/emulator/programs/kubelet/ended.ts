import type { Call, DaemonSys, ExitStatus } from '../../host/syscalls.ts';
import { SECOND } from '../../world/time.ts';
import { phaseAfter } from './containers.ts';
import { goOn } from './ending.ts';
import { stopProbes } from './probes.ts';
import { allPods, putContainer, readPod, type ContainerRecord } from './records.ts';
import { runtimeOf, wake } from './runtime.ts';
import { writeStatus } from './status.ts';

/** How a container ended. */
export interface End {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
}

const numbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  PIPE: 13,
  TERM: 15,
};

function endOf(status: ExitStatus): End {
  const exitCode = 'exited' in status ? status.exited : 128 + (numbers[status.signalled] ?? 0);
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' };
}

/** A container's first process has ended. */
export function* containerExited(sys: DaemonSys, id: string, status: ExitStatus): Call<void> {
  for (const { uid, containers } of allPods(sys)) {
    const state = Object.values(containers).find((each) => each.id === id);
    if (state?.phase === 'running') return yield* ended(sys, uid, state, endOf(status));
  }
}

/** Looks for containers that ended while no kubelet ran. */
export function* findEnded(sys: DaemonSys): Call<void> {
  for (const { containers } of allPods(sys)) {
    for (const { id, phase } of Object.values(containers)) {
      if (phase !== 'running') continue;
      const { running, status } = runtimeOf(sys).status(id);
      if (!running) yield* containerExited(sys, id, status ?? { signalled: 'KILL' });
    }
  }
}

/** Writes down how a container ended, and has its pod looked at. */
export function* ended(
  sys: DaemonSys,
  uid: string,
  state: ContainerRecord,
  { exitCode, reason, message }: End,
): Call<void> {
  stopProbes(sys, uid, state.name);
  sys.cancelTimer(`kill/${uid}/${state.name}`);
  putContainer(sys, uid, {
    ...state,
    phase: phaseAfter('running', 'exit'),
    reason,
    ...(message && { message }),
    exitCode,
    finishedAt: sys.now,
    ready: false,
    started: false,
  });
  if (readPod(sys, uid)?.endBy !== undefined) return yield* goOn(sys, uid);
  wake(sys, uid, 1 * SECOND);
  yield* writeStatus(sys, uid);
}
