import { badRequestStatus, notFoundStatus, type ApiStatus } from '../apimachinery/status.ts';
import { chooseContainer } from '../apiserver/pod-location.ts';
import type { ApiResponse } from '../apiserver/request.ts';
import { answer, plain, refuse } from '../apiserver/responses.ts';
import type { Target } from '../apiserver/route.ts';
import type { Hosts } from '../host/hosts.ts';
import { readLog } from '../host/kernel/log.ts';
import type { Running } from '../host/kernel/state.ts';
import { containerId, logText } from '../programs/kubelet/server.ts';
import { podRecordKey, type PodRecord } from '../programs/kubelet/records.ts';
import type { Pod } from '../resources/pod-template/shapes.ts';
import { parseRfc3339 } from '../world/time.ts';
import type { World } from '../world/world.ts';

const KUBELET_PORT = 10_250;
const subresources: ReadonlySet<string | undefined> = new Set([
  'log',
  'exec',
  'attach',
  'portforward',
]);

/**
 * `log` and `exec` of pods: the API server asks the kubelet of the pod's node. undefined for what
 * is
 * none of the kubelet's business.
 */
export function askKubelet(hosts: Hosts, world: World, target: Target): ApiResponse | undefined {
  const { kind, namespace, name = '', subresource, query } = target;
  if (kind.names.plural !== 'pods' || !subresources.has(subresource)) return undefined;
  const pod = world.store.get<Pod>(`/registry/pods/${namespace}/${name}`);
  if (!pod) return refuse(notFoundStatus(kind.names, name));
  const chosen =
    subresource === 'portforward'
      ? { container: pod.spec.containers[0]?.name ?? '' }
      : chooseContainer(pod, query.get('container'));
  if ('refused' in chosen) return refuse(badRequestStatus(chosen.refused));
  const { container } = chosen;
  const host = pod.spec.nodeName;
  if (!host) {
    // Without a node there is nobody to ask: logs are empty, and nothing can run.
    if (subresource === 'log') return plain(200, '');
    return refuse(badRequestStatus(`pod ${name} does not have a host assigned`));
  }
  const path = { log: 'containerLogs' }[subresource as string] ?? subresource;
  const unreachable = dialError(hosts, pod, host, `${path}/${namespace}/${name}/${container}`);
  if (unreachable) return refuse(unreachable);
  const uid = pod.metadata.annotations?.['kubernetes.io/config.mirror'] ?? pod.metadata.uid;
  const record = world.store.get<PodRecord>(podRecordKey(host, uid));
  if (subresource !== 'log') {
    const id = record && containerId(record, container, false);
    return attachTo(hosts, host, id, container);
  }
  const previous = query.get('previous') === 'true';
  const id = record && containerId(record, container, previous);
  if (id === undefined) return waiting(pod, container, previous);
  return plain(200, logText(readLog(world, host, id), optionsOf(query), world.clock.now));
}

/** What the API server meets where no kubelet listens. */
function dialError(hosts: Hosts, pod: Pod, host: string, path: string): ApiStatus | undefined {
  const runs = ({ host: where, executable }: Running) =>
    where === host && executable.name === 'kubelet';
  if ([...hosts.kernel.processes.values()].some(runs)) return undefined;
  const address = `${pod.status?.hostIP ?? host}:${KUBELET_PORT}`;
  const message =
    `Get "https://${address}/${path}": dial tcp ${address}: ` + 'connect: connection refused';
  return failed(message);
}

/** An error that has no reason of its own, as errors of the proxy have none. */
function failed(message: string): ApiStatus {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, code: 500 };
}

function optionsOf({ get }: Target['query']) {
  const number = (name: string) => {
    const text = get(name);
    return text === undefined ? undefined : Number(text);
  };
  const [tailLines, sinceLine, seconds, limitBytes] = [
    'tailLines',
    'sinceLine',
    'sinceSeconds',
    'limitBytes',
  ].map(number);
  const since = parseRfc3339(get('sinceTime') ?? '');
  const stream = get('stream');
  return {
    ...(tailLines !== undefined && { tailLines }),
    ...(sinceLine !== undefined && { sinceLine }),
    ...(seconds !== undefined && { sinceMicros: seconds * 1_000_000 }),
    ...(since !== undefined && { since }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...((stream === 'Stdout' || stream === 'Stderr') && {
      stream: stream === 'Stdout' ? ('stdout' as const) : ('stderr' as const),
    }),
    timestamps: get('timestamps') === 'true',
  };
}

/** There is no log yet: the container has not been started. */
function waiting(pod: Pod, container: string, previous: boolean): ApiResponse {
  const { name } = pod.metadata;
  const which = `container "${container}" in pod "${name}"`;
  if (previous) return refuse(badRequestStatus(`previous terminated ${which} not found`));
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const statuses = [...containerStatuses, ...initContainerStatuses];
  const status = statuses.find((each) => each.name === container);
  const reason = status?.state?.waiting?.reason ?? 'ContainerCreating';
  const pulling = reason === 'ErrImagePull' || reason === 'ImagePullBackOff';
  const why = pulling ? 'trying and failing to pull image' : reason;
  return refuse(badRequestStatus(`${which} is waiting to start: ${why}`));
}

/** Where a command is to run. The client starts it there: streams are not requests here. */
function attachTo(
  hosts: Hosts,
  host: string,
  id: string | undefined,
  container: string,
): ApiResponse {
  const inside = (each: Running) => each.host === host && each.sandbox === id;
  const running = id !== undefined && [...hosts.kernel.processes.values()].some(inside);
  if (running) return answer(200, { host, sandbox: id });
  return refuse(failed(`unable to upgrade connection: container not found ("${container}")`));
}
