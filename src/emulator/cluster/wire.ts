import type { ApiRequest, ApiResponse, ApiServer, User } from '../apiserver/request.ts';
import { answer, plain, refuse } from '../apiserver/responses.ts';
import type { Target } from '../apiserver/route.ts';
import { createApiServer } from '../apiserver/server.ts';
import { badRequestStatus, internalStatus, notFoundStatus } from '../apimachinery/status.ts';
import { createHosts, type Hosts } from '../host/hosts.ts';
import type { Credentials } from '../host/syscalls.ts';
import type { Network } from '../network/api.ts';
import { createNetwork } from '../network/network.ts';
import type { PodRecord } from '../programs/kubelet/records.ts';
import { containerId, logText } from '../programs/kubelet/server.ts';
import { readLog } from '../host/kernel/log.ts';
import { kinds, mergeTypes } from '../resources/catalog.ts';
import type { Pod } from '../resources/pod-template/shapes.ts';
import { createWorld, type World } from '../world/world.ts';
import { executables, images } from './catalogs.ts';
import type { Topology } from './topology.ts';

/** The parts of a cluster, wired together; nothing runs yet. */
export interface Wired {
  readonly world: World;
  readonly network: Network;
  readonly api: ApiServer;
  readonly hosts: Hosts;
}

/** Builds world, network, API server and hosts. The only place that knows all of them. */
export function wire(topology: Topology, seed: number): Wired {
  const world = createWorld({ seed, start: topology.start });
  const network = createNetwork(world);
  const settings = {
    serviceCidrs: [topology.serviceCidr],
    podCidrs: [topology.podCidr],
    nodePortRange: [30_000, 32_767] as const,
    clusterDomain: topology.clusterDomain,
    version: topology.version,
  };
  const api = createApiServer(world, {
    kinds,
    types: mergeTypes,
    settings: { ...settings, nodePortRange: [30_000, 32_767] },
    connect: (target, request) => connectToKubelet(hosts, world, target, request),
  });
  const hosts: Hosts = createHosts(world, { executables, images, network, api, authenticate });
  return { world, network, api, hosts };
}

/** Who credentials stand for. */
function authenticate(credentials: Credentials | undefined): User {
  if (credentials && 'certificate' in credentials) {
    return {
      name: credentials.certificate,
      groups: [...(credentials.groups ?? []), 'system:authenticated'],
    };
  }
  if (credentials && 'token' in credentials) {
    const [, namespace = '', account = ''] = credentials.token.split('.');
    return {
      name: `system:serviceaccount:${namespace}:${account}`,
      groups: [
        'system:serviceaccounts',
        `system:serviceaccounts:${namespace}`,
        'system:authenticated',
      ],
    };
  }
  return { name: 'system:anonymous', groups: ['system:unauthenticated'] };
}

/** `log` and `exec` of pods: the API server asks the kubelet of the pod's node. */
function connectToKubelet(
  hosts: Hosts,
  world: World,
  target: Target,
  request: ApiRequest,
): ApiResponse | undefined {
  const { kind, namespace, name = '', subresource, query } = target;
  if (kind.names.plural !== 'pods' || (subresource !== 'log' && subresource !== 'exec'))
    return undefined;
  const pod = world.store.get<Pod>(`/registry/pods/${namespace}/${name}`);
  if (!pod) return refuse(notFoundStatus(kind.names, name));
  const container = query.get('container') ?? pod.spec.containers[0]?.name ?? '';
  const known = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].some(
    (each) => each.name === container,
  );
  if (!known)
    return refuse(badRequestStatus(`container ${container} is not valid for pod ${name}`));
  const host = pod.spec.nodeName;
  if (!host) return refuse(badRequestStatus(`pod ${name} does not have a host assigned`));
  const kubelet = [...hosts.kernel.processes.values()].find(
    (each) => each.host === host && each.executable.name === 'kubelet',
  );
  if (!kubelet) {
    const address = pod.status?.hostIP ?? host;
    const path =
      subresource === 'log'
        ? `containerLogs/${namespace}/${name}/${container}`
        : `exec/${namespace}/${name}/${container}`;
    return refuse(
      internalStatus(
        `Get "https://${address}:10250/${path}": dial tcp ${address}` +
          ':10250: connect: connection refused',
      ),
    );
  }
  const uid = pod.metadata.annotations?.['kubernetes.io/config.mirror'] ?? pod.metadata.uid;
  const record = world.store.get<PodRecord>(`/host/${host}/memory/${kubelet.pid}/pod/${uid}`);
  const id =
    record &&
    containerId(record, container, query.flag('previous') && query.get('previous') !== undefined);
  if (subresource === 'exec') return execAnswer(hosts, host, id, pod, container);
  if (!record || id === undefined) return waiting(pod, container, query.get('previous') === 'true');
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const options = {
    ...(query.get('tailLines') !== undefined && {
      tailLines: number(query.get('tailLines')) as number,
    }),
    ...(query.get('sinceLine') !== undefined && {
      sinceLine: number(query.get('sinceLine')) as number,
    }),
    ...(query.get('sinceSeconds') !== undefined && {
      sinceMicros: Number(query.get('sinceSeconds')) * 1_000_000,
    }),
    timestamps: query.get('timestamps') === 'true',
  };
  void request;
  return plain(200, logText(readLog(world, host, id), options, world.clock.now));
}

function waiting(pod: Pod, container: string, previous: boolean): ApiResponse {
  const { name } = pod.metadata;
  if (previous)
    return refuse(
      badRequestStatus(`previous terminated container "${container}" in pod "${name}" not found`),
    );
  const state = pod.status?.containerStatuses?.find((each) => each.name === container)?.state;
  const reason = state?.waiting?.reason ?? 'ContainerCreating';
  const why =
    {
      ErrImagePull: 'trying and failing to pull image',
      ImagePullBackOff: 'trying and failing to pull image',
    }[reason] ?? `waiting to start: ${reason}`;
  return refuse(
    badRequestStatus(
      `container "${container}" in pod "${name}" is ` +
        `${why === `waiting to start: ${reason}` ? why : `waiting to start: ${why}`}`,
    ),
  );
}

function execAnswer(
  hosts: Hosts,
  host: string,
  id: string | undefined,
  pod: Pod,
  container: string,
): ApiResponse {
  const running =
    id &&
    [...hosts.kernel.processes.values()].some((each) => each.host === host && each.sandbox === id);
  if (!running) {
    const message = `unable to upgrade connection: container not found ("${container}")`;
    return refuse({ ...internalStatus(message), message });
  }
  void pod;
  return answer(200, { host, sandbox: id });
}
