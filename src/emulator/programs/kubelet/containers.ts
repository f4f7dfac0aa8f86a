import { isErrno } from '../../host/errno.ts';
import type { Image } from '../../host/runtime-api.ts';
import type { Call, DaemonSys, ExitStatus } from '../../host/syscalls.ts';
import type { Container } from '../../resources/pod-template/shapes.ts';
import { advance } from '../../world/machine.ts';
import { SECOND } from '../../world/time.ts';
import { containerMachine } from './container-machine.ts';
import { environmentOf } from './environment.ts';
import { readPod, runtimeOf, savePod, tell, killPod } from './pod.ts';
import { startProbes, stopProbes } from './probes.ts';
import type { ContainerRecord, PodRecord } from './records.ts';
import { writeStatus } from './status.ts';
import { mountsOf } from './volumes.ts';

const FIRST_BACKOFF = 10;
const LONGEST_BACKOFF = 300;

/** Where a container stands after an event, by its machine. */
function phaseAfter(
  phase: ContainerRecord['phase'],
  type: 'start' | 'fail' | 'exit' | 'restart' | 'stop' | 'retry',
): ContainerRecord['phase'] {
  return advance(containerMachine, { value: phase, context: {} }, { type }).phase
    .value as ContainerRecord['phase'];
}

function blank(name: string, init: boolean): ContainerRecord {
  return {
    name,
    id: '',
    phase: 'waiting',
    reason: init ? 'PodInitializing' : 'ContainerCreating',
    restarts: 0,
    backoff: 0,
    ready: false,
    started: false,
    init,
  };
}

export function put(sys: DaemonSys, uid: string, container: ContainerRecord): void {
  const record = readPod(sys, uid);
  if (record)
    savePod(
      sys,
      { ...record, containers: { ...record.containers, [container.name]: container } },
      uid,
    );
}

/** Starts what should run and does not: init containers in order, then the others. */
export function* startContainers(sys: DaemonSys, uid: string): Call<void> {
  const record = readPod(sys, uid);
  if (!record) return;
  const { spec } = record.pod;
  for (const container of spec.initContainers ?? []) {
    const state = readPod(sys, uid)?.containers[container.name] ?? blank(container.name, true);
    const sidecar = container.restartPolicy === 'Always';
    if (state.phase === 'terminated' && state.exitCode === 0 && !sidecar) continue;
    if (state.phase === 'running' && sidecar && state.started) continue;
    yield* startOne(sys, uid, container, state);
    const now = readPod(sys, uid)?.containers[container.name];
    if (!(sidecar && now?.phase === 'running')) return;
  }
  for (const container of spec.containers) {
    const state = readPod(sys, uid)?.containers[container.name] ?? blank(container.name, false);
    yield* startOne(sys, uid, container, state);
  }
}

function mayRestart(
  policy: string | undefined,
  container: Container,
  exitCode: number | undefined,
): boolean {
  if (container.restartPolicy === 'Always') return true;
  return policy === 'Always' || policy === undefined || (policy === 'OnFailure' && exitCode !== 0);
}

function* startOne(
  sys: DaemonSys,
  uid: string,
  container: Container,
  given: ContainerRecord,
): Call<void> {
  let state = given;
  if (state.phase === 'running') return;
  const record = readPod(sys, uid) as PodRecord;
  if (state.phase === 'terminated') {
    if (!mayRestart(record.pod.spec.restartPolicy, container, state.exitCode)) return;
    state = { ...state, phase: phaseAfter('terminated', 'restart') };
  }
  if (state.retryAt !== undefined && sys.now < state.retryAt) {
    put(sys, uid, { ...state, phase: 'backoff' });
    sys.setTimer(`sync/${uid}`, state.retryAt - sys.now);
    return;
  }
  if (state.phase === 'backoff') state = { ...state, phase: phaseAfter('backoff', 'retry') };
  const image = yield* pull(sys, uid, container, state);
  if (image) yield* run(sys, uid, container, state, image);
}

