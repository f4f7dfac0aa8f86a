import { matches } from '../../apimachinery/selector.ts';
import type { Pod, Workload } from '../../resources/pod-template/shapes.ts';
import { ownerOf, splitKey, type Controller } from '../controller.ts';
import { byDeletionCost, createPod, deletePod, isActive, isReady } from '../pods.ts';

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
    const all = (yield* api.list<Pod>('pods', namespace)).filter(
      (pod) => ownerOf(pod, 'ReplicaSet')?.uid === set.metadata.uid,
    );
    const active = all.filter(isActive);
    const wanted = set.spec.replicas ?? 0;
    if (!set.metadata.deletionTimestamp) {
      for (let i = active.length; i < wanted && i - active.length < BURST; i++) {
        if (!(yield* createPod(api, set, set.spec.template))) break;
      }
      for (const pod of byDeletionCost(active).slice(0, Math.max(0, active.length - wanted))) {
        yield* deletePod(api, set, pod);
      }
    }
    const now = (yield* api.list<Pod>('pods', namespace)).filter(
      (pod) => ownerOf(pod, 'ReplicaSet')?.uid === set.metadata.uid && isActive(pod),
    );
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
    if (fresh) yield* api.updateStatus('replicasets.apps', { ...fresh, status });
  },
};

export default controller;
