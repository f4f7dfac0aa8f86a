import type { Pod } from '../../resources/pod-template/shapes.ts';
import type { Claim } from '../../resources/volume-match.ts';
import { splitKey, type Controller } from '../controller.ts';

const FINALIZER = 'kubernetes.io/pvc-protection';

/** Lets deleted claims go that no pod uses (`pkg/controller/volume/pvcprotection`). */
const controller: Controller = {
  name: 'pvc-protection-controller',
  watches: ['persistentvolumeclaims', 'pods'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(resource, changed) {
    const { namespace, name, deletionTimestamp } = changed.metadata;
    if (resource === 'pods') {
      return claimsOf(changed as Pod).map((claim) => `${namespace}/${claim}`);
    }
    return deletionTimestamp ? [`${namespace}/${name}`] : [];
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const claim = yield* api.get<Claim>('persistentvolumeclaims', namespace, name);
    if (!claim?.metadata.deletionTimestamp) return;
    const pods = yield* api.list<Pod>('pods', namespace);
    // Pods that no kubelet has seen use nothing yet.
    if (pods.some((pod) => pod.spec.nodeName && claimsOf(pod).includes(name))) return;
    const before = claim.metadata.finalizers ?? [];
    const finalizers = before.filter((each) => each !== FINALIZER);
    if (finalizers.length === before.length) return;
    const metadata = { ...claim.metadata, finalizers };
    yield* api.update('persistentvolumeclaims', { ...claim, metadata } as Claim);
  },
};

export default controller;

function claimsOf({ spec }: Pod): string[] {
  return (spec.volumes ?? []).flatMap((volume) => {
    const source = volume['persistentVolumeClaim'] as { readonly claimName?: string } | undefined;
    return source?.claimName ? [source.claimName] : [];
  });
}
