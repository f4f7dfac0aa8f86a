import { isErrno } from '../../host/errno.ts';
import type { Image, Mount } from '../../host/runtime-api.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Container, Pod } from '../../resources/pod-template/shapes.ts';
import { SECOND } from '../../world/time.ts';
import { phaseAfter } from './containers.ts';
import { ended } from './ended.ts';
import { environmentOf, overImage } from './environment.ts';
import { tell } from './events.ts';
import { klog, runtimeLog } from './log.ts';
import { startProbes } from './probes.ts';
import { putContainer, readPod, type ContainerRecord, type PodRecord } from './records.ts';
import { runtimeOf, wake } from './runtime.ts';
import { mountsOf } from './volumes.ts';

/** Makes a container of an image and starts its first process. */
export function* run(
  sys: DaemonSys,
  record: PodRecord,
  container: Container,
  given: ContainerRecord,
  image: Image,
): Call<void> {
  const { retryAt: _retry, pulledAt: _pulled, message: _message, ...state } = given;
  const env = yield* environmentOf(sys, record, container);
  if ('error' in env) return yield* misconfigured(sys, record, state, env.error);
  const mounts = yield* mountsOf(sys, record, container);
  if ('error' in mounts) {
    yield* tell(sys, record, 'Warning', 'FailedMount', mounts.error);
    putContainer(sys, record.uid, state);
    return wake(sys, record.uid, 2 * SECOND);
  }
  const runtime = runtimeOf(sys);
  const restarts = state.id ? state.restarts + 1 : state.restarts;
  const id = sys.chance.hex(`container/${record.uid}/${container.name}/${restarts}`, 64);
  const user = userOf(record.pod, container) ?? image.user ?? 'root';
  if (mustNotBeRoot(record.pod, container) && user === 'root') {
    const which = `pod: "${nameOf(record.pod)}", container: ${container.name}`;
    const error = `container has runAsNonRoot and image will run as root (${which})`;
    return yield* misconfigured(sys, record, state, error);
  }
  const variables = overImage(image, env.env);
  addSandbox(sys, record, container, { id, user, env: variables, mounts: mounts.mounts, image });
  yield* tell(sys, record, 'Normal', 'Created', 'Container created', container.name);
  const argv = commandOf(container, image, variables);
  const { stdin = false, tty = false } = container;
  const pid = runtime.start(id, argv, { stdin, tty });
  const made = { ...state, id, image: container.image, restarts };
  sayContainer(sys, record, id, made, isErrno(pid));
  if (isErrno(pid)) return yield* startFailed(sys, record.uid, made, argv[0] ?? '');
  yield* tell(sys, record, 'Normal', 'Started', 'Container started', container.name);
  const startup = container.startupProbe !== undefined;
  putContainer(sys, record.uid, {
    ...made,
    phase: phaseAfter('waiting', 'start'),
    reason: '',
    startedAt: sys.now,
    ready: !container.readinessProbe && !startup,
    started: !startup,
  });
  startProbes(sys, record.uid, container);
}

/** What containerd says of a container that it has made, and has tried to start. */
function sayContainer(
  sys: DaemonSys,
  { sandbox = '', pod }: PodRecord,
  id: string,
  { name, restarts }: ContainerRecord,
  failed: boolean,
): void {
  const within = `CreateContainer within sandbox \\"${sandbox}\\" for `;
  const what = `&ContainerMetadata{Name:${name},Attempt:${restarts},}`;
  const end = failed
    ? `level=error msg="StartContainer for \\"${id}\\" failed"`
    : `level=info msg="StartContainer for \\"${id}\\" returns successfully"`;
  runtimeLog(sys, [`level=info msg="${within}${what} returns container id \\"${id}\\""`, end]);
  if (failed || restarts > 0 || (pod.spec.containers.at(-1)?.name ?? name) !== name) return;
  const { namespace, name: own } = pod.metadata;
  const created = pod.metadata.creationTimestamp;
  const about = `pod="${namespace}/${own}" podCreationTimestamp="${created}"`;
  klog(sys, 'I', 'pod_startup_latency_tracker.go:108', `"Observed pod startup duration" ${about}`);
}

interface Made {
  readonly id: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly image: Image;
}

function addSandbox(sys: DaemonSys, record: PodRecord, container: Container, made: Made): void {
  const { pod, netns = 'host' } = record;
  const { hostNetwork, hostname } = pod.spec;
  runtimeOf(sys).addSandbox({
    id: made.id,
    netns,
    hostname: hostNetwork ? sys.hostname : (hostname ?? pod.metadata.name.slice(0, 63)),
    image: container.image,
    mounts: made.mounts,
    env: made.env,
    cwd: container.workingDir ?? made.image.cwd ?? '/',
    user: made.user,
    label: `${pod.metadata.namespace}/${pod.metadata.name}/${container.name}`,
  });
}

/** command stands for the entrypoint and takes its arguments with it; `$(NAME)` is filled in. */
function commandOf(
  { command, args }: Container,
  image: Image,
  env: Readonly<Record<string, string>>,
): string[] {
  const expand = (word: string) =>
    word.replaceAll(/\$(\$|\(([A-Za-z_]\w*)\))/g, (all, mark: string, name: string) =>
      mark === '$' ? '$' : (env[name] ?? all),
    );
  const words = command ?? image.entrypoint;
  return [...words, ...(args ?? (command ? [] : (image.cmd ?? [])))].map(expand);
}

interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
}

const contexts = (pod: Pod, container: Container): SecurityContext => ({
  ...(pod.spec.securityContext as SecurityContext | undefined),
  ...(container.securityContext as SecurityContext | undefined),
});

function userOf(pod: Pod, container: Container): string | undefined {
  const { runAsUser } = contexts(pod, container);
  if (runAsUser === undefined) return undefined;
  return runAsUser === 0 ? 'root' : String(runAsUser);
}

function mustNotBeRoot(pod: Pod, container: Container): boolean {
  return contexts(pod, container).runAsNonRoot === true;
}

const nameOf = ({ metadata }: Pod) => `${metadata.name}_${metadata.namespace}(${metadata.uid})`;

/** What a container refers to is not there, or it asks for what cannot be. */
function* misconfigured(
  sys: DaemonSys,
  record: PodRecord,
  state: ContainerRecord,
  error: string,
): Call<void> {
  yield* tell(sys, record, 'Warning', 'Failed', `Error: ${error}`, state.name);
  const reason = 'CreateContainerConfigError';
  putContainer(sys, record.uid, { ...state, reason, message: error });
  wake(sys, record.uid, 10 * SECOND);
}

function* startFailed(
  sys: DaemonSys,
  uid: string,
  state: ContainerRecord,
  command: string,
): Call<void> {
  const record = readPod(sys, uid) as PodRecord;
  const why = `exec: "${command}": executable file not found in $PATH`;
  const slash = `exec: "${command}": stat ${command}: no such file or directory`;
  const error =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: ' +
    'runc create failed: unable to start container process: error during container init: ' +
    (command.includes('/') ? slash : why);
  yield* tell(sys, record, 'Warning', 'Failed', `Error: ${error}`, state.name);
  const begun: ContainerRecord = { ...state, startedAt: sys.now, phase: 'running' };
  yield* ended(sys, uid, begun, { exitCode: 128, reason: 'StartError', message: error });
}