/** The image, or events and a back-off where no registry has it. */
function* pull(
  sys: DaemonSys,
  uid: string,
  container: Container,
  state: ContainerRecord,
): Call<Image | undefined> {
  const record = readPod(sys, uid) as PodRecord;
  const image = runtimeOf(sys).image(container.image);
  if (image) {
    const known = sys.memory(`image/${container.image}`);
    if (known && container.imagePullPolicy !== 'Always') {
      const text =
        `Container image "${container.image}" already present on ` +
        'machine and can be accessed by the pod';
      yield* tell(sys, record, 'Normal', 'Pulled', text, container.name);
    } else {
      yield* tell(
        sys,
        record,
        'Normal',
        'Pulling',
        `Pulling image "${container.image}"`,
        container.name,
      );
      const took =
        Math.round(image.size / 60_000) + sys.chance.integer(`pull/${uid}/${container.name}`, 400);
      const text =
        `Successfully pulled image "${container.image}" in ` +
        `${took < 1000 ? `${took}ms` : `${took / 1000}s`} (` +
        `${took < 1000 ? `${took}ms` : `${took / 1000}s`} including ` +
        `waiting). Image size: ${image.size} bytes.`;
      yield* tell(sys, record, 'Normal', 'Pulled', text, container.name);
      sys.remember(`image/${container.image}`, true);
    }
    return image;
  }
  const error =
    `failed to pull and unpack image "${fullName(container.image)}` +
    `": failed to resolve reference "${fullName(container.image)}` +
    `": ${fullName(container.image)}: not found`;
  const again = state.reason === 'ErrImagePull' || state.reason === 'ImagePullBackOff';
  const backoff = again ? Math.min(LONGEST_BACKOFF, state.backoff * 2) : FIRST_BACKOFF;
  if (!again) {
    yield* tell(
      sys,
      record,
      'Normal',
      'Pulling',
      `Pulling image "${container.image}"`,
      container.name,
    );
    yield* tell(
      sys,
      record,
      'Warning',
      'Failed',
      `Failed to pull image "${container.image}": rpc error: code = NotFound desc = ${error}`,
      container.name,
    );
    yield* tell(sys, record, 'Warning', 'Failed', 'Error: ErrImagePull', container.name);
  } else {
    yield* tell(
      sys,
      record,
      'Normal',
      'BackOff',
      `Back-off pulling image "${container.image}"`,
      container.name,
    );
    yield* tell(sys, record, 'Warning', 'Failed', 'Error: ImagePullBackOff', container.name);
  }
  const reason = again ? 'ImagePullBackOff' : 'ErrImagePull';
  const message = again
    ? `Back-off pulling image "${container.image}": ErrImagePull: ` +
      `rpc error: code = NotFound desc = ${error}`
    : `rpc error: code = NotFound desc = ${error}`;
  put(sys, uid, {
    ...state,
    phase: phaseAfter('waiting', 'fail'),
    reason,
    message,
    backoff,
    retryAt: sys.now + backoff * SECOND,
  });
  sys.setTimer(`sync/${uid}`, backoff * SECOND);
  return undefined;
}

