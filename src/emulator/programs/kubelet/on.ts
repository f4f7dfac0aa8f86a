import type { Call, DaemonMessage, DaemonSys, ExitCode, Syscall } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { componentOptions, createApi, urlOf } from '../component.ts';
import { containerExited, findEnded } from './ended.ts';
import { endPod, goOn, hookDone } from './ending.ts';
import { klog } from './log.ts';
import { heartbeat, register } from './node.ts';
import { restartChanged, syncPod } from './pod.ts';
import { adoptProbes, killContainer, runProbe, type ProbeKind } from './probes.ts';
import { allPods, changePod, readPod, savePod, type PodRecord } from './records.ts';
import { nodeName, wake } from './runtime.ts';
import { readManifests } from './static-pods.ts';
import { refreshVolumes } from './volumes.ts';

/** How often mounted ConfigMaps and Secrets are brought up to date (the pods' sync period). */
const REFRESH = 60 * SECOND;

/** Handles one message. */
export function* on(
  message: DaemonMessage,
  sys: DaemonSys,
): Generator<Syscall, ExitCode | void, unknown> {
  switch (message.type) {
    case 'start':
      sayStart(sys);
      sys.listen({ address: '0.0.0.0', port: 10_250 });
      sys.listen({ address: '127.0.0.1', port: 10_248 });
      yield* adopt(sys);
      yield* readManifests(sys);
      yield* connect(sys);
      sys.setTimer('volumes', REFRESH);
      return undefined;
    case 'watch':
      yield* podChanged(sys, message);
      return undefined;
    case 'watch-ended':
      sys.close(message.fd);
      sys.setTimer('connect', 1 * SECOND);
      return undefined;
    case 'exited':
      yield* containerExited(sys, message.id, message.status);
      return undefined;
    case 'timer':
      yield* timer(sys, message.name, message.data);
      return undefined;
    case 'socket':
      if (message.event === 'data') sys.close(message.fd);
      return undefined;
    case 'signal':
      return 0;
    default:
      return undefined;
  }
}

/** What a kubelet's log begins with. */
function sayStart(sys: DaemonSys): void {
  klog(sys, 'I', 'server.go:525', '"Kubelet version" kubeletVersion="v1.36.2"');
  const files = 'path="/etc/kubernetes/manifests"';
  klog(sys, 'I', 'kubelet.go:386', `"Adding static pod path" ${files}`);
  const about = 'containerRuntime="containerd" version="2.1.4" apiVersion="v1"';
  klog(sys, 'I', 'kuberuntime_manager.go:291', `"Container runtime initialized" ${about}`);
  klog(sys, 'I', 'server.go:1255', '"Started kubelet"');
  klog(sys, 'I', 'server.go:180', '"Starting to listen" address="0.0.0.0" port=10250');
}

/** Takes over what an earlier kubelet of this node has left running. */
function* adopt(sys: DaemonSys): Call<void> {
  const before = allPods(sys);
  if (before.length === 0) return;
  yield* findEnded(sys);
  for (const { uid, endBy } of before) {
    adoptProbes(sys, uid);
    if (endBy === undefined) wake(sys, uid, 100 * MILLISECOND);
    else sys.setTimer(`end/${uid}`, Math.max(0, endBy - sys.now));
  }
  // Ends of containers are told to who started them, so those taken over are looked at.
  sys.setTimer('adopted', 1 * SECOND);
}

/** Registers the node and watches its pods; tries again while the API server is away. */
function* connect(sys: DaemonSys): Call<void> {
  if (!(yield* register(sys))) {
    sys.setTimer('connect', 500 * MILLISECOND);
    return;
  }
  const selector = `fieldSelector=spec.nodeName%3D${nodeName(sys)}`;
  const url = `${urlOf('pods')}?watch=true&sendInitialEvents=true&${selector}`;
  const fd = yield* sys.watch({ method: 'GET', url }, componentOptions(sys));
  if (typeof fd !== 'number') {
    klog(sys, 'E', 'reflector.go:205', `"Failed to watch" err="${String(fd)}" type="*v1.Pod"`);
    sys.setTimer('connect', 1 * SECOND);
    return;
  }
  sys.setTimer('heartbeat', 10 * SECOND);
  sys.setTimer('node-status', 2 * SECOND);
  for (const { uid, static: fromFile } of allPods(sys)) if (fromFile) yield* syncPod(sys, uid);
}

function* timer(sys: DaemonSys, name: string, data: unknown): Call<void> {
  const [kind = '', uid = '', container = '', probe = ''] = name.split('/');
  switch (kind) {
    case 'connect':
      return yield* connect(sys);
    case 'heartbeat':
    case 'node-status':
      return yield* heartbeat(sys, kind);
    case 'manifests':
      return yield* readManifests(sys);
    case 'volumes':
      sys.setTimer('volumes', REFRESH);
      return yield* refreshVolumes(sys);
    case 'adopted':
      sys.setTimer('adopted', 1 * SECOND);
      return yield* findEnded(sys);
    case 'sync':
      return yield* syncPod(sys, uid);
    case 'end':
      return yield* goOn(sys, uid);
    case 'term':
      return hookDone(sys, uid, container, data as number | undefined);
    case 'kill':
      return killContainer(sys, uid, container);
    case 'probe':
      return yield* runProbe(sys, uid, container, probe as ProbeKind);
  }
}

function* podChanged(sys: DaemonSys, message: DaemonMessage & { type: 'watch' }): Call<void> {
  const { type, object } = message.event;
  if (type === 'BOOKMARK') return;
  if (type === 'ERROR') {
    sys.close(message.fd);
    sys.setTimer('connect', 1 * SECOND);
    return;
  }
  const pod = object as unknown as Pod;
  const { uid, annotations, deletionTimestamp } = pod.metadata;
  const mirrored = annotations?.['kubernetes.io/config.mirror'];
  if (mirrored) return yield* mirrorChanged(sys, pod, mirrored, type === 'DELETED');
  if (type === 'DELETED') return yield* endPod(sys, uid, 0);
  if (!readPod(sys, uid)) {
    if (deletionTimestamp) return yield* forget(sys, pod);
    const fresh: PodRecord = {
      uid,
      pod,
      static: false,
      startTime: sys.now,
      containers: {},
      transitions: {},
    };
    savePod(sys, uid, fresh);
  } else changePod(sys, uid, { pod });
  if (deletionTimestamp) {
    return yield* endPod(sys, uid, pod.metadata.deletionGracePeriodSeconds ?? 30);
  }
  yield* restartChanged(sys, uid, pod);
  yield* syncPod(sys, uid);
}

/** A pod that goes before this kubelet has seen it: there is nothing to end. */
function* forget(sys: DaemonSys, { metadata }: Pod): Call<void> {
  const { namespace, name, uid } = metadata;
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  yield* api.delete('pods', namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } });
}

/** Deleting a mirror ends nothing: it goes at once, and another one is made. */
function* mirrorChanged(sys: DaemonSys, { metadata }: Pod, uid: string, gone: boolean): Call<void> {
  if (metadata.deletionTimestamp && !gone) {
    const api = createApi(sys, 'kubelet', componentOptions(sys));
    yield* api.delete('pods', metadata.namespace, metadata.name, { gracePeriodSeconds: 0 });
    return;
  }
  if (gone) changePod(sys, uid, { written: '' });
  wake(sys, uid, 100 * MILLISECOND);
}
