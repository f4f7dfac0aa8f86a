import { conflist } from '../../cni/flannel/routes.ts';
import type { Json } from '../../world/json.ts';
import type { Topology } from '../topology.ts';
import { serviceAccount, type Manifest } from './manifest.ts';
import { clusterAccess } from './rbac.ts';

export const FLANNEL_IMAGE = 'ghcr.io/flannel-io/flannel:v0.27.4';

const namespace = 'kube-flannel';
const labels = { app: 'flannel', tier: 'node', 'k8s-app': 'flannel' };

/** kube-flannel.yml with the host-gw backend. */
export function flannel({ podCidr }: Topology): Manifest[] {
  const net = { Network: podCidr, EnableNFTables: false, Backend: { Type: 'host-gw' } };
  const netConf = `${JSON.stringify(net, undefined, 2)}\n`;
  const privileged = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'k8s-app': 'flannel', ...privileged } },
    },
    ...clusterAccess(
      'flannel',
      'kube-flannel/flannel',
      ['get | core | pods', 'get,list,watch | core | nodes', 'patch | core | nodes/status'],
      { 'k8s-app': 'flannel' },
    ),
    serviceAccount('flannel', namespace),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-flannel-cfg', namespace, labels },
      data: { 'cni-conf.json': conflist, 'net-conf.json': netConf },
    },
    daemonSet(),
  ];
}

function daemonSet(): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'kube-flannel-ds', namespace, labels },
    spec: {
      selector: { matchLabels: { app: 'flannel' } },
      template: { metadata: { labels: { app: 'flannel', tier: 'node' } }, spec: podSpec() },
    },
  };
}

const config = { name: 'flannel-cfg', mountPath: '/etc/kube-flannel/' };
const network = { name: 'cni', mountPath: '/etc/cni/net.d' };

function podSpec(): Json {
  return {
    hostNetwork: true,
    priorityClassName: 'system-node-critical',
    tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }],
    serviceAccountName: 'flannel',
    initContainers: [
      {
        name: 'install-cni',
        image: FLANNEL_IMAGE,
        command: ['cp'],
        args: ['-f', '/etc/kube-flannel/cni-conf.json', '/etc/cni/net.d/10-flannel.conflist'],
        volumeMounts: [network, config],
      },
    ],
    containers: [agent()],
    volumes: [
      { name: 'run', hostPath: { path: '/run/flannel' } },
      { name: 'cni', hostPath: { path: '/etc/cni/net.d' } },
      { name: 'flannel-cfg', configMap: { name: 'kube-flannel-cfg' } },
      { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
    ],
  };
}

function agent(): Json {
  const field = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  return {
    name: 'kube-flannel',
    image: FLANNEL_IMAGE,
    command: ['/opt/bin/flanneld'],
    args: ['--ip-masq', '--kube-subnet-mgr'],
    resources: { requests: { cpu: '100m', memory: '50Mi' } },
    securityContext: { privileged: false, capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } },
    env: [
      field('POD_NAME', 'metadata.name'),
      field('POD_NAMESPACE', 'metadata.namespace'),
      { name: 'EVENT_QUEUE_DEPTH', value: '5000' },
    ],
    volumeMounts: [
      { name: 'run', mountPath: '/run/flannel' },
      config,
      { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
    ],
  };
}
