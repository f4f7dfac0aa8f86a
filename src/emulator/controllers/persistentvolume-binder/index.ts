import type { Claim, Volume } from '../../resources/volume-match.ts';
import { splitKey, type Controller } from '../controller.ts';
import { syncClaim } from './claim.ts';
import { syncVolume } from './volume.ts';

/** Binds claims to volumes (`pkg/controller/volume/persistentvolume`). */
const controller: Controller = {
  name: 'persistentvolume-binder-controller',
  account: 'persistent-volume-binder',
  watches: ['persistentvolumeclaims', 'persistentvolumes', 'storageclasses.storage.k8s.io'],
  *keys(resource, changed, api) {
    const { namespace, name } = changed.metadata;
    if (resource === 'persistentvolumeclaims') {
      const volume = (changed as Claim).spec.volumeName;
      return [`${namespace}/${name}`, ...(volume ? [volume] : [])];
    }
    const waiting = (yield* api.list<Claim>('persistentvolumeclaims'))
      .filter(({ status }) => status?.phase !== 'Bound')
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    if (resource !== 'persistentvolumes') return waiting;
    const { claimRef } = (changed as Volume).spec;
    const claim = claimRef ? [`${claimRef.namespace}/${claimRef.name}`] : [];
    return [...new Set([name, ...claim, ...waiting])];
  },
  *reconcile(key, api) {
    if (!key.includes('/')) return yield* syncVolume(api, key);
    const { namespace, name } = splitKey(key);
    return yield* syncClaim(api, namespace, name);
  },
};

export default controller;
