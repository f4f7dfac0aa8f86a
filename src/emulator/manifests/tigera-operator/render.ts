import { access } from '../calico/access.ts';
import { CALICO_VERSION } from './objects.ts';

export const NAMESPACE = 'calico-system';

/** A pool of an Installation, with its defaults. */
export interface InstallationPool {
  readonly cidr: string;
  readonly blockSize: number;
  readonly encapsulation: 'IPIPCrossSubnet' | 'IPIP' | 'VXLAN' | 'VXLANCrossSubnet' | 'None';
  readonly natOutgoing: 'Enabled' | 'Disabled';
  readonly nodeSelector: string;
}

/** What is rendered from. */
export interface RenderInput {
  readonly pool: InstallationPool;
  readonly bgp: boolean;
  /** How many of Typha: by the number of nodes. */
  readonly typhas: number;
  /** Address and port of the API server. */
  readonly server: string;
}

const image = (name: string) => ({
  image: `docker.io/calico/${name}:${CALICO_VERSION}`,
  imagePullPolicy: 'IfNotPresent',
});
const env = (name: string, value: string) => ({ name, value });
const field = (name: string, fieldPath: string) => ({
  name,
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
});
const path = (name: string, at: string, type?: string) => ({
  name,
  hostPath: { path: at, ...(type ? { type } : {}) },
});
const mount = (name: string, mountPath: string) => ({ mountPath, name });
const labelsOf = (name: string) => ({ 'app.kubernetes.io/name': name, 'k8s-app': name });
const everywhere = [
  { key: 'CriticalAddonsOnly', operator: 'Exists' },
  { effect: 'NoSchedule', operator: 'Exists' },
  { effect: 'NoExecute', operator: 'Exists' },
];
const linux = { 'kubernetes.io/os': 'linux' };

/** All that the operator makes for an Installation, in its order. */
export function render(input: RenderInput): readonly object[] {
  const account = (name: string) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: NAMESPACE },
  });
  const [accounts = [], ...roles] = access(NAMESPACE);
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: NAMESPACE,
        labels: { name: NAMESPACE, 'pod-security.kubernetes.io/enforce': 'privileged' },
      },
    },
    ...accounts,
    account('calico-typha'),
    account('csi-node-driver'),
    ...roles.flat(),
    ...typhaAccess(),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cni-config', namespace: NAMESPACE },
      data: { config: conflist(input) },
    },
    typhaService(),
    typha(input),
    node(input),
    controllers(),
    csi(),
  ];
}

function conflist({ server }: RenderInput): string {
  return `{
  "name": "k8s-pod-network",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "calico",
      "datastore_type": "kubernetes",
      "mtu": 0,
      "nodename_file_optional": false,
      "log_level": "Info",
      "log_file_path": "/var/log/calico/cni/cni.log",
      "ipam": { "type": "calico-ipam", "assign_ipv4" : "true", "assign_ipv6" : "false"},
      "container_settings": {
        "allow_ip_forwarding": false
      },
      "policy": {
        "type": "k8s"
      },
      "kubernetes": {
        "k8s_api_root":"${server}",
        "kubeconfig": "__KUBECONFIG_FILEPATH__"
      }
    },
    {"type": "bandwidth", "capabilities": {"bandwidth": true}},
    {"type": "portmap", "snat": true, "capabilities": {"portMappings": true}}
  ]
}`;
}

function typhaAccess(): readonly object[] {
  const rbac = 'rbac.authorization.k8s.io';
  const name = 'calico-typha';
  const read = ['get', 'list', 'watch'];
  return [
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name },
      rules: [
        { apiGroups: [''], resources: ['pods', 'nodes', 'namespaces', 'services'], verbs: read },
        { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: read },
        { apiGroups: ['crd.projectcalico.org'], resources: ['*'], verbs: read },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }],
    },
  ];
}

function typhaService(): object {
  const ports = [{ name: 'calico-typha', port: 5473, protocol: 'TCP', targetPort: 'calico-typha' }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'calico-typha', namespace: NAMESPACE, labels: { 'k8s-app': 'calico-typha' } },
    spec: { ports, selector: { 'k8s-app': 'calico-typha' } },
  };
}

