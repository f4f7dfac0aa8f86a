import { runChain } from '../../cni/chain.ts';
import { loadNetwork } from '../../cni/spec.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { ContainerRuntime } from '../../host/runtime-api.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { componentOptions, createApi, klog, recordEvent } from '../component.ts';
import { startContainers } from './containers.ts';
import { isNetworkReady, register } from './node.ts';
import { nodeName } from './on.ts';
import type { PodRecord } from './records.ts';
import { mirrorOf } from './static-pods.ts';
import { writeStatus } from './status.ts';

export function readPod(sys: DaemonSys, uid: string): PodRecord | undefined {
  return sys.memory(`pod/${uid}`) as unknown as PodRecord | undefined;
}

export function savePod(sys: DaemonSys, record: PodRecord | undefined, uid: string): void {
  sys.remember(`pod/${uid}`, record as never);
}

export function runtimeOf(sys: DaemonSys): ContainerRuntime {
  return sys.runtime as ContainerRuntime;
}

/** An event about a pod, or about one of its containers. */
export function* tell(
  sys: DaemonSys,
  { pod }: PodRecord,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  container?: string,
): Call<void> {
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const fieldPath = container && `spec.containers{${container}}`;
  yield* recordEvent(
    sys,
    api.request,
    'kubelet',
    pod,
    { type, reason, message, ...(fieldPath && { fieldPath }) },
    nodeName(sys),
  );
}

/** Makes a pod what it should be: sandbox, volumes, containers, status. */
export function* syncPod(sys: DaemonSys, uid: string): Call<void> {
  let record = readPod(sys, uid);
  if (!record || record.ending) return;
  if (record.static) yield* mirror(sys, record);
  record = yield* ensureSandbox(sys, record);
  if (record) yield* startContainers(sys, uid);
  yield* writeStatus(sys, uid);
}

function* mirror(sys: DaemonSys, record: PodRecord): Call<void> {
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const { namespace, name } = record.pod.metadata;
  const known = yield* api.get<ApiObject>('pods', namespace, name);
  if (known) return;
  const node = yield* api.get<ApiObject>('nodes', undefined, nodeName(sys));
  if (!node) {
    if (yield* register(sys)) sys.setTimer(`sync/${record.uid}`, 200 * MILLISECOND);
    return;
  }
  const made = yield* api.create('pods', mirrorOf(record.pod, node.metadata.uid), namespace);
  if (made.status >= 400) sys.setTimer(`sync/${record.uid}`, 1 * SECOND);
}

/** The pod's network namespace with its interface; hostNetwork pods have the node's. */
function* ensureSandbox(sys: DaemonSys, record: PodRecord): Call<PodRecord | undefined> {
  if (record.netns) return record;
  const runtime = runtimeOf(sys);
  const { uid, pod } = record;
  if (pod.spec.hostNetwork) {
    const ip = sys.network.links().find(({ name }) => name === 'eth0')?.addresses[0]?.address ?? '';
    const next = { ...record, netns: 'host', ip, sandboxAt: sys.now };
    savePod(sys, next, uid);
    return next;
  }
  if (!isNetworkReady(sys)) {
    yield* tell(
      sys,
      record,
      'Warning',
      'NetworkNotReady',
      'network is not ready: container runtime network not ready: ' +
        'NetworkReady=false reason:NetworkPluginNotReady ' +
        'message:Network plugin returns error: cni plugin not ' +
        'initialized',
    );
    sys.setTimer(`sync/${uid}`, 2 * SECOND);
    return undefined;
  }
  const network = loadNetwork(sys.files);
  const netns = `cni-${sys.chance.uuid(`netns/${uid}/${sys.now}`)}`;
  const id = sys.chance.hex(`sandbox/${uid}/${sys.now}`, 64);
  if ('error' in network) return yield* sandboxFailed(sys, record, id, network.error);
  runtime.addNetns(netns);
  runtime.network(netns).setLink('lo', { up: true });
  const portMappings = pod.spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol }) =>
      hostPort
        ? [{ hostPort, containerPort, protocol: (protocol ?? 'TCP').toLowerCase(), hostIP: '' }]
        : [],
    ),
  );
  const answer = runChain(
    'ADD',
    network.list.text,
    {
      containerID: id,
      netns: `/var/run/netns/${netns}`,
      ifName: 'eth0',
      args:
        `IgnoreUnknown=1;K8S_POD_NAMESPACE=${pod.metadata.namespace}` +
        `;K8S_POD_NAME=${pod.metadata.name};K8S_POD_INFRA_CONTAINER_ID=` +
        `${id};K8S_POD_UID=${uid}`,
      capabilities: { portMappings },
    },
    cniNode(sys),
  );
  if (!answer.ok) {
    runtime.removeNetns(netns);
    return yield* sandboxFailed(sys, record, id, answer.message);
  }
  const ip =
    runtime
      .network(netns)
      .links()
      .find(({ name }) => name === 'eth0')
      ?.addresses.find(({ scope }) => scope === 'global')?.address ?? '';
  const next = { ...record, netns, ip, sandboxAt: sys.now };
  savePod(sys, next, uid);
  sys.remember(`sandbox/${uid}`, id);
  return next;
}

