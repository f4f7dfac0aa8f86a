import type { Json } from '../../world/json.ts';
import type { PublishedManifest } from '../manifest.ts';

const VERSION = 'v1.0.0';
const IMAGE = 'registry.k8s.io/networking/kube-network-policies';

const namespace = 'kube-system';
const name = 'kube-network-policies';
const rbac = 'rbac.authorization.k8s.io';
const labels = { tier: 'node', app: name, 'k8s-app': name };

/** What one of the two manifests asks for. */
interface Flavour {
  readonly image: string;
  readonly verbosity: number;
  readonly queue: number;
  /** Whether ClusterNetworkPolicies count. */
  readonly cluster: boolean;
}

const flavours: Readonly<Record<string, Flavour>> = {
  install: { image: `${IMAGE}:${VERSION}`, verbosity: 2, queue: 98, cluster: false },
  'install-cnp': {
    image: `${IMAGE}:${VERSION}-npa-v1alpha2`,
    verbosity: 4,
    queue: 89,
    cluster: true,
  },
};

const rule = (apiGroup: string, ...resources: readonly string[]): Json => ({
  apiGroups: [apiGroup],
  resources: [...resources],
  verbs: ['list', 'watch'],
});

function objectsOf(flavour: Flavour): readonly object[] {
  const more = flavour.cluster ? [rule('policy.networking.k8s.io', 'clusternetworkpolicies')] : [];
  return [
    {
      kind: 'ClusterRole',
      apiVersion: `${rbac}/v1`,
      metadata: { name },
      rules: [
        rule('', 'pods', 'namespaces', ...(flavour.cluster ? ['nodes'] : [])),
        rule('networking.k8s.io', 'networkpolicies'),
        ...more,
      ],
    },
    {
      kind: 'ClusterRoleBinding',
      apiVersion: `${rbac}/v1`,
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    daemonSet(flavour),
  ];
}

function daemonSet({ image, verbosity, queue, cluster }: Flavour): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace, labels },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          ...(cluster ? { dnsPolicy: 'ClusterFirst' } : {}),
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }],
          serviceAccountName: name,
          containers: [container(image, verbosity, queue)],
          volumes: [
            { name: 'nri-plugin', hostPath: { path: '/var/run/nri' } },
            { name: 'netns', hostPath: { path: '/var/run/netns' } },
          ],
        },
      },
    },
  };
}

function container(image: string, verbosity: number, queue: number): object {
  const args = ['--hostname-override=$(MY_NODE_NAME)', `--v=${verbosity}`, `--nfqueue-id=${queue}`];
  return {
    name,
    image,
    args: ['/bin/netpol', ...args],
    volumeMounts: [
      { name: 'nri-plugin', mountPath: '/var/run/nri' },
      { name: 'netns', mountPath: '/var/run/netns', mountPropagation: 'HostToContainer' },
    ],
    resources: { requests: { cpu: '100m', memory: '50Mi' } },
    securityContext: { privileged: true, capabilities: { add: ['NET_ADMIN'] } },
    env: [{ name: 'MY_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
  };
}

const addresses =
  /^https:\/\/raw\.githubusercontent\.com\/kubernetes-sigs\/kube-network-policies\/(?:refs\/heads\/)?[^/]+\/(install|install-cnp)\.yaml$/;

/** NetworkPolicy by itself, or with ClusterNetworkPolicy. */
const manifest: PublishedManifest = {
  addresses,
  objects: (address) => {
    const which = addresses.exec(address)?.[1] ?? 'install';
    return objectsOf(flavours[which] as Flavour);
  },
};

export default manifest;
