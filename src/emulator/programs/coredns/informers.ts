import type { ApiObject } from '../../apimachinery/object.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, DaemonMessage, DaemonSys } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';
import { urlOf } from '../component.ts';
import type { ClusterData, EndpointsData, PodData, ServiceData } from './cluster-data.ts';
import { readEndpoints, readPod, readService } from './objects.ts';
import type { ServerConfig } from './plugin.ts';

const SECOND = 1_000_000;
const SLICES = 'endpointslices.discovery.k8s.io';

interface Wanted {
  readonly endpoints: boolean;
  readonly podMode: string;
}

/** What the kubernetes plugins of all server blocks need; undefined where there is none. */
function wanted(sys: DaemonSys): Wanted | undefined {
  const servers = sys.memory<readonly Json[]>('servers') as unknown as
    readonly ServerConfig[] | undefined;
  const configs = (servers ?? [])
    .flatMap(({ plugins }) => plugins)
    .filter(({ name }) => name === 'kubernetes')
    .map(({ config }) => config as unknown as Wanted);
  if (configs.length === 0) return undefined;
  const verified = configs.some(({ podMode }) => podMode === 'verified');
  return {
    endpoints: configs.some(({ endpoints }) => endpoints),
    podMode: verified ? 'verified' : '',
  };
}

function resources(sys: DaemonSys): string[] {
  const of = wanted(sys);
  if (!of) return [];
  return [
    'services',
    'namespaces',
    ...(of.endpoints ? [SLICES] : []),
    ...(of.podMode === 'verified' ? ['pods'] : []),
  ];
}

/** Whether the server waits for, or works with, the API at all. */
export const usesApi = (sys: DaemonSys) => wanted(sys) !== undefined;

/** Opens the watches that are not open; what fails is tried again a second later. */
export function* watchAll(sys: DaemonSys): Call<void> {
  for (const resource of resources(sys)) {
    if (sys.memories('watch/').some(([, value]) => value === resource)) continue;
    const url = `${urlOf(resource)}?watch=true&sendInitialEvents=true`;
    const fd = yield* sys.watch({ method: 'GET', url });
    if (typeof fd === 'number') {
      sys.remember(`watch/${fd}`, resource);
      continue;
    }
    // A refused connection is tried again in silence; an answer that says no is told.
    if (!isErrno(fd)) yield* sys.write(1, '[ERROR] plugin/kubernetes: Failed to watch\n');
    sys.setTimer('watch', SECOND);
  }
}

/** An event of a watch: the object's small form becomes a record. */
export function takeEvent(sys: DaemonSys, { fd, event }: DaemonMessage & { type: 'watch' }): void {
  const resource = sys.memory<string>(`watch/${fd}`);
  if (!resource) return;
  if (event.type === 'BOOKMARK') {
    sys.remember(`synced/${resource}`, true);
    return;
  }
  if (event.type === 'ERROR') {
    sys.close(fd);
    sys.remember(`watch/${fd}`, undefined);
    sys.setTimer('watch', SECOND);
    return;
  }
  const object = event.object as unknown as ApiObject;
  const { namespace = '', name } = object.metadata;
  const key = `object/${resource}/${namespace}/${name}`;
  const value = event.type === 'DELETED' ? undefined : smallForm(resource, object);
  sys.remember(key, value);
  if (resource !== 'namespaces') sys.remember('serial', Math.floor(sys.now / SECOND));
}

function smallForm(resource: string, object: ApiObject): Json {
  if (resource === 'services') return readService(object) as unknown as Json;
  if (resource === 'pods') return readPod(object) as unknown as Json;
  if (resource === SLICES) return readEndpoints(object) as unknown as Json;
  return { labels: (object.metadata.labels ?? {}) as Json };
}

export function isSynced(sys: DaemonSys): boolean {
  return resources(sys).every((resource) => sys.memory(`synced/${resource}`));
}

/** The cluster as the records know it. */
export function clusterOf(sys: DaemonSys): ClusterData {
  const all = <T>(prefix: string) =>
    sys.memories(`object/${prefix}`).map(([, value]) => value as unknown as T);
  return {
    synced: isSynced(sys),
    serial: sys.memory<number>('serial') ?? 0,
    service: (namespace, name) =>
      sys.memory(`object/services/${namespace}/${name}`) as unknown as ServiceData | undefined,
    endpoints: (namespace, service) =>
      all<EndpointsData>(`${SLICES}/${namespace}/`).filter((each) => each.service === service),
    servicesByAddress: (address) =>
      all<ServiceData>('services/').filter(({ clusterIPs }) => clusterIPs.includes(address)),
    endpointsByAddress: (address) =>
      all<EndpointsData>(`${SLICES}/`).filter(({ addresses }) =>
        addresses.some((each) => each.address === address),
      ),
    namespace: (name) =>
      sys.memory(`object/namespaces//${name}`) as unknown as
        { readonly labels: Readonly<Record<string, string>> } | undefined,
    podsByAddress: (address) => all<PodData>('pods/').filter((pod) => pod.address === address),
  };
}