export function cniNode(sys: DaemonSys) {
  const runtime = runtimeOf(sys);
  return {
    files: sys.files,
    host: sys.network,
    netns: (path: string) => runtime.network(path.split('/').at(-1) ?? ''),
    chance: sys.chance,
  };
}

function* sandboxFailed(
  sys: DaemonSys,
  record: PodRecord,
  id: string,
  why: string,
): Call<undefined> {
  const message =
    'Failed to create pod sandbox: rpc error: code = Unknown desc ' +
    `= failed to setup network for sandbox "${id}": ${why}`;
  yield* tell(sys, record, 'Warning', 'FailedCreatePodSandBox', message);
  klog(
    sys,
    'E',
    'pod_workers.go:1324',
    `"Error syncing pod, skipping" err="${why}" pod="` +
      `${record.pod.metadata.namespace}/${record.pod.metadata.name}"`,
  );
  sys.setTimer(`sync/${record.uid}`, 10 * SECOND);
  return undefined;
}

/** Begins a pod's end: TERM to its containers, KILL after the grace; `gone`: at once. */
export function* endPod(sys: DaemonSys, uid: string, gone: boolean): Call<void> {
  const record = readPod(sys, uid);
  if (!record) return;
  const { pod } = record;
  const grace = gone ? 0 : (pod.metadata.deletionGracePeriodSeconds ?? 30);
  const runtime = runtimeOf(sys);
  const running = Object.values(record.containers).filter(({ phase }) => phase === 'running');
  if (!record.ending) {
    savePod(sys, { ...record, ending: true }, uid);
    for (const container of running) {
      yield* tell(
        sys,
        record,
        'Normal',
        'Killing',
        `Stopping container ${container.name}`,
        container.name,
      );
      const spec = pod.spec.containers.find(({ name }) => name === container.name);
      const sleep = spec?.lifecycle?.preStop?.sleep?.seconds ?? 0;
      const hook = spec?.lifecycle?.preStop?.exec?.command;
      if (hook) {
        const pid = sys.spawn(hook, {
          sandbox: container.id,
          fds: { 0: 'null', 1: 'null', 2: 'null' },
        });
        if (typeof pid === 'number') yield* sys.wait(pid);
      }
      if (sleep > 0 && grace > sleep) sys.setTimer(`kill/${uid}`, sleep * SECOND);
      else runtime.signal(container.id, 'TERM');
    }
  }
  if (running.length === 0 || grace === 0) yield* killPod(sys, uid);
  else sys.setTimer(`kill/${uid}`, grace * SECOND);
  yield* writeStatus(sys, uid);
}

/** Ends what is left of a pod: containers, interface, namespace, record, object. */
export function* killPod(sys: DaemonSys, uid: string): Call<void> {
  const record = readPod(sys, uid);
  if (!record) return;
  const runtime = runtimeOf(sys);
  for (const container of Object.values(record.containers)) runtime.removeSandbox(container.id);
  if (record.netns && record.netns !== 'host') {
    const network = loadNetwork(sys.files);
    const id = sys.memory<string>(`sandbox/${uid}`) ?? '';
    if (!('error' in network)) {
      runChain(
        'DEL',
        network.list.text,
        { containerID: id, netns: `/var/run/netns/${record.netns}`, ifName: 'eth0' },
        cniNode(sys),
      );
    }
    runtime.removeNetns(record.netns);
  }
  sys.remember(`sandbox/${uid}`, undefined);
  for (const [name] of sys.memories(`probe/${uid}/`)) {
    sys.remember(name, undefined);
    sys.cancelTimer(name);
  }
  sys.cancelTimer(`sync/${uid}`);
  sys.cancelTimer(`kill/${uid}`);
  sys.files.remove(`/var/lib/kubelet/pods/${uid}`, { recursive: true });
  savePod(sys, undefined, uid);
  const api = createApi(sys, 'kubelet', componentOptions(sys));
  const { namespace, name } = record.pod.metadata;
  yield* api.delete('pods', namespace, name, {
    gracePeriodSeconds: 0,
    ...(record.static ? {} : { preconditions: { uid } }),
  });
}
