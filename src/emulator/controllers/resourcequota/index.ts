import type { ApiObject } from '../../apimachinery/object.ts';
import { kinds } from '../../resources/catalog.ts';
import { writeAmounts } from '../../resources/quota/amounts.ts';
import { resourceOfName, usedOf, type Quota } from '../../resources/quota/evaluators.ts';
import { canonicalAmounts } from '../../resources/resource-names.ts';
import { equal } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import type { Controller } from '../controller.ts';

/** What quotas count most; other objects are counted anew with the next resync. */
const counted = [
  'pods',
  'services',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'cronjobs.batch',
  'ingresses.networking.k8s.io',
  'networkpolicies.networking.k8s.io',
  'serviceaccounts',
  'resourcequotas',
];
const served = new Set(
  kinds.map(({ names }) => (names.group === '' ? names.plural : `${names.plural}.${names.group}`)),
);
/** `--resource-quota-sync-period`. */
const RESYNC = 300 * SECOND;

/** Counts what namespaces use of their quotas (`pkg/controller/resourcequota`). */
const controller: Controller = {
  name: 'resourcequota-controller',
  watches: counted.filter((resource) => served.has(resource)),
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(_resource, changed) {
    return [changed.metadata.namespace ?? ''];
  },
  *reconcile(namespace, api) {
    const quotas = yield* api.list<Quota>('resourcequotas', namespace);
    if (quotas.length === 0) return undefined;
    for (const quota of quotas) {
      const hard = canonicalAmounts(quota.spec?.hard ?? {});
      const objects = new Map<string, readonly ApiObject[]>();
      for (const resource of new Set(Object.keys(hard).map(resourceOfName))) {
        if (served.has(resource)) objects.set(resource, yield* api.list(resource, namespace));
      }
      const used = writeAmounts(usedOf(quota, (resource) => objects.get(resource) ?? [], api.now));
      const status = { hard, used };
      if (equal(status, quota.status)) continue;
      yield* api.updateStatus('resourcequotas', { ...quota, status } as ApiObject);
    }
    return RESYNC;
  },
};

export default controller;
