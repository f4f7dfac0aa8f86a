import type { ApiObject } from '../../apimachinery/object.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Service } from '../../resources/service/shapes.ts';
import { equal } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { splitKey, type Controller } from '../controller.ts';
import { podsOf, servicesOf } from '../endpoint-builder.ts';
import { annotationsOf, labelsOf, subsetsOf, type Endpoints } from './subsets.ts';

/** The older Endpoints objects of Services (`pkg/controller/endpoint`). */
const controller: Controller = {
  name: 'endpoints-controller',
  account: 'endpoint-controller',
  watches: ['services', 'pods'],
  *keys(resource, changed, api) {
    const { namespace, name } = changed.metadata;
    if (resource === 'services') return [`${namespace}/${name}`];
    const services = yield* api.list<Service>('services', namespace);
    const holders = yield* api.list<Endpoints>('endpoints', namespace);
    return servicesOf(changed, services, holders, ({ metadata }) => metadata.name);
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const service = yield* api.get<Service>('services', namespace, name);
    if (!service) {
      // Endpoints have no owner; whoever made them, they go with the Service.
      yield* api.delete('endpoints', namespace, name);
      return;
    }
    if (!service.spec.selector || service.spec.type === 'ExternalName') return;
    const current = yield* api.get<Endpoints>('endpoints', namespace, name);
    const pods = podsOf(service, yield* api.list<Pod>('pods', namespace));
    const { subsets, cut } = subsetsOf(service, pods);
    const labels = labelsOf(service);
    const before = current?.subsets ?? [];
    if (current && equal(before, subsets) && equal(current.metadata.labels, labels)) return;
    const annotations = annotationsOf(current, rfc3339(api.now), cut);
    const object = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...current?.metadata, name, namespace, labels, annotations },
      ...(subsets.length > 0 && { subsets }),
    };
    if (current) yield* api.update('endpoints', object as unknown as ApiObject);
    else yield* api.create('endpoints', object, namespace);
  },
};

export default controller;
