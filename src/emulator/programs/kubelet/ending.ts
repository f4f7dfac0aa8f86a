import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Container } from '../../resources/pod-template/shapes.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { componentOptions, createApi } from '../component.ts';
import { containersOf, isSidecar } from './containers.ts';
import { tell } from './events.ts';
import { klog, runtimeLog } from './log.ts';
import { detach } from './network.ts';
import { stopProbes } from './probes.ts';
import { changePod, readPod, savePod, type ContainerRecord, type PodRecord } from './records.ts';
import { runtimeOf } from './runtime.ts';
import { writeStatus } from './status.ts';

const running = ({ containers }: PodRecord) =>
  Object.values(containers).filter(({ phase }) => phase === 'running');

/**
 * Begins a pod's end: preStop hooks, then TERM to its containers, KILL when the grace is over.
 * Sidecars are told when the others have ended.
 */
export function* endPod(sys: DaemonSys, uid: string, grace: number): Call<void> {
  const record = readPod(sys, uid);
  if (!record) return;
  const endBy = sys.now + grace * SECOND;
  if (record.endBy !== undefined) {
    // A second deletion can only make it shorter.
    if (endBy < record.endBy) {
      changePod(sys, uid, { endBy });
      sys.setTimer(`end/${uid}`, grace * SECOND);
    }
    return;
  }
  changePod(sys, uid, { endBy });
  sys.cancelTimer(`sync/${uid}`);
  sys.setTimer(`end/${uid}`, grace * SECOND);
  for (const state of running(record)) stopProbes(sys, uid, state.name, ['startup', 'liveness']);
  yield* stop(sys, uid, ({ pod }) => containersOf(pod).filter((each) => !isSidecar(each)));
  yield* goOn(sys, uid);
}

/** Tells containers to end, those that run; each has its hook first. */
function* stop(
  sys: DaemonSys,
  uid: string,
  which: (record: PodRecord) => readonly Container[],
): Call<void> {
  const record = readPod(sys, uid) as PodRecord;
  for (const container of which(record)) {
    const state = record.containers[container.name];
    if (state?.phase === 'running') yield* stopContainer(sys, record, container, state);
  }
}

/** Ends one container: event, hook, TERM. */
export function* stopContainer(
  sys: DaemonSys,
  record: PodRecord,
  container: Container,
  state: ContainerRecord,
  message = `Stopping container ${container.name}`,
): Call<void> {
  yield* tell(sys, record, 'Normal', 'Killing', message, container.name);
  const name = `term/${record.uid}/${container.name}`;
  const { exec, sleep } = container.lifecycle?.preStop ?? {};
  if (sleep) return sys.setTimer(name, sleep.seconds * SECOND);
  if (!exec) return runtimeOf(sys).signal(state.id, 'TERM');
  const options = { sandbox: state.id, fds: { 0: 'null', 1: 'null', 2: 'null' } } as const;
  const pid = sys.spawn(exec.command, { ...options, background: true });
  if (typeof pid === 'number') return sys.setTimer(name, 100 * MILLISECOND, pid);
  const why = `PreStopHook failed`;
  yield* tell(sys, record, 'Warning', 'FailedPreStopHook', why, container.name);
  runtimeOf(sys).signal(state.id, 'TERM');
}

/** The hook is over, or it is looked at again a little later. */
export function hookDone(sys: DaemonSys, uid: string, name: string, pid: number | undefined): void {
  const state = readPod(sys, uid)?.containers[name];
  if (state?.phase !== 'running') return;
  if (pid !== undefined && sys.processes().some((each) => each.pid === pid)) {
    sys.setTimer(`term/${uid}/${name}`, 200 * MILLISECOND, pid);
  } else runtimeOf(sys).signal(state.id, 'TERM');
}

/** Goes on with a pod's end when a container has ended or time is up. */
export function* goOn(sys: DaemonSys, uid: string): Call<void> {
  const record = readPod(sys, uid);
  if (record?.endBy === undefined) return;
  const left = running(record);
  if (sys.now >= record.endBy) {
    for (const { id } of left) runtimeOf(sys).signal(id, 'KILL');
    yield* killPod(sys, uid);
    return;
  }
  if (left.length === 0) return yield* killPod(sys, uid);
  const sidecars = containersOf(record.pod).filter(isSidecar);
  const onlySidecars = left.every(({ name }) => sidecars.some((each) => each.name === name));
  if (onlySidecars && !sys.memory(`sidecars/${uid}`)) {
    sys.remember(`sidecars/${uid}`, true);
    yield* stop(sys, uid, () => sidecars.toReversed());
  }
  yield* writeStatus(sys, uid);
}

