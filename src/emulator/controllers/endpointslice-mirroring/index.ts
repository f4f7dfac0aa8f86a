import type { ApiObject } from '../../apimachinery/object.ts';
import type { Service } from '../../resources/service/shapes.ts';
import { equal } from '../../world/json.ts';
import { controlledBy, splitKey, type Controller } from '../controller.ts';

const RESOURCE = 'endpointslices.discovery.k8s.io';
const MANAGER = 'endpointslicemirroring-controller.k8s.io';

interface Endpoints extends ApiObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly Address[];
    readonly notReadyAddresses?: readonly Address[];
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly protocol?: string;
    }[];
  }[];
}
interface Address {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
}

/** Hand-made Endpoints of Services without a selector, as slices (`endpointslicemirroring`). */
const controller: Controller = {
  name: 'endpointslice-mirroring-controller',
  account: 'endpointslicemirroring-controller',
  watches: ['endpoints', 'services'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(_resource, changed) {
    return [`${changed.metadata.namespace}/${changed.metadata.name}`];
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const service = yield* api.get<Service>('services', namespace, name);
    const endpoints = yield* api.get<Endpoints>('endpoints', namespace, name);
    const mirrored = (yield* api.list<ApiObject>(RESOURCE, namespace)).filter(
      ({ metadata }) =>
        metadata.labels?.['kubernetes.io/service-name'] === name &&
        metadata.labels['endpointslice.kubernetes.io/managed-by'] === MANAGER,
    );
    const skip = endpoints?.metadata.labels?.['endpointslice.kubernetes.io/skip-mirror'] === 'true';
    if (!service || !endpoints || skip || service.spec.selector) {
      for (const slice of mirrored) yield* api.delete(RESOURCE, namespace, slice.metadata.name);
      return;
    }
    const wanted = (endpoints.subsets ?? []).map((subset) => ({
      addressType: 'IPv4',
      endpoints: [
        ...(subset.addresses ?? []).map((each) => endpointOf(each, true)),
        ...(subset.notReadyAddresses ?? []).map((each) => endpointOf(each, false)),
      ],
      ports: (subset.ports ?? []).map(({ name, port, protocol }) => ({
        name: name ?? '',
        port,
        protocol: protocol ?? 'TCP',
      })),
    }));
    const left = [...mirrored];
    for (const each of wanted) {
      const same = left.findIndex(
        (slice) => equal(slice['endpoints'], each.endpoints) && equal(slice['ports'], each.ports),
      );
      if (same >= 0) {
        left.splice(same, 1);
        continue;
      }
      const labels = {
        ...endpoints.metadata.labels,
        'endpointslice.kubernetes.io/managed-by': MANAGER,
        'kubernetes.io/service-name': name,
      };
      const old = left.shift();
      if (old) yield* api.update(RESOURCE, { ...old, ...each });
      else {
        yield* api.create(
          RESOURCE,
          {
            apiVersion: 'discovery.k8s.io/v1',
            kind: 'EndpointSlice',
            metadata: {
              generateName: `${name}-`,
              labels,
              ownerReferences: [controlledBy(endpoints)],
            },
            ...each,
          },
          namespace,
        );
      }
    }
    for (const slice of left) yield* api.delete(RESOURCE, namespace, slice.metadata.name);
  },
};

export default controller;

function endpointOf({ ip, hostname, nodeName }: Address, ready: boolean) {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(nodeName && { nodeName }),
  };
}
