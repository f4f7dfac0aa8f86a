import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Container, Pod } from '../../resources/pod-template/shapes.ts';
import { advance } from '../../world/machine.ts';
import { SECOND } from '../../world/time.ts';
import { containerMachine } from './container-machine.ts';
import { tell } from './events.ts';
import { backOff, pull } from './pull.ts';
import { putContainer, readPod, type ContainerRecord, type PodRecord } from './records.ts';
import { runtimeOf } from './runtime.ts';
import { run } from './start.ts';

const FIRST_BACKOFF = 10;
const LONGEST_BACKOFF = 300;
/** A container that ran for so long has earned a fresh start. */
const CALM = 600 * SECOND;

type MachineEvent = 'start' | 'fail' | 'exit' | 'restart' | 'stop' | 'retry';

/** Where a container stands after an event, by its machine. */
export function phaseAfter(
  phase: ContainerRecord['phase'],
  type: MachineEvent,
): ContainerRecord['phase'] {
  const known = steps.get(`${phase} ${type}`);
  if (known) return known;
  const step = advance(containerMachine, { value: phase, context: {} }, { type });
  const next = step.phase.value as ContainerRecord['phase'];
  steps.set(`${phase} ${type}`, next);
  return next;
}

/** The machine's answers: it has no context, so that they hang on phase and event alone. */
const steps = new Map<string, ContainerRecord['phase']>();

/** All containers of a pod, whichever list they stand in. */
export function containersOf({ spec }: Pod): Container[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  return [...initContainers, ...containers, ...ephemeralContainers];
}

export const isSidecar = ({ restartPolicy }: Container) => restartPolicy === 'Always';

/** Whether a container that ended comes again. */
export function mayRestart(pod: Pod, container: Container, exitCode: number | undefined): boolean {
  const { restartPolicy, ephemeralContainers, initContainers } = pod.spec;
  if (isSidecar(container)) return true;
  if (ephemeralContainers?.some(({ name }) => name === container.name)) return false;
  // An init container only comes again when it failed.
  const init = initContainers?.some(({ name }) => name === container.name);
  if (init && exitCode === 0) return false;
  if (restartPolicy === 'Never') return false;
  return restartPolicy !== 'OnFailure' || exitCode !== 0;
}

const blank = ({ name, image }: Container, pod: Pod): ContainerRecord => ({
  name,
  id: '',
  image,
  phase: 'waiting',
  reason: pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating',
  restarts: 0,
  backoff: 0,
  ready: false,
  started: false,
});

/** Starts what should run and does not: init containers in order, then the others. */
export function* startContainers(sys: DaemonSys, uid: string): Call<void> {
  const { spec } = (readPod(sys, uid) as PodRecord).pod;
  const stateOf = ({ name }: Container) => readPod(sys, uid)?.containers[name];
  for (const container of spec.initContainers ?? []) {
    const before = stateOf(container);
    if (before?.phase === 'terminated' && before.exitCode === 0 && !isSidecar(container)) continue;
    yield* startOne(sys, uid, container);
    const now = stateOf(container);
    if (!(isSidecar(container) && now?.phase === 'running' && now.started)) return;
  }
  for (const container of [...spec.containers, ...(spec.ephemeralContainers ?? [])]) {
    yield* startOne(sys, uid, container);
    // The next one waits while this one's image is being pulled.
    if (stateOf(container)?.pulledAt !== undefined) return;
  }
}

function* startOne(sys: DaemonSys, uid: string, container: Container): Call<void> {
  const record = readPod(sys, uid) as PodRecord;
  let state = record.containers[container.name] ?? blank(container, record.pod);
  if (state.phase === 'running') return;
  if (state.phase === 'terminated') {
    if (!mayRestart(record.pod, container, state.exitCode)) return;
    const again = yield* comeAgain(sys, record, state);
    if (!again) return;
    state = again;
  }
  if (state.retryAt !== undefined && sys.now < state.retryAt) {
    if (state.reason === 'ErrImagePull') yield* backOff(sys, record, state, container.image);
    return;
  }
  if (state.phase === 'backoff') state = { ...state, phase: phaseAfter('backoff', 'retry') };
  const image = yield* pull(sys, record, container, state);
  if (image) yield* run(sys, record, container, state, image);
}

/** A container that ended is started at once the first time, then after longer and longer waits. */
function* comeAgain(
  sys: DaemonSys,
  { uid, pod, ...rest }: PodRecord,
  state: ContainerRecord,
): Call<ContainerRecord | undefined> {
  const { startedAt = 0, finishedAt = sys.now, exitCode = 0, reason, id, name } = state;
  const last = { exitCode, reason, startedAt, finishedAt, id };
  // One ended container is kept for `logs --previous`; the one before it goes.
  if (state.last && state.last.id !== id) runtimeOf(sys).removeSandbox(state.last.id);
  const calm = finishedAt - startedAt > CALM;
  if (state.backoff === 0 || calm) {
    return { ...state, phase: phaseAfter('terminated', 'restart'), last, backoff: FIRST_BACKOFF };
  }
  const retryAt = finishedAt + state.backoff * SECOND;
  if (retryAt <= sys.now) return { ...state, phase: phaseAfter('terminated', 'restart'), last };
  const which = `${pod.metadata.name}_${pod.metadata.namespace}(${uid})`;
  const record = { uid, pod, ...rest };
  const event = `Back-off restarting failed container ${name} in pod ${which}`;
  yield* tell(sys, record, 'Warning', 'BackOff', event, name);
  putContainer(sys, uid, {
    ...state,
    phase: phaseAfter('terminated', 'fail'),
    last,
    reason: 'CrashLoopBackOff',
    message: `back-off ${waitText(state.backoff)} restarting failed container=${name} pod=${which}`,
    retryAt,
    backoff: Math.min(LONGEST_BACKOFF, state.backoff * 2),
  });
  return undefined;
}

/** Seconds as Go prints a duration. */
function waitText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
