import { matches } from '../../apimachinery/selector.ts';
import type { Pod, Workload } from '../../resources/pod-template/shapes.ts';
import { ownedBy, ownerOf, splitKey, type Controller } from '../controller.ts';
import { byDeletionCost, createPod, deletePod, isActive, isReady } from '../pods.ts';
import { equal } from '../../world/json.ts';

/** Pods that one sync makes or takes at the most (`BurstReplicas`). */
const BURST = 500;

/** As many pods as a ReplicaSet wants (`pkg/controller/replicaset`). */
const controller: Controller = {
  name: 'replicaset-controller',
  watches: ['replicasets.apps', 'pods'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(resource, changed) {
    const { namespace, name } = changed.metadata;
    if (resource === 'replicasets.apps') return [`${namespace}/${name}`];
    const owner = ownerOf(changed, 'ReplicaSet');
    return owner ? [`${namespace}/${owner.name}`] : [];
  },
  *reconcile(key, api) {
    const { namespace, name } = splitKey(key);
    const set = yield* api.get<Workload>('replicasets.apps', namespace, name);
    if (!set) return;
    const own = (pods: readonly Pod[]) => ownedBy(pods, 'ReplicaSet', set.metadata.uid);
    const all = own(yield* api.list<Pod>('pods', namespace));
    const active = all.filter(isActive);
    const wanted = set.spec.replicas ?? 0;
    if (!set.metadata.deletionTimestamp) {
      for (let i = active.length; i < wanted && i - active.length < BURST; i++) {
        if (!(yield* createPod(api, set, set.spec.template))) break;
      }
      const surplus = active.length - wanted;
      const victims = surplus > 0 ? byDeletionCost(active).slice(0, surplus) : [];
      for (const pod of victims) yield* deletePod(api, set, pod);
    }
    const now = own(yield* api.list<Pod>('pods', namespace)).filter(isActive);
    const ready = now.filter(isReady).length;
    const labelled = now.filter((pod) =>
      matches({ matchLabels: set.spec.template.metadata?.labels ?? {} }, pod.metadata.labels),
    ).length;
    const status = {
      replicas: now.length,
      ...(labelled && { fullyLabeledReplicas: labelled }),
      ...(ready && { readyReplicas: ready, availableReplicas: ready }),
      observedGeneration: set.metadata.generation ?? 1,
    };
    const fresh = yield* api.get<Workload>('replicasets.apps', namespace, name);
    if (fresh && !equal(fresh.status, status))
      yield* api.updateStatus('replicasets.apps', { ...fresh, status });
  },
};

export default controller;
