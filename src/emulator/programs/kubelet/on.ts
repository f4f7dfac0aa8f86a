import { parse } from 'yaml';
import { isErrno } from '../../host/errno.ts';
import type { Call, DaemonMessage, DaemonSys, ExitCode, Syscall } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { componentOptions, createApi, flagOf, urlOf, klog } from '../component.ts';
import { containerExited } from './containers.ts';
import { heartbeat, register } from './node.ts';
import { runProbe } from './probes.ts';
import { endPod, killPod, syncPod } from './pod.ts';
import type { PodRecord } from './records.ts';
import { staticPod } from './static-pods.ts';

const MANIFESTS = '/etc/kubernetes/manifests';

/** Handles one message. */
export function* on(
  message: DaemonMessage,
  sys: DaemonSys,
): Generator<Syscall, ExitCode | void, unknown> {
  switch (message.type) {
    case 'start':
      sys.listen({ address: '0.0.0.0', port: 10_250 });
      sys.listen({ address: '127.0.0.1', port: 10_248 });
      yield* readManifests(sys);
      yield* connect(sys);
      return undefined;
    case 'watch':
      yield* podChanged(sys, message);
      return undefined;
    case 'exited':
      yield* containerExited(sys, message.id, message.status);
      return undefined;
    case 'timer':
      yield* timer(sys, message.name);
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

/** Registers the node and watches its pods; tries again while the API server is away. */
function* connect(sys: DaemonSys): Call<void> {
  const options = componentOptions(sys);
  if (!(yield* register(sys))) {
    sys.setTimer('connect', 500 * MILLISECOND);
    return;
  }
  const node = nodeName(sys);
  const url =
    `${urlOf('pods')}` +
    '?watch=true&sendInitialEvents=true&fieldSelector=spec.nodeName%3D' +
    `${node}`;
  const fd = yield* sys.watch({ method: 'GET', url }, options);
  if (typeof fd !== 'number') {
    klog(
      sys,
      'E',
      'reflector.go:205',
      `"Failed to watch" err="failed to list *v1.Pod" type="*v1.Pod"`,
    );
    sys.setTimer('connect', 1 * SECOND);
    return;
  }
  sys.setTimer('heartbeat', 10 * SECOND);
  sys.setTimer('node-status', 2 * SECOND);
  for (const [, record] of sys.memories('pod/')) {
    if ((record as unknown as PodRecord).static)
      yield* syncPod(sys, (record as unknown as PodRecord).uid);
  }
}

export function nodeName(sys: DaemonSys): string {
  return flagOf(sys.argv, 'hostname-override') ?? sys.hostname;
}

function* timer(sys: DaemonSys, name: string): Call<void> {
  const [kind = '', uid = '', ...rest] = name.split('/');
  switch (kind) {
    case 'connect':
      return yield* connect(sys);
    case 'heartbeat':
    case 'node-status':
      return yield* heartbeat(sys, kind);
    case 'manifests':
      return yield* readManifests(sys);
    case 'sync':
      return yield* syncPod(sys, uid);
    case 'kill':
      return yield* killPod(sys, uid);
    case 'probe':
      return yield* runProbe(sys, uid, rest[0] ?? '', rest[1] as 'readiness');
  }
}

function* podChanged(sys: DaemonSys, message: DaemonMessage & { type: 'watch' }): Call<void> {
  const { type } = message.event;
  if (type === 'BOOKMARK') return;
  if (type === 'ERROR') {
    sys.close(message.fd);
    sys.setTimer('connect', 1 * SECOND);
    return;
  }
  const pod = message.event.object as unknown as Pod;
  const { uid } = pod.metadata;
  const mirrored = pod.metadata.annotations?.['kubernetes.io/config.mirror'];
  const known = sys.memory(`pod/${mirrored ?? uid}`) as unknown as PodRecord | undefined;
  if (mirrored) {
    if (type === 'DELETED' && known)
      sys.remember(`pod/${mirrored}`, { ...known, written: '' } as never);
    if (known) sys.setTimer(`sync/${mirrored}`, 100 * MILLISECOND);
    return;
  }
  if (type === 'DELETED') {
    if (known) yield* endPod(sys, uid, true);
    return;
  }
  if (!known) {
    if (
      pod.metadata.deletionTimestamp &&
      pod.status?.phase === 'Pending' &&
      !pod.status.startTime
    ) {
      yield* createApi(sys, 'kubelet', componentOptions(sys)).delete(
        'pods',
        pod.metadata.namespace,
        pod.metadata.name,
        { gracePeriodSeconds: 0 },
      );
      return;
    }
    const record: PodRecord = {
      uid,
      pod,
      static: false,
      startTime: sys.now,
      containers: {},
      transitions: {},
    };
    sys.remember(`pod/${uid}`, record as never);
  } else sys.remember(`pod/${uid}`, { ...known, pod } as never);
  if (pod.metadata.deletionTimestamp) yield* endPod(sys, uid, false);
  else yield* syncPod(sys, uid);
}

/** Static pods: files of the manifests' folder. A file that goes takes its pod with it. */
function* readManifests(sys: DaemonSys): Call<void> {
  const names = sys.files.list(MANIFESTS);
  const seen = new Set<string>();
  for (const name of isErrno(names) ? [] : names.filter((each) => /\.(ya?ml|json)$/.test(each))) {
    const found = sys.files.read(`${MANIFESTS}/${name}`);
    if (isErrno(found)) continue;
    let manifest: unknown;
    try {
      manifest = parse(found.text);
    } catch {
      klog(
        sys,
        'E',
        'file.go:187',
        `"Could not process manifest file" err="couldn't parse as pod" path="${MANIFESTS}/${name}"`,
      );
      continue;
    }
    const pod = staticPod(manifest as Pod, nodeName(sys), found.text);
    const { uid } = pod.metadata;
    seen.add(uid);
    if (sys.memory(`pod/${uid}`)) continue;
    const record: PodRecord = {
      uid,
      pod,
      static: true,
      startTime: sys.now,
      containers: {},
      transitions: {},
    };
    sys.remember(`pod/${uid}`, record as never);
    yield* syncPod(sys, uid);
  }
  for (const [, value] of sys.memories('pod/')) {
    const record = value as unknown as PodRecord;
    if (record.static && !seen.has(record.uid)) yield* endPod(sys, record.uid, true);
  }
  sys.setTimer('manifests', 20 * SECOND);
}
