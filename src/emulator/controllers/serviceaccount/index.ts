import type { Controller } from '../controller.ts';

/** The `default` account of each namespace. */
const controller: Controller = {
  name: 'serviceaccount-controller',
  account: 'service-account-controller',
  watches: ['namespaces', 'serviceaccounts'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(resource, changed) {
    const { namespace, name } = changed.metadata;
    if (resource === 'namespaces') return [name];
    return name === 'default' ? [namespace ?? ''] : [];
  },
  *reconcile(name, api) {
    const namespace = yield* api.get('namespaces', undefined, name);
    if (!namespace || namespace.metadata.deletionTimestamp) return;
    if (!(yield* api.get('serviceaccounts', name, 'default'))) {
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
      yield* api.create('serviceaccounts', account, name);
    }
  },
};

export default controller;