function typha({ typhas }: RenderInput): object {
  const name = 'calico-typha';
  const ask = (at: string) => ({ httpGet: { host: 'localhost', path: at, port: 9098 } });
  const container = {
    name,
    ...image('typha'),
    ports: [{ containerPort: 5473, name, protocol: 'TCP' }],
    env: [
      env('TYPHA_LOGSEVERITYSCREEN', 'info'),
      env('TYPHA_LOGFILEPATH', 'none'),
      env('TYPHA_CONNECTIONREBALANCINGMODE', 'kubernetes'),
      env('TYPHA_DATASTORETYPE', 'kubernetes'),
      env('TYPHA_HEALTHENABLED', 'true'),
      env('TYPHA_HEALTHPORT', '9098'),
      env('TYPHA_K8SNAMESPACE', NAMESPACE),
    ],
    livenessProbe: ask('/liveness'),
    readinessProbe: ask('/readiness'),
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE, labels: labelsOf(name) },
    spec: {
      replicas: typhas,
      selector: { matchLabels: { 'k8s-app': name } },
      template: {
        metadata: { labels: labelsOf(name) },
        spec: {
          nodeSelector: linux,
          tolerations: everywhere,
          hostNetwork: true,
          serviceAccountName: name,
          priorityClassName: 'system-cluster-critical',
          containers: [container],
        },
      },
    },
  };
}

const MODES = {
  IPIP: ['Always', 'Never'],
  IPIPCrossSubnet: ['CrossSubnet', 'Never'],
  VXLAN: ['Never', 'Always'],
  VXLANCrossSubnet: ['Never', 'CrossSubnet'],
  None: ['Never', 'Never'],
} as const;

function nodeEnv({ pool, bgp }: RenderInput): readonly object[] {
  const [ipip, vxlan] = MODES[pool.encapsulation];
  return [
    env('DATASTORE_TYPE', 'kubernetes'),
    env('WAIT_FOR_DATASTORE', 'true'),
    env('CLUSTER_TYPE', bgp ? 'k8s,operator,bgp' : 'k8s,operator'),
    env('CALICO_DISABLE_FILE_LOGGING', 'false'),
    env('FELIX_DEFAULTENDPOINTTOHOSTACTION', 'ACCEPT'),
    env('FELIX_HEALTHENABLED', 'true'),
    env('FELIX_HEALTHPORT', '9099'),
    field('NODENAME', 'spec.nodeName'),
    field('NAMESPACE', 'metadata.namespace'),
    env('FELIX_TYPHAK8SNAMESPACE', NAMESPACE),
    env('FELIX_TYPHAK8SSERVICENAME', 'calico-typha'),
    env('CALICO_NETWORKING_BACKEND', bgp ? 'bird' : 'vxlan'),
    env('IP', 'autodetect'),
    env('IP_AUTODETECTION_METHOD', 'first-found'),
    env('CALICO_IPV4POOL_CIDR', pool.cidr),
    env('CALICO_IPV4POOL_BLOCK_SIZE', String(pool.blockSize)),
    env('CALICO_IPV4POOL_IPIP', ipip),
    env('CALICO_IPV4POOL_VXLAN', vxlan),
    env('CALICO_IPV4POOL_NAT_OUTGOING', String(pool.natOutgoing === 'Enabled')),
    env('CALICO_IPV4POOL_NODE_SELECTOR', pool.nodeSelector),
    env('CALICO_IPV4POOL_DISABLE_BGP_EXPORT', 'false'),
    env('IP6', 'none'),
    env('FELIX_IPV6SUPPORT', 'false'),
  ];
}

function node(input: RenderInput): object {
  const name = 'calico-node';
  const ask = (...flags: readonly string[]) => ({
    exec: { command: ['/bin/calico-node', ...flags] },
  });
  const bird = (flag: string) => (input.bgp ? [flag] : []);
  const main = {
    name,
    ...image('node'),
    env: nodeEnv(input),
    securityContext: { privileged: true },
    lifecycle: { preStop: ask('-shutdown') },
    livenessProbe: { ...ask('-felix-live', ...bird('-bird-live')), timeoutSeconds: 10 },
    readinessProbe: { ...ask(...bird('-bird-ready'), '-felix-ready'), timeoutSeconds: 5 },
    volumeMounts: [
      mount('lib-modules', '/lib/modules'),
      mount('xtables-lock', '/run/xtables.lock'),
      mount('policysync', '/var/run/nodeagent'),
      mount('var-run-calico', '/var/run/calico'),
      mount('var-lib-calico', '/var/lib/calico'),
      mount('cni-log-dir', '/var/log/calico/cni'),
    ],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: NAMESPACE, labels: labelsOf(name) },
    spec: {
      selector: { matchLabels: { 'k8s-app': name } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      template: {
        metadata: { labels: labelsOf(name) },
        spec: {
          nodeSelector: linux,
          tolerations: everywhere,
          hostNetwork: true,
          serviceAccountName: name,
          priorityClassName: 'system-node-critical',
          terminationGracePeriodSeconds: 5,
          initContainers: initContainers(),
          containers: [main],
          volumes: [
            path('lib-modules', '/lib/modules'),
            path('xtables-lock', '/run/xtables.lock', 'FileOrCreate'),
            path('policysync', '/var/run/nodeagent', 'DirectoryOrCreate'),
            path('var-run-calico', '/var/run/calico'),
            path('var-lib-calico', '/var/lib/calico'),
            path('cni-bin-dir', '/opt/cni/bin'),
            path('cni-net-dir', '/etc/cni/net.d'),
            path('cni-log-dir', '/var/log/calico/cni'),
            path('flexvol-driver-host', FLEX, 'DirectoryOrCreate'),
          ],
        },
      },
    },
  };
}

