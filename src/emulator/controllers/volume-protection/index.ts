import type { Call } from '../../host/syscalls.ts';
import type { ApiObject } from '../../apimachinery/object.ts';
import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Claim, Volume } from '../../resources/volume-match.ts';
import { splitKey, type Api, type Controller } from '../controller.ts';

const CLAIM = 'kubernetes.io/pvc-protection';
const VOLUME = 'kubernetes.io/pv-protection';

/** Lets deleted claims and volumes go once nobody uses them. */
const controller: Controller = {
  name: 'volume-protection-controller',
  watches: ['persistentvolumeclaims', 'persistentvolumes', 'pods'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(resource, changed) {
    const { namespace, name, deletionTimestamp } = changed.metadata;
    if (resource === 'pods') {
      return claimsOf(changed as Pod).map((claim) => `${namespace}/${claim}`);
    }
    if (!deletionTimestamp) return [];
    return [resource === 'persistentvolumes' ? name : `${namespace}/${name}`];
  },
  *reconcile(key, api) {
    if (!key.includes('/')) {
      const volume = yield* api.get<Volume>('persistentvolumes', undefined, key);
      const free = volume?.metadata.deletionTimestamp && volume.status?.phase !== 'Bound';
      if (volume && free) yield* letGo(api, 'persistentvolumes', volume, VOLUME);
      return;
    }
    const { namespace, name } = splitKey(key);
    const claim = yield* api.get<Claim>('persistentvolumeclaims', namespace, name);
    if (!claim?.metadata.deletionTimestamp) return;
    const pods = yield* api.list<Pod>('pods', namespace);
    // Pods that no kubelet has seen use nothing yet.
    if (pods.some((pod) => pod.spec.nodeName && claimsOf(pod).includes(name))) return;
    yield* letGo(api, 'persistentvolumeclaims', claim, CLAIM);
  },
};

export default controller;

function claimsOf({ spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap((volume) => {
    const source = volume['persistentVolumeClaim'] as { readonly claimName?: string } | undefined;
    return source?.claimName ? [source.claimName] : [];
  });
}

function* letGo(api: Api, resource: string, object: ApiObject, finalizer: string): Call<void> {
  const before = object.metadata.finalizers ?? [];
  const finalizers = before.filter((each) => each !== finalizer);
  if (finalizers.length === before.length) return;
  yield* api.update(resource, { ...object, metadata: { ...object.metadata, finalizers } });
}
