import type { ApiRequest, User } from '../apiserver/request.ts';
import { assert } from '../world/assert.ts';
import type { Json } from '../world/json.ts';
import { SECOND } from '../world/time.ts';
import { isReady } from '../controllers/pods.ts';
import type { Pod } from '../resources/pod-template/shapes.ts';
import type { Cluster, SavedCluster } from './api.ts';
import { createCluster } from './cluster.ts';
import { addMachine } from './machines.ts';
import { addons } from './manifests/addons.ts';
import { findTopology, type Topology } from './topology.ts';
import { wire, type Wired } from './wire.ts';

export const admin: User = {
  name: 'kubernetes-admin',
  groups: ['kubeadm:cluster-admins', 'system:masters', 'system:authenticated'],
};

/** A running cluster: booted anew, or made again from a save. */
export function boot(
  name: string,
  options: { readonly seed: number; readonly saved?: SavedCluster },
): Cluster {
  const topology = findTopology(name);
  assert(topology, `there is no topology ${name}`);
  const wired = wire(topology, options.seed);
  const cluster = createCluster(topology, options.seed, wired);
  if (options.saved) {
    cluster.restore(options.saved);
    return cluster;
  }
  bringUp(topology, wired);
  return cluster;
}

/** What kubeadm init and join do, and the time until all is ready. */
function bringUp(topology: Topology, wired: Wired): void {
  const { world, network, hosts } = wired;
  for (const machine of topology.machines) addMachine(hosts, network, topology, machine);
  bootstrap(topology, wired);
  for (const { name, role } of topology.machines) {
    if (role !== 'control-plane' && role !== 'worker') continue;
    const flags = ['--kubeconfig=/etc/kubernetes/kubelet.conf', `--hostname-override=${name}`];
    if (role === 'control-plane') {
      flags.push(
        '--node-labels=node-role.kubernetes.io/control-plane=,' +
          'node.kubernetes.io/exclude-from-external-load-balancers=',
      );
      flags.push('--register-with-taints=node-role.kubernetes.io/control-plane=:NoSchedule');
    }
    hosts.start(name, ['kubelet', ...flags]);
  }
  for (const { name, role } of topology.machines)
    if (role === 'outside') hosts.start(name, ['dnsmasq']);
  const deadline = world.clock.now + 120 * SECOND;
  while (world.clock.now < deadline && !settled(topology, wired)) {
    world.clock.runUntil(world.clock.now + SECOND, world.limits.eventsPerRun);
  }
  // The cluster at the first prompt is some minutes old: the aim of a boot is not its first second.
  world.clock.runUntil(world.clock.now + 5 * SECOND, world.limits.eventsPerRun);
}

/** Whether all nodes and all system pods are ready. */
function settled(topology: Topology, { world }: Wired): boolean {
  const pods = world.store.list<Pod>('/registry/pods/').map(([, pod]) => pod);
  const nodes = topology.machines.filter(
    ({ role }) => role === 'control-plane' || role === 'worker',
  ).length;
  return pods.length >= nodes * 2 + 6 && pods.every(isReady);
}

/**
 * Namespaces, the Service of the API server, and kubeadm's add-ons, as their own clients make
 * them.
 */
function bootstrap(topology: Topology, { api, world }: Wired): void {
  const post = (url: string, body: object, agent: string) => {
    const request: ApiRequest = {
      method: 'POST',
      url,
      headers: { 'user-agent': agent },
      body: body as Json,
    };
    const made = api.handle(request, admin);
    assert(made.status < 300, `bootstrap of ${url} failed: ${JSON.stringify(made.body)}`);
  };
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    post(
      '/api/v1/namespaces',
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      'kube-apiserver',
    );
  }
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  post(
    '/api/v1/namespaces/default/services',
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kubernetes', namespace: 'default', labels },
      spec: {
        clusterIP: '10.96.0.1',
        ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
      },
    },
    'kube-apiserver',
  );
  const address = topology.machines[0]?.address ?? '';
  post(
    '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { 'kubernetes.io/service-name': 'kubernetes' },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
    },
    'kube-apiserver',
  );
  post(
    '/api/v1/namespaces/default/endpoints',
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
      },
      subsets: [
        { addresses: [{ ip: address }], ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] },
      ],
    },
    'kube-apiserver',
  );
  const urls: Readonly<Record<string, string>> = {
    ServiceAccount: '/api/v1/namespaces/NS/serviceaccounts',
    ConfigMap: '/api/v1/namespaces/NS/configmaps',
    Deployment: '/apis/apps/v1/namespaces/NS/deployments',
    DaemonSet: '/apis/apps/v1/namespaces/NS/daemonsets',
    Service: '/api/v1/namespaces/NS/services',
    Namespace: '/api/v1/namespaces',
  };
  for (const manifest of addons(topology)) {
    const url = (urls[manifest.kind] as string).replace('NS', manifest.metadata.namespace ?? '');
    post(url, manifest, 'kubeadm');
  }
  void world;
}
