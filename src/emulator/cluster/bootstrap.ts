import type { ApiServer } from '../apiserver/request.ts';
import { assert } from '../world/assert.ts';
import type { Json } from '../world/json.ts';
import { admin } from './admin.ts';
import { addons } from './manifests/addons.ts';
import type { Manifest } from './manifests/manifest.ts';
import { serverObjects } from './manifests/server-objects.ts';
import type { Topology } from './topology.ts';

const collections: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  Service: '/api/v1/namespaces/NS/services',
  ServiceAccount: '/api/v1/namespaces/NS/serviceaccounts',
  ConfigMap: '/api/v1/namespaces/NS/configmaps',
  Endpoints: '/api/v1/namespaces/NS/endpoints',
  EndpointSlice: '/apis/discovery.k8s.io/v1/namespaces/NS/endpointslices',
  Deployment: '/apis/apps/v1/namespaces/NS/deployments',
  DaemonSet: '/apis/apps/v1/namespaces/NS/daemonsets',
  StorageClass: '/apis/storage.k8s.io/v1/storageclasses',
};

/** What is in the API before the first node joins: the server's own objects, then the add-ons. */
export function bootstrap(topology: Topology, api: ApiServer): void {
  const post = (manifest: Manifest, agent: string) => {
    const collection = collections[manifest.kind];
    assert(collection, `no collection for a ${manifest.kind}`);
    const url = collection.replace('NS', manifest.metadata.namespace ?? '');
    const headers = { 'user-agent': agent };
    const made = api.handle({ method: 'POST', url, headers, body: manifest as Json }, admin);
    assert(made.status < 300, `bootstrap of ${url} failed: ${JSON.stringify(made.body)}`);
  };
  for (const manifest of serverObjects(topology)) post(manifest, 'kube-apiserver');
  for (const manifest of addons(topology)) post(manifest, 'kubeadm');
}
