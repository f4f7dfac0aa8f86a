import { conflist } from '../../cni/flannel/routes.ts';
import type { Json } from '../../world/json.ts';

const VERSION = 'v0.27.4';
export const FLANNEL_IMAGE = `ghcr.io/flannel-io/flannel:${VERSION}`;
export const FLANNEL_PLUGIN_IMAGE = 'ghcr.io/flannel-io/flannel-cni-plugin:v1.8.0-flannel1';

const namespace = 'kube-flannel';
const labels = { app: 'flannel', 'k8s-app': 'flannel', tier: 'node' };
const own = { 'k8s-app': 'flannel' };
const rbac = 'rbac.authorization.k8s.io';

interface FlannelSettings {
  readonly network: string;
  /** Range of the second family, where the cluster has two. */
  readonly network6?: string;
  /** The `Backend` of net-conf.json. */
  readonly backend: Readonly<Record<string, Json>>;
}

/** An object as it is posted. */
interface Posted {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: Json | undefined;
}

/** Objects of kube-flannel.yml, in its order. */
export function flannelObjects({ network, network6, backend }: FlannelSettings): Posted[] {
  const conf = {
    Network: network,
    ...(network6 === undefined ? {} : { EnableIPv6: true, IPv6Network: network6 }),
    EnableNFTables: false,
    Backend: backend,
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        labels: { ...own, 'pod-security.kubernetes.io/enforce': 'privileged' },
        name: namespace,
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { labels: own, name: 'flannel', namespace },
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { labels: own, name: 'flannel' },
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
        { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { labels: own, name: 'flannel' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'flannel' },
      subjects: [{ kind: 'ServiceAccount', name: 'flannel', namespace }],
    },
    {
      apiVersion: 'v1',
      data: {
        'cni-conf.json': conflist,
        'net-conf.json': `${JSON.stringify(conf, undefined, 2)}\n`,
      },
      kind: 'ConfigMap',
      metadata: { labels, name: 'kube-flannel-cfg', namespace },
    },
    daemonSet(),
  ];
}

function daemonSet(): Posted {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { labels, name: 'kube-flannel-ds', namespace },
    spec: {
      selector: { matchLabels: { app: 'flannel', 'k8s-app': 'flannel' } },
      template: { metadata: { labels }, spec: podSpec() },
    },
  };
}

const config = { mountPath: '/etc/kube-flannel/', name: 'flannel-cfg' };

function podSpec(): Json {
  const linux = { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] };
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [linux] }],
        },
      },
    },
    containers: [agent()],
    hostNetwork: true,
    initContainers: [
      copy('install-cni-plugin', FLANNEL_PLUGIN_IMAGE, '/flannel', '/opt/cni/bin/flannel', [
        { mountPath: '/opt/cni/bin', name: 'cni-plugin' },
      ]),
      copy(
        'install-cni',
        FLANNEL_IMAGE,
        '/etc/kube-flannel/cni-conf.json',
        '/etc/cni/net.d/10-flannel.conflist',
        [{ mountPath: '/etc/cni/net.d', name: 'cni' }, config],
      ),
    ],
    priorityClassName: 'system-node-critical',
    serviceAccountName: 'flannel',
    tolerations: [{ effect: 'NoSchedule', operator: 'Exists' }],
    volumes: [
      { hostPath: { path: '/run/flannel' }, name: 'run' },
      { hostPath: { path: '/opt/cni/bin' }, name: 'cni-plugin' },
      { hostPath: { path: '/etc/cni/net.d' }, name: 'cni' },
      { configMap: { name: 'kube-flannel-cfg' }, name: 'flannel-cfg' },
      { hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' }, name: 'xtables-lock' },
    ],
  };
}

function copy(name: string, image: string, from: string, to: string, volumeMounts: Json): Json {
  return { args: ['-f', from, to], command: ['cp'], image, name, volumeMounts };
}

function agent(): Json {
  const field = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  return {
    args: ['--ip-masq', '--kube-subnet-mgr'],
    command: ['/opt/bin/flanneld'],
    env: [
      field('POD_NAME', 'metadata.name'),
      field('POD_NAMESPACE', 'metadata.namespace'),
      { name: 'EVENT_QUEUE_DEPTH', value: '5000' },
      { name: 'CONT_WHEN_CACHE_NOT_READY', value: 'false' },
    ],
    image: FLANNEL_IMAGE,
    name: 'kube-flannel',
    resources: { requests: { cpu: '100m', memory: '50Mi' } },
    securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] }, privileged: false },
    volumeMounts: [
      { mountPath: '/run/flannel', name: 'run' },
      config,
      { mountPath: '/run/xtables.lock', name: 'xtables-lock' },
    ],
  };
}
