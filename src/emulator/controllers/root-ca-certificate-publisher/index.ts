import { caCertificate } from '../../x509/kubernetes-keys.ts';
import type { Controller } from '../controller.ts';

const NAME = 'kube-root-ca.crt';

/** The ConfigMap `kube-root-ca.crt` of each namespace (`certificates/rootcacertpublisher`). */
const controller: Controller = {
  name: 'root-ca-certificate-publisher-controller',
  account: 'root-ca-cert-publisher',
  watches: ['namespaces', 'configmaps'],
  // oxlint-disable-next-line require-yield -- the contract is a generator
  *keys(resource, changed) {
    const { namespace, name } = changed.metadata;
    if (resource === 'namespaces') return [name];
    return name === NAME ? [namespace ?? ''] : [];
  },
  *reconcile(name, api) {
    const namespace = yield* api.get('namespaces', undefined, name);
    if (!namespace || namespace.metadata.deletionTimestamp) return;
    if (!(yield* api.get('configmaps', name, NAME))) {
      const description =
        'Contains a CA bundle that can be used to verify the ' +
        'kube-apiserver when using internal endpoints such as the ' +
        'internal service IP or kubernetes.default.svc. No other usage ' +
        'is guaranteed across distributions of Kubernetes clusters.';
      const map = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: NAME,
          annotations: { 'kubernetes.io/description': description },
        },
        data: { 'ca.crt': caCertificate },
      };
      yield* api.create('configmaps', map, name);
    }
  },
};

export default controller;
