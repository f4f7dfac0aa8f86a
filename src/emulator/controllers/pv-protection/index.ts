import type { Volume } from '../../resources/volume-match.ts';
import type { Controller } from '../controller.ts';

const FINALIZER = 'kubernetes.io/pv-protection';

/** Lets deleted volumes go that no claim has (`pkg/controller/volume/pvprotection`). */
const controller: Controller = {
  name: 'pv-protection-controller',
  watches: ['persistentvolumes'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(_resource, { metadata }) {
    return metadata.deletionTimestamp ? [metadata.name] : [];
  },
  *reconcile(key, api) {
    const volume = yield* api.get<Volume>('persistentvolumes', undefined, key);
    if (!volume?.metadata.deletionTimestamp || volume.status?.phase === 'Bound') return;
    const before = volume.metadata.finalizers ?? [];
    const finalizers = before.filter((each) => each !== FINALIZER);
    if (finalizers.length === before.length) return;
    const metadata = { ...volume.metadata, finalizers };
    yield* api.update('persistentvolumes', { ...volume, metadata } as Volume);
  },
};

export default controller;
