import { get, type HttpReply } from '../../host/http/probe.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Container, Probe } from '../../resources/pod-template/shapes.ts';
import { advance, begin, type Phase } from '../../world/machine.ts';
import { SECOND } from '../../world/time.ts';
import { put } from './containers.ts';
import { readPod, runtimeOf, tell } from './pod.ts';
import { probeMachine } from './probe-machine.ts';
import type { PodRecord } from './records.ts';
import { writeStatus } from './status.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';
const kinds: readonly ProbeKind[] = ['startup', 'liveness', 'readiness'];

const probeOf = (container: Container, kind: ProbeKind): Probe | undefined =>
  ({
    startup: container.startupProbe,
    liveness: container.livenessProbe,
    readiness: container.readinessProbe,
  })[kind];

/** Sets the alarms of a container's probes. Readiness and liveness wait for the startup probe. */
export function startProbes(sys: DaemonSys, uid: string, container: Container): void {
  for (const kind of kinds) {
    const probe = probeOf(container, kind);
    if (!probe) continue;
    const { successThreshold = 1, failureThreshold = 3 } = probe;
    const { phase } = begin(probeMachine, { successThreshold, failureThreshold });
    const name = `probe/${uid}/${container.name}/${kind}`;
    sys.remember(name, phase as never);
    const jitter = sys.chance.integer(`${name}/${sys.now}`, 400_000);
    sys.setTimer(name, (probe.initialDelaySeconds ?? 0) * SECOND + 200_000 + jitter);
  }
}

export function stopProbes(sys: DaemonSys, uid: string, container: string): void {
  for (const kind of kinds) {
    const name = `probe/${uid}/${container}/${kind}`;
    sys.remember(name, undefined);
    sys.cancelTimer(name);
  }
}

/** Runs one probe and does what follows from it. */
export function* runProbe(sys: DaemonSys, uid: string, name: string, kind: ProbeKind): Call<void> {
  const record = readPod(sys, uid);
  const key = `probe/${uid}/${name}/${kind}`;
  const phase = sys.memory(key) as Phase | undefined;
  const state = record?.containers[name];
  if (!record || !phase || state?.phase !== 'running') return;
  const container = [...record.pod.spec.containers, ...(record.pod.spec.initContainers ?? [])].find(
    (each) => each.name === name,
  );
  const probe = container && probeOf(container, kind);
  if (!container || !probe) return;
  if (kind !== 'startup' && !state.started) {
    sys.setTimer(key, 1 * SECOND);
    return;
  }
  sys.setTimer(key, (probe.periodSeconds ?? 10) * SECOND);
  const failure = yield* ask(sys, record, container, probe);
  const type = failure === undefined ? 'success' : 'failure';
  const next = advance(probeMachine, phase, { type }).phase;
  if (!sys.memory(key)) return;
  sys.remember(key, next as never);
  if (failure !== undefined) {
    const title = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' }[kind];
    yield* tell(sys, record, 'Warning', 'Unhealthy', `${title} probe failed: ${failure}`, name);
  }
  if (next.value !== phase.value)
    yield* changed(sys, uid, container, kind, next.value === 'passing');
  else if (next.value === 'failing' && kind !== 'readiness')
    yield* restart(sys, uid, container, kind);
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
  if (kind === 'readiness') put(sys, uid, { ...state, ready: passing });
  else if (!passing) return yield* restart(sys, uid, container, kind);
  else if (kind === 'startup') {
    put(sys, uid, { ...state, started: true, ready: !container.readinessProbe });
    sys.setTimer(`sync/${uid}`, 1_000);
  } else return;
  yield* writeStatus(sys, uid);
}

/** A container that fails its liveness or startup probe is ended; it comes again by its policy. */
function* restart(sys: DaemonSys, uid: string, container: Container, kind: ProbeKind): Call<void> {
  const record = readPod(sys, uid);
  const state = record?.containers[container.name];
  if (!record || !state) return;
  yield* tell(
    sys,
    record,
    'Normal',
    'Killing',
    `Container ${container.name} failed ${kind} probe, will be restarted`,
    container.name,
  );
  runtimeOf(sys).signal(state.id, 'TERM');
}

/** undefined where all is well, else what the event says. */
function* ask(
  sys: DaemonSys,
  record: PodRecord,
  container: Container,
  probe: Probe,
): Call<string | undefined> {
  const timeout = (probe.timeoutSeconds ?? 1) * SECOND;
  const ip = record.ip ?? '';
  const port = (given: number | string): number =>
    typeof given === 'number'
      ? given
      : (container.ports?.find(({ name }) => name === given)?.containerPort ?? 0);
  if (probe.httpGet) {
    const { host, path = '/', port: given, httpHeaders = [] } = probe.httpGet;
    const address = host || ip;
    const url = `http://${address}:${port(given)}${path.startsWith('/') ? path : `/${path}`}`;
    const reply: HttpReply | string = yield* get(sys, {
      address,
      port: port(given),
      path,
      headers: httpHeaders,
      timeout,
    });
    if (typeof reply === 'string') return `Get "${url}": ${reply}`;
    return reply.status >= 200 && reply.status < 400
      ? undefined
      : `HTTP probe failed with statuscode: ${reply.status}`;
  }
  if (probe.tcpSocket) {
    const to = { address: probe.tcpSocket.host || ip, port: port(probe.tcpSocket.port) };
    const fd = yield* sys.connect(to, { timeout });
    if (isErrno(fd)) return `dial tcp ${to.address}:${to.port}: ${goErrno(fd)}`;
    sys.close(fd);
    return undefined;
  }
  if (probe.exec) return yield* exec(sys, record, container, probe.exec.command);
  return 'grpc probes are not modelled here';
}

export function goErrno(errno: string): string {
  if (errno === 'ETIMEDOUT') return 'i/o timeout';
  const texts: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connect: connection refused',
    EHOSTUNREACH: 'connect: no route to host',
    ENETUNREACH: 'connect: network is unreachable',
  };
  return texts[errno] ?? `connect: ${errno}`;
}

function* exec(
  sys: DaemonSys,
  record: PodRecord,
  container: Container,
  command: readonly string[],
): Call<string | undefined> {
  const id = record.containers[container.name]?.id ?? '';
  const pipe = sys.pipe();
  const pid = sys.spawn(command, { sandbox: id, fds: { 0: 'null', 1: pipe.write, 2: pipe.write } });
  sys.close(pipe.write);
  if (isErrno(pid)) {
    sys.close(pipe.read);
    return `command ["${command.join('" "')}"] not found`;
  }
  let output = '';
  for (
    let piece = yield* sys.read(pipe.read);
    typeof piece === 'string' && !isErrno(piece);
    piece = yield* sys.read(pipe.read)
  )
    output += piece;
  sys.close(pipe.read);
  const status = yield* sys.wait(pid);
  return 'exited' in status && status.exited === 0 ? undefined : output.trim();
}