const FLEX = '/usr/libexec/kubernetes/kubelet-plugins/volume/exec/nodeagent~uds';

function initContainers(): readonly object[] {
  const privileged = { securityContext: { privileged: true } };
  return [
    {
      name: 'flexvol-driver',
      ...image('pod2daemon-flexvol'),
      ...privileged,
      volumeMounts: [mount('flexvol-driver-host', '/host/driver')],
    },
    {
      name: 'install-cni',
      ...image('cni'),
      command: ['/opt/cni/bin/install'],
      ...privileged,
      env: [
        env('CNI_CONF_NAME', '10-calico.conflist'),
        env('SLEEP', 'false'),
        env('CNI_NET_DIR', '/etc/cni/net.d'),
        {
          name: 'CNI_NETWORK_CONFIG',
          valueFrom: { configMapKeyRef: { name: 'cni-config', key: 'config' } },
        },
        field('KUBERNETES_NODE_NAME', 'spec.nodeName'),
      ],
      volumeMounts: [
        mount('cni-bin-dir', '/host/opt/cni/bin'),
        mount('cni-net-dir', '/host/etc/cni/net.d'),
      ],
    },
  ];
}

function controllers(): object {
  const name = 'calico-kube-controllers';
  const ask = (flag: string) => ({ exec: { command: ['/usr/bin/check-status', flag] } });
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: NAMESPACE, labels: labelsOf(name) },
    spec: {
      replicas: 1,
      selector: { matchLabels: { 'k8s-app': name } },
      strategy: { type: 'Recreate' },
      template: {
        metadata: { labels: labelsOf(name) },
        spec: {
          nodeSelector: linux,
          tolerations: [
            { key: 'CriticalAddonsOnly', operator: 'Exists' },
            { effect: 'NoSchedule', key: 'node-role.kubernetes.io/master' },
            { effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane' },
          ],
          serviceAccountName: name,
          priorityClassName: 'system-cluster-critical',
          containers: [
            {
              name,
              ...image('kube-controllers'),
              env: [
                env('KUBE_CONTROLLERS_CONFIG_NAME', 'default'),
                env('DATASTORE_TYPE', 'kubernetes'),
                env('ENABLED_CONTROLLERS', 'node'),
              ],
              livenessProbe: { ...ask('-l'), initialDelaySeconds: 10, failureThreshold: 6 },
              readinessProbe: ask('-r'),
            },
          ],
        },
      },
    },
  };
}

function csi(): object {
  const name = 'csi-node-driver';
  const labels = { ...labelsOf(name), name };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: NAMESPACE, labels: labelsOf(name) },
    spec: {
      selector: { matchLabels: { 'k8s-app': name } },
      template: {
        metadata: { labels },
        spec: {
          tolerations: everywhere,
          serviceAccountName: name,
          containers: [
            {
              name: 'calico-csi',
              ...image('csi'),
              args: ['--nodeid=$(KUBE_NODE_NAME)', '--loglevel=$(LOG_LEVEL)'],
              env: [env('LOG_LEVEL', 'warn'), field('KUBE_NODE_NAME', 'spec.nodeName')],
            },
            {
              name: 'csi-node-driver-registrar',
              ...image('node-driver-registrar'),
              args: ['--v=5', '--csi-address=$(ADDRESS)'],
              env: [env('ADDRESS', '/csi/csi.sock'), field('KUBE_NODE_NAME', 'spec.nodeName')],
            },
          ],
        },
      },
    },
  };
}
