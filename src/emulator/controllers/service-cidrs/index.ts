import { parseIP } from '../../apimachinery/ip.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import type { Call } from '../../host/syscalls.ts';
import { holds } from '../../resources/cidr.ts';
import type { Condition } from '../../resources/pod-template/shapes.ts';
import type { Micros } from '../../world/json.ts';
import { parseRfc3339, rfc3339, SECOND } from '../../world/time.ts';
import type { Api, Controller } from '../controller.ts';

interface ServiceCIDR extends ApiObject {
  readonly spec: { readonly cidrs?: readonly string[] };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

const RESOURCE = 'servicecidrs.networking.k8s.io';
const ADDRESSES = 'ipaddresses.networking.k8s.io';
const FINALIZER = 'networking.k8s.io/service-cidr-finalizer';
/** Time in which an address may still be taken from a range that goes. */
const GRACE = 10 * SECOND;
const IN_USE =
  'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ' +
  'ServiceCIDR';

/** Ranges of cluster IPs: ready, and kept while in use (`pkg/controller/servicecidrs`). */
const controller: Controller = {
  name: 'service-cidr-controller',
  account: 'service-cidrs-controller',
  watches: [RESOURCE, ADDRESSES],
  *keys(resource, changed, api) {
    if (resource === RESOURCE) return [changed.metadata.name];
    const ranges = yield* api.list<ServiceCIDR>(RESOURCE);
    return ranges
      .filter(({ metadata }) => metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name);
  },
  *reconcile(key, api) {
    const range = yield* api.get<ServiceCIDR>(RESOURCE, undefined, key);
    if (!range) return undefined;
    if (range.metadata.deletionTimestamp) return yield* letGo(api, range);
    const { finalizers = [] } = range.metadata;
    if (!finalizers.includes(FINALIZER)) {
      yield* api.patch(RESOURCE, undefined, key, {
        metadata: { finalizers: [...finalizers, FINALIZER] },
      });
    }
    const what = key === 'kubernetes' ? 'default Service' : 'Service';
    yield* tell(api, key, 'True', '', `Kubernetes ${what} CIDR is ready`);
    return undefined;
  },
};

export default controller;

/** A range goes once no address is left that only it holds. */
function* letGo(api: Api, { metadata, spec }: ServiceCIDR): Call<Micros | undefined> {
  if (!metadata.finalizers?.includes(FINALIZER)) return undefined;
  const others = (yield* api.list<ServiceCIDR>(RESOURCE)).filter(
    (each) => each.metadata.name !== metadata.name && !each.metadata.deletionTimestamp,
  );
  const addresses = yield* api.list(ADDRESSES);
  const inside = (name: string, { spec: { cidrs = [] } }: Pick<ServiceCIDR, 'spec'>) =>
    cidrs.some((cidr) => cidr.includes(':') === name.includes(':') && holds(cidr, name));
  const held = addresses.some(
    ({ metadata: { name } }) =>
      parseIP(name) && inside(name, { spec }) && !others.some((each) => inside(name, each)),
  );
  if (held) {
    yield* tell(api, metadata.name, 'False', 'Terminating', IN_USE);
    return undefined;
  }
  const left = (parseRfc3339(metadata.deletionTimestamp ?? '') ?? 0) + GRACE - api.now;
  if (left > 0) return left;
  const $deleteFromPrimitiveList = [FINALIZER];
  yield* api.patch(RESOURCE, undefined, metadata.name, {
    metadata: { '$deleteFromPrimitiveList/finalizers': $deleteFromPrimitiveList },
  });
  return undefined;
}

function* tell(
  api: Api,
  name: string,
  status: string,
  reason: string,
  message: string,
): Call<void> {
  const range = yield* api.get<ServiceCIDR>(RESOURCE, undefined, name);
  const before = range?.status?.conditions ?? [];
  if (!range || before.some((each) => each.type === 'Ready' && each.status === status)) return;
  const lastTransitionTime = rfc3339(api.now);
  const ready = { type: 'Ready', status, reason, message, lastTransitionTime };
  const conditions = [...before.filter(({ type }) => type !== 'Ready'), ready];
  yield* api.updateStatus(RESOURCE, { ...range, status: { conditions } } as ServiceCIDR);
}
