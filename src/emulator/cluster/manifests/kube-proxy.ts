import type { Json } from '../../world/json.ts';
import { rangesOf, type Topology } from '../topology.ts';
import { serviceAccount, type Manifest } from './manifest.ts';

const namespace = 'kube-system';
const labels = { 'k8s-app': 'kube-proxy' };
const FOLDER = '/var/lib/kube-proxy';

export const kubeProxyImage = ({ version }: Topology) => `registry.k8s.io/kube-proxy:${version}`;

/** kube-proxy as kubeadm installs it. */
export function kubeProxy(topology: Topology): Manifest[] {
  return [
    serviceAccount('kube-proxy', namespace),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-proxy', namespace, labels: { app: 'kube-proxy' } },
      data: { 'config.conf': config(topology), 'kubeconfig.conf': kubeconfig(topology) },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'kube-proxy', namespace, labels },
      spec: {
        selector: { matchLabels: labels },
        updateStrategy: { type: 'RollingUpdate' },
        template: { metadata: { labels }, spec: podSpec(topology) },
      },
    },
  ];
}

/** The configuration with all its fields, as kubeadm marshals it; zero means the default. */
function config(topology: Topology): string {
  return `apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
bindAddressHardFail: false
clientConnection:
  acceptContentTypes: ""
  burst: 0
  contentType: ""
  kubeconfig: ${FOLDER}/kubeconfig.conf
  qps: 0
clusterCIDR: ${rangesOf(topology, 'pod').join(',')}
configSyncPeriod: 0s
conntrack:
  maxPerCore: null
  min: null
  tcpBeLiberal: false
  tcpCloseWaitTimeout: null
  tcpEstablishedTimeout: null
  udpStreamTimeout: 0s
  udpTimeout: 0s
detectLocal:
  bridgeInterface: ""
  interfaceNamePrefix: ""
detectLocalMode: ""
enableProfiling: false
healthzBindAddress: ""
hostnameOverride: ""
iptables:
  localhostNodePorts: null
  masqueradeAll: false
  masqueradeBit: null
  minSyncPeriod: 0s
  syncPeriod: 0s
ipvs:
  excludeCIDRs: null
  minSyncPeriod: 0s
  scheduler: ""
  strictARP: false
  syncPeriod: 0s
  tcpFinTimeout: 0s
  tcpTimeout: 0s
  udpTimeout: 0s
kind: KubeProxyConfiguration
logging:
  flushFrequency: 0
  options:
    json:
      infoBufferSize: "0"
    text:
      infoBufferSize: "0"
  verbosity: 0
metricsBindAddress: ""
mode: ""
nftables:
  masqueradeAll: false
  masqueradeBit: null
  minSyncPeriod: 0s
  syncPeriod: 0s
nodePortAddresses: null
oomScoreAdj: null
portRange: ""
showHiddenMetricsForVersion: ""
winkernel:
  enableDSR: false
  forwardHealthCheckVip: false
  networkName: ""
  rootHnsEndpointName: ""
  sourceVip: ""
`;
}

function kubeconfig({ machines }: Topology): string {
  const server = machines.find(({ role }) => role === 'control-plane')?.address ?? '';
  const account = '/var/run/secrets/kubernetes.io/serviceaccount';
  return `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: ${account}/ca.crt
    server: https://${server}:6443
  name: default
contexts:
- context:
    cluster: default
    namespace: default
    user: default
  name: default
current-context: default
users:
- name: default
  user:
    tokenFile: ${account}/token
`;
}

function podSpec(topology: Topology): Json {
  return {
    priorityClassName: 'system-node-critical',
    containers: [
      {
        name: 'kube-proxy',
        image: kubeProxyImage(topology),
        imagePullPolicy: 'IfNotPresent',
        command: [
          '/usr/local/bin/kube-proxy',
          `--config=${FOLDER}/config.conf`,
          '--hostname-override=$(NODE_NAME)',
        ],
        securityContext: { privileged: true },
        volumeMounts: [
          { mountPath: FOLDER, name: 'kube-proxy' },
          { mountPath: '/run/xtables.lock', name: 'xtables-lock' },
          { mountPath: '/lib/modules', name: 'lib-modules', readOnly: true },
        ],
        env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
      },
    ],
    hostNetwork: true,
    serviceAccountName: 'kube-proxy',
    volumes: [
      { name: 'kube-proxy', configMap: { name: 'kube-proxy' } },
      { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
      { name: 'lib-modules', hostPath: { path: '/lib/modules', type: '' } },
    ],
    tolerations: [{ operator: 'Exists' }],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
  };
}
