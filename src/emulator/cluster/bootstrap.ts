import { bootstrapPolicy } from '../apiserver/bootstrap-policy/policy.ts';
import type { ApiServer } from '../apiserver/request.ts';
import { assert } from '../world/assert.ts';
import type { Json } from '../world/json.ts';
import { admin } from './admin.ts';
import { addons } from './manifests/addons.ts';
import type { Manifest } from './manifests/manifest.ts';
import { kubeadmRoles } from './manifests/rbac.ts';
import { serverObjects } from './manifests/server-objects.ts';
import { rangesOf, type Topology } from './topology.ts';

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
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/roles',
  PodDisruptionBudget: '/apis/policy/v1/namespaces/NS/poddisruptionbudgets',
  CustomResourceDefinition: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings',
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
  postRanges(api, rangesOf(topology, 'service'));
  postPolicy(api);
  for (const manifest of kubeadmRoles()) post(manifest, 'kubeadm');
  for (const manifest of addons(topology)) post(manifest, 'kubeadm');
}

/** The ServiceCIDR of the ranges that the API server was started with. */
export function postRanges(api: ApiServer, cidrs: readonly string[]): void {
  const body = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'kubernetes' },
    spec: { cidrs },
  } as Json;
  const headers = { 'user-agent': 'kube-apiserver' };
  const url = '/apis/networking.k8s.io/v1/servicecidrs';
  const made = api.handle({ method: 'POST', url, headers, body }, admin);
  assert(made.status < 300, `bootstrap of ${url} failed: ${JSON.stringify(made.body)}`);
}

/** What the API server makes when it starts for the first time: roles, bindings, priorities. */
export function postPolicy(api: ApiServer): void {
  const headers = { 'user-agent': 'kube-apiserver' };
  for (const { url, body } of [...bootstrapPolicy(), ...priorityClasses]) {
    const made = api.handle({ method: 'POST', url, headers, body }, admin);
    assert(made.status < 300, `bootstrap of ${url} failed: ${JSON.stringify(made.body)}`);
  }
}

const priorityClasses = [
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another ' +
      'node if necessary.',
  },
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
].map(({ name, ...rest }) => ({
  url: '/apis/scheduling.k8s.io/v1/priorityclasses',
  body: {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    ...rest,
  } as Json,
}));
