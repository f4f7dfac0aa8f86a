import type { ContainerRuntime } from '../../host/runtime-api.ts';
import type { Json, Micros } from '../../world/json.ts';
import { rfc3339Micro } from '../../world/time.ts';
import { fullName, idOf, type Container, type PodSandbox } from './store.ts';

const time = (at: Micros | undefined): string =>
  at === undefined ? '0001-01-01T00:00:00Z' : rfc3339Micro(at);

const labelsOf = ({ pod }: PodSandbox): Readonly<Record<string, string>> => ({
  'io.kubernetes.pod.name': pod.metadata.name,
  'io.kubernetes.pod.namespace': pod.metadata.namespace ?? '',
  'io.kubernetes.pod.uid': pod.metadata.uid ?? '',
});

/** `crictl inspect`: the status of a container, and its process. */
export function inspectContainer(runtime: ContainerRuntime, one: Container): Json {
  const { sandbox } = one;
  const { metadata } = sandbox.pod;
  const image = fullName(one.image);
  const mounts = (runtime.sandbox(one.id)?.mounts ?? []).map((mount) => ({
    containerPath: mount.path,
    gidMappings: [],
    hostPath: mount.source,
    propagation: 'PROPAGATION_PRIVATE',
    readonly: mount.readOnly ?? false,
    selinuxRelabel: false,
    uidMappings: [],
  }));
  const folder = `/var/log/pods/${metadata.namespace}_${metadata.name}_${metadata.uid}`;
  return {
    status: {
      annotations: { 'io.kubernetes.container.restartCount': String(one.attempt) },
      createdAt: time(one.created),
      exitCode: one.exitCode,
      finishedAt: time(one.finished),
      id: one.id,
      image: { annotations: {}, image, runtimeHandler: '', userSpecifiedImage: '' },
      imageId: `sha256:${idOf(`image/${image}`)}`,
      imageRef: `sha256:${idOf(`image/${image}`)}`,
      labels: { 'io.kubernetes.container.name': one.name, ...labelsOf(sandbox) },
      logPath: `${folder}/${one.name}/${one.attempt}.log`,
      message: '',
      metadata: { attempt: one.attempt, name: one.name },
      mounts,
      reason: one.running ? '' : one.reason,
      startedAt: time(one.created),
      state: one.running ? 'CONTAINER_RUNNING' : 'CONTAINER_EXITED',
    },
    info: {
      pid: runtime.status(one.id).pid ?? 0,
      removing: false,
      sandboxID: sandbox.id,
      snapshotKey: one.id,
      snapshotter: 'overlayfs',
    },
  } as unknown as Json;
}

/** `crictl inspectp`: the status of a pod's sandbox, and its network. */
export function inspectPod(runtime: ContainerRuntime, one: PodSandbox): Json {
  const { pod, netns = 'host', ip } = one;
  const { metadata } = pod;
  const host = netns === 'host';
  const links = host ? [] : runtime.network(netns).links();
  const interfaces = links.map(({ name, mac, addresses }) => [
    name,
    { IPConfigs: addresses.map(({ address }) => ({ IP: address })), Mac: mac },
  ]);
  return {
    status: {
      annotations: metadata.annotations ?? {},
      createdAt: time(one.created),
      id: one.id,
      labels: { ...labelsOf(one), ...metadata.labels },
      linux: {
        namespaces: { options: { ipc: 'POD', network: host ? 'NODE' : 'POD', pid: 'CONTAINER' } },
      },
      metadata: {
        attempt: 0,
        name: metadata.name,
        namespace: metadata.namespace ?? '',
        uid: metadata.uid ?? '',
      },
      network: { additionalIps: [], ip: host ? '' : (ip ?? '') },
      runtimeHandler: '',
      state: 'SANDBOX_READY',
    },
    info: {
      ...(host ? {} : { cniResult: { Interfaces: Object.fromEntries(interfaces) } }),
      runtimeSpec: {
        linux: {
          namespaces: [
            { type: 'pid' },
            { type: 'ipc' },
            { type: 'uts' },
            { type: 'mount' },
            ...(host ? [] : [{ path: `/var/run/netns/${netns}`, type: 'network' }]),
          ],
        },
      },
    },
  } as unknown as Json;
}
