import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Service } from '../../resources/service/shapes.ts';
import type { Micros } from '../../world/json.ts';
import { rfc3339, SECOND } from '../../world/time.ts';
import { splitKey, type Api, type Controller } from '../controller.ts';
import { podsOf, servicesOf } from '../endpoint-builder.ts';
import { hintsEnabled, plan, type Plan } from './reconcile.ts';
import {
  MANAGED_BY,
  MANAGER,
  SERVICE_NAME,
  serviceKeyOf,
  type NewSlice,
  type Slice,
} from './slice.ts';

const RESOURCE = 'endpointslices.discovery.k8s.io';
const TRIGGER = 'endpoints.kubernetes.io/last-change-trigger-time';
/** `--max-endpoints-per-slice` as kube-controller-manager has it by default. */
const MOST = 100;

/** Slices of each Service with a selector (`staging/src/k8s.io/endpointslice`). */
const controller: Controller = {
  name: 'endpointslice-controller',
  watches: ['services', 'pods', RESOURCE, 'nodes'],
  *keys(resource, changed, api) {
    const { namespace, name, labels } = changed.metadata;
    if (resource === 'services') return [`${namespace}/${name}`];
    if (resource === RESOURCE) {
      const key = labels?.[MANAGED_BY] === MANAGER ? serviceKeyOf(changed) : undefined;
      return key ? [key] : [];
    }
    if (resource === 'nodes') return yield* hintedByZone(api);
    const services = yield* api.list<Service>('services', namespace);
    const slices = yield* api.list<Slice>(RESOURCE, namespace);
    return servicesOf(changed, services, slices, (each) => each.metadata.labels?.[SERVICE_NAME]);
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const service = yield* api.get<Service>('services', namespace, name);
    // A Service that is gone takes its slices with it: the garbage collector sees to that.
    if (!service?.spec.selector || service.spec.type === 'ExternalName') return undefined;
    const existing = (yield* api.list<Slice>(RESOURCE, namespace)).filter(
      ({ metadata: { labels } }) =>
        labels?.[SERVICE_NAME] === name && labels[MANAGED_BY] === MANAGER,
    );
    const pods = podsOf(service, yield* api.list<Pod>('pods', namespace));
    const nodes = yield* api.list('nodes');
    const sources = { service, pods, nodes, existing, maxEndpointsPerSlice: MOST };
    return yield* write(api, service, plan(sources));
  },
};

export default controller;

/** Services whose endpoints are shared out by the nodes' processors. */
function* hintedByZone(api: Api): Call<string[]> {
  const services = yield* api.list<Service>('services');
  return services
    .filter(({ metadata }) => hintsEnabled(metadata.annotations))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

function* write(
  api: Api,
  service: Service,
  { create, update, remove, errors, events }: Plan,
): Call<Micros | undefined> {
  const { namespace } = service.metadata;
  const stamp = <T extends { readonly metadata: object }>(slice: T) => {
    const { annotations } = slice.metadata as ApiObject['metadata'];
    const stamped = { ...annotations, [TRIGGER]: rfc3339(api.now) };
    return { ...slice, metadata: { ...slice.metadata, annotations: stamped } };
  };
  for (const { type, reason, message } of events) {
    yield* api.event(service, type, reason, message);
  }
  for (const slice of create) yield* api.create(RESOURCE, stamp(nulled(slice)), namespace);
  for (const slice of update) yield* api.update(RESOURCE, stamp(nulled(slice)));
  for (const { metadata } of remove) yield* api.delete(RESOURCE, namespace, metadata.name);
  return errors.length > 0 ? SECOND : undefined;
}

/** Empty lists travel as null, as Go's client sends them. */
function nulled<T extends Slice | NewSlice>(slice: T): T {
  return {
    ...slice,
    endpoints: slice.endpoints?.length ? slice.endpoints : null,
    ports: slice.ports?.length ? slice.ports : null,
  };
}