/** Ends what is left of a pod: containers, interface, namespace, record, object. */
export function* killPod(sys: DaemonSys, uid: string): Call<void> {
  const record = readPod(sys, uid);
  if (!record) return;
  if (!(yield* removeSandbox(sys, record))) {
    changePod(sys, uid, { stuck: true });
    yield* writeStatus(sys, uid);
    return sys.setTimer(`end/${uid}`, 12 * SECOND);
  }
  changePod(sys, uid, { stuck: false });
  yield* settle(sys, record);
  const runtime = runtimeOf(sys);
  for (const { id, last } of Object.values(record.containers)) {
    // One that was still being pulled has none.
    if (id) runtime.removeSandbox(id);
    if (last) runtime.removeSandbox(last.id);
  }
  for (const [name] of [...sys.memories(`probe/${uid}/`), ...sys.memories(`wake/${uid}`)]) {
    sys.remember(name, undefined);
    sys.cancelTimer(name);
  }
  sys.remember(`sidecars/${uid}`, undefined);
  sys.cancelTimer(`sync/${uid}`);
  sys.cancelTimer(`end/${uid}`);
  sys.files.remove(`/var/lib/kubelet/pods/${uid}`, { recursive: true });
  savePod(sys, uid, undefined);
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const { namespace, name } = record.pod.metadata;
  const preconditions = record.static ? {} : { preconditions: { uid } };
  yield* api.delete('pods', namespace, name, { gracePeriodSeconds: 0, ...preconditions });
}

/** The last status: whatever still ran was killed. */
function* settle(sys: DaemonSys, record: PodRecord): Call<void> {
  const containers = Object.fromEntries(
    Object.entries(record.containers).map(([name, state]) => [
      name,
      state.phase === 'running' ? killed(state, sys.now) : state,
    ]),
  );
  changePod(sys, record.uid, { containers });
  yield* writeStatus(sys, record.uid);
}

function killed(state: ContainerRecord, now: number): ContainerRecord {
  const end = { phase: 'terminated', reason: 'Error', exitCode: 137, finishedAt: now } as const;
  return { ...state, ...end, ready: false, started: false };
}

/** Takes a pod's interface and namespace away; whether that went well. */
function* removeSandbox(sys: DaemonSys, record: PodRecord): Call<boolean> {
  const { netns, sandbox = '', pod, uid } = record;
  if (!netns || netns === 'host') return true;
  const why = detach(sys, pod, sandbox, netns);
  if (why === undefined) {
    runtimeOf(sys).removeNetns(netns);
    return true;
  }
  const error =
    'rpc error: code = Unknown desc = failed to destroy network for ' +
    `sandbox "${sandbox}": ${why}`;
  const text = `failed to "KillPodSandbox" for "${uid}" with KillPodSandboxError: `;
  const killing = `error killing pod: ${text}${JSON.stringify(error)}`;
  yield* tell(sys, record, 'Warning', 'FailedKillPod', killing);
  const stop = `"StopPodSandbox from runtime service failed" err=${JSON.stringify(error)}`;
  klog(sys, 'E', 'log.go:32', `${stop} podSandboxID="${sandbox}"`);
  const ids = `podSandboxID={"Type":"containerd","ID":"${sandbox}"}`;
  klog(sys, 'E', 'kuberuntime_manager.go:1782', `"Failed to stop sandbox" ${ids}`);
  const { namespace, name } = pod.metadata;
  const whole = JSON.stringify(`${text}${JSON.stringify(error)}`);
  const about = `err=${whole} pod="${namespace}/${name}" podUID="${uid}"`;
  klog(sys, 'E', 'pod_workers.go:1324', `"Error syncing pod, skipping" ${about}`);
  const failed = `level=error msg="StopPodSandbox for \\"${sandbox}\\" failed"`;
  runtimeLog(sys, [`${failed} error=${JSON.stringify(error)}`]);
  return false;
}