function fullName(image: string): string {
  const tagged = /:[^/]+$/.test(image) ? image : `${image}:latest`;
  if (/^[^/]+\.[^/]+\//.test(tagged)) return tagged;
  return tagged.includes('/') ? `docker.io/${tagged}` : `docker.io/library/${tagged}`;
}

function* run(
  sys: DaemonSys,
  uid: string,
  container: Container,
  state: ContainerRecord,
  image: Image,
): Call<void> {
  const record = readPod(sys, uid) as PodRecord;
  const { pod } = record;
  const runtime = runtimeOf(sys);
  const env = yield* environmentOf(sys, record, container);
  const mounts = yield* mountsOf(sys, record, container);
  if ('error' in mounts || 'error' in env) {
    const error = 'error' in mounts ? mounts.error : (env as { error: string }).error;
    const volume = 'error' in mounts;
    yield* tell(
      sys,
      record,
      'Warning',
      volume ? 'FailedMount' : 'Failed',
      volume ? error : `Error: ${error}`,
      volume ? undefined : container.name,
    );
    put(sys, uid, {
      ...state,
      reason: volume ? 'ContainerCreating' : 'CreateContainerConfigError',
      ...(!volume && { message: error }),
    });
    sys.setTimer(`sync/${uid}`, 5 * SECOND);
    return;
  }
  if (state.id) runtime.removeSandbox(state.id);
  const id = sys.chance.hex(`container/${uid}/${container.name}/${state.restarts}/${sys.now}`, 64);
  const user = (container.securityContext as { runAsUser?: number } | null | undefined)?.runAsUser;
  runtime.addSandbox({
    id,
    netns: record.netns ?? 'host',
    hostname: pod.spec.hostNetwork ? sys.hostname : (pod.spec.hostname ?? pod.metadata.name),
    image: container.image,
    mounts: mounts.mounts,
    env: { ...image.env, ...env.env },
    cwd: container.workingDir ?? image.cwd ?? '/',
    user: user === undefined ? (image.user ?? 'root') : user === 0 ? 'root' : String(user),
    label: `${pod.metadata.namespace}/${pod.metadata.name}/${container.name}`,
  });
  yield* tell(sys, record, 'Normal', 'Created', `Container created`, container.name);
  const expand = (word: string) =>
    word.replaceAll(/\$\(([A-Za-z_]\w*)\)/g, (all, name: string) => env.env[name] ?? all);
  const command = (container.command ?? image.entrypoint).map(expand);
  const args = (container.args ?? (container.command ? [] : (image.cmd ?? []))).map(expand);
  const pid = runtime.start(id, [...command, ...args]);
  if (isErrno(pid)) return yield* startFailed(sys, uid, { ...state, id }, command[0] ?? '');
  yield* tell(sys, record, 'Normal', 'Started', `Container started`, container.name);
  const hasStartup = container.startupProbe !== undefined;
  const { retryAt: _retry, message: _message, ...rest } = state;
  put(sys, uid, {
    ...rest,
    id,
    phase: phaseAfter('waiting', 'start'),
    reason: '',
    startedAt: sys.now,
    ready: !container.readinessProbe && !hasStartup,
    started: !hasStartup,
  });
  startProbes(sys, uid, container);
}

function* startFailed(
  sys: DaemonSys,
  uid: string,
  state: ContainerRecord,
  command: string,
): Call<void> {
  const record = readPod(sys, uid) as PodRecord;
  const error =
    'failed to create containerd task: failed to create shim task: ' +
    'OCI runtime create failed: runc create failed: unable to ' +
    'start container process: error during container init: exec: "' +
    `${command}": executable file not found in $PATH`;
  yield* tell(sys, record, 'Warning', 'Failed', `Error: ${error}`, state.name);
  yield* ended(
    sys,
    uid,
    { ...state, startedAt: sys.now, phase: 'running' },
    { exitCode: 128, reason: 'StartError', message: error },
  );
}

/** A container's first process has ended. */
export function* containerExited(sys: DaemonSys, id: string, status: ExitStatus): Call<void> {
  for (const [, value] of sys.memories('pod/')) {
    const record = value as unknown as PodRecord;
    const state = Object.values(record.containers).find((each) => each.id === id);
    if (!state || state.phase !== 'running') continue;
    const numbers: Readonly<Record<string, number>> = {
      HUP: 1,
      INT: 2,
      QUIT: 3,
      KILL: 9,
      PIPE: 13,
      TERM: 15,
    };
    const exitCode = 'exited' in status ? status.exited : 128 + (numbers[status.signalled] ?? 0);
    yield* ended(sys, record.uid, state, {
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
    });
    return;
  }
}

interface End {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
}

function* ended(
  sys: DaemonSys,
  uid: string,
  state: ContainerRecord,
  { exitCode, reason, message }: End,
): Call<void> {
  const record = readPod(sys, uid) as PodRecord;
  stopProbes(sys, uid, state.name);
  const started = state.startedAt ?? sys.now;
  const last = { exitCode, reason, startedAt: started, finishedAt: sys.now, id: state.id };
  const gone: ContainerRecord = {
    ...state,
    phase: phaseAfter('running', 'exit'),
    reason,
    ...(message && { message }),
    exitCode,
    finishedAt: sys.now,
    ready: false,
    started: false,
  };
  put(sys, uid, gone);
  const now = readPod(sys, uid) as PodRecord;
  if (record.ending) {
    const running = Object.values(now.containers).some(({ phase }) => phase === 'running');
    if (!running) return yield* killPod(sys, uid);
    return;
  }
  const { spec } = record.pod;
  const container = [...spec.containers, ...(spec.initContainers ?? [])].find(
    ({ name }) => name === state.name,
  ) as Container;
  const init = state.init && container.restartPolicy !== 'Always';
  const restart = init
    ? exitCode !== 0 && spec.restartPolicy !== 'Never'
    : mayRestart(spec.restartPolicy, container, exitCode);
  if (restart) {
    // A container that ran for ten minutes has earned a fresh start.
    const calm = sys.now - started > 600 * SECOND;
    const backoff =
      calm || state.backoff === 0 ? FIRST_BACKOFF : Math.min(LONGEST_BACKOFF, state.backoff * 2);
    const first = state.restarts === 0 && state.backoff === 0;
    const wait = first ? 0 : backoff;
    const waiting: ContainerRecord = {
      ...gone,
      phase: wait > 0 ? phaseAfter('terminated', 'fail') : phaseAfter('terminated', 'restart'),
      reason: wait > 0 ? 'CrashLoopBackOff' : reason,
      restarts: state.restarts + 1,
      backoff: first ? FIRST_BACKOFF / 2 : backoff,
      last,
      ...(wait > 0 && { retryAt: sys.now + wait * SECOND }),
    };
    if (wait > 0) {
      const text =
        `back-off ${wait}s restarting failed container=${state.name} ` +
        `pod=${record.pod.metadata.name}_` +
        `${record.pod.metadata.namespace}(${uid})`;
      put(sys, uid, { ...waiting, message: text });
      yield* tell(
        sys,
        record,
        'Warning',
        'BackOff',
        `Back-off restarting failed container ${state.name} in pod ` +
          `${record.pod.metadata.name}_${record.pod.metadata.namespace}(` +
          `${uid})`,
        state.name,
      );
    } else put(sys, uid, waiting);
    sys.setTimer(`sync/${uid}`, Math.max(1_000, wait * SECOND));
  } else sys.setTimer(`sync/${uid}`, 1_000);
  yield* writeStatus(sys, uid);
}
