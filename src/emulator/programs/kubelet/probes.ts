import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Container, Probe } from '../../resources/pod-template/shapes.ts';
import { advance, begin, type Phase } from '../../world/machine.ts';
import { SECOND } from '../../world/time.ts';
import { containersOf } from './containers.ts';
import { stopContainer } from './ending.ts';
import { tell } from './events.ts';
import { ask } from './probe-ask.ts';
import { probeMachine } from './probe-machine.ts';
import { putContainer, readPod } from './records.ts';
import { runtimeOf, wake } from './runtime.ts';
import { writeStatus } from './status.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';
const kinds: readonly ProbeKind[] = ['startup', 'liveness', 'readiness'];
const titles = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' } as const;

const keyOf = (uid: string, container: string, kind: ProbeKind) =>
  `probe/${uid}/${container}/${kind}`;

const probeOf = (container: Container, kind: ProbeKind): Probe | undefined =>
  container[`${kind}Probe`];

/** Sets the alarms of a container's probes. Readiness and liveness wait for the startup probe. */
export function startProbes(sys: DaemonSys, uid: string, container: Container): void {
  for (const kind of kinds) {
    const probe = probeOf(container, kind);
    if (!probe) continue;
    const { successThreshold = 1, failureThreshold = 3 } = probe;
    const { phase } = begin(probeMachine, { successThreshold, failureThreshold });
    const name = keyOf(uid, container.name, kind);
    sys.remember(name, phase as never);
    const jitter = sys.chance.integer(`${name}/${sys.now}`, 400_000);
    sys.setTimer(name, (probe.initialDelaySeconds ?? 0) * SECOND + 200_000 + jitter);
  }
}

/** Goes on with the probes of containers that an earlier kubelet started. */
export function adoptProbes(sys: DaemonSys, uid: string): void {
  const record = readPod(sys, uid);
  if (!record) return;
  for (const container of containersOf(record.pod)) {
    if (record.containers[container.name]?.phase === 'running') startProbes(sys, uid, container);
  }
}

export function stopProbes(
  sys: DaemonSys,
  uid: string,
  container: string,
  which: readonly ProbeKind[] = kinds,
): void {
  for (const kind of which) {
    const name = keyOf(uid, container, kind);
    sys.remember(name, undefined);
    sys.cancelTimer(name);
  }
}

/** Runs one probe and does what follows from it. */
export function* runProbe(sys: DaemonSys, uid: string, name: string, kind: ProbeKind): Call<void> {
  const record = readPod(sys, uid);
  const key = keyOf(uid, name, kind);
  const phase = sys.memory(key) as Phase | undefined;
  const state = record?.containers[name];
  const container = record && containersOf(record.pod).find((each) => each.name === name);
  const probe = container && probeOf(container, kind);
  if (!phase || !probe || state?.phase !== 'running') return;
  if (kind !== 'startup' && !state.started) {
    sys.setTimer(key, 1 * SECOND);
    return;
  }
  sys.setTimer(key, (probe.periodSeconds ?? 10) * SECOND);
  const failure = yield* ask(sys, record, container, probe);
  // While it was asked, the container may have ended, and its probes with it.
  if (!sys.memory(key)) return;
  const next = advance(probeMachine, phase, { type: failure ? 'failure' : 'success' }).phase;
  sys.remember(key, next as never);
  if (failure !== undefined) {
    const text = `${titles[kind]} probe failed: ${failure}`;
    yield* tell(sys, record, 'Warning', 'Unhealthy', text, name);
  }
  if (next.value === phase.value && (next.value !== 'failing' || kind === 'readiness')) return;
  yield* changed(sys, uid, container, kind, next.value === 'passing');
}

function* changed(
  sys: DaemonSys,
  uid: string,
  container: Container,
  kind: ProbeKind,
  passing: boolean,
): Call<void> {
  const state = readPod(sys, uid)?.containers[container.name];
  if (!state) return;
  if (kind === 'readiness') putContainer(sys, uid, { ...state, ready: passing });
  else if (!passing) return yield* restart(sys, uid, container, kind);
  else if (kind === 'startup') {
    putContainer(sys, uid, { ...state, started: true, ready: !container.readinessProbe });
    wake(sys, uid, 1_000);
  } else return;
  yield* writeStatus(sys, uid);
}

/** A container that fails its liveness or startup probe is ended; it comes again by its policy. */
function* restart(sys: DaemonSys, uid: string, container: Container, kind: ProbeKind): Call<void> {
  const record = readPod(sys, uid);
  const state = record?.containers[container.name];
  if (!record || !state) return;
  stopProbes(sys, uid, container.name);
  const text = `Container ${container.name} failed ${kind} probe, will be restarted`;
  yield* stopContainer(sys, record, container, state, text);
  const grace =
    probeOf(container, kind)?.terminationGracePeriodSeconds ??
    record.pod.spec.terminationGracePeriodSeconds ??
    30;
  sys.setTimer(`kill/${uid}/${container.name}`, grace * SECOND);
}

/** Time is up for a container that was told to end. */
export function killContainer(sys: DaemonSys, uid: string, name: string): void {
  const state = readPod(sys, uid)?.containers[name];
  if (state?.phase === 'running') runtimeOf(sys).signal(state.id, 'KILL');
}
