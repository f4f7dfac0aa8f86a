import type { Json } from '../../world/json.ts';

export const CILIUM_VERSION = '1.18.4';
const IMAGE = `quay.io/cilium/cilium:v${CILIUM_VERSION}`;
const OPERATOR = `quay.io/cilium/operator-generic:v${CILIUM_VERSION}`;

const ENVOY =
  'quay.io/cilium/cilium-envoy:v1.34.10-1761014632-c360e8557eb41011dfb5210f8fb53fed6c0b3222';

const namespace = 'kube-system';
const rbac = 'rbac.authorization.k8s.io';
const part = { 'app.kubernetes.io/part-of': 'cilium' };

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

/** Values of the chart that have an effect; names are the chart's. */
export interface CiliumValues {
  readonly kubeProxyReplacement?: boolean;
  readonly policyEnforcementMode?: string;
  readonly clusterName?: string;
  /** Where the API server is, for agents without kube-proxy. */
  readonly k8sServiceHost?: string;
  readonly k8sServicePort?: string;
  /** Whether the proxy for L7 is a DaemonSet of its own, as it is unless told otherwise. */
  readonly envoy?: boolean;
}

/** The chart's objects in the order of helm. */
export function ciliumObjects(values: CiliumValues): readonly Posted[] {
  return [
    account('cilium'),
    ...(values.envoy === false ? [] : [account('cilium-envoy')]),
    account('cilium-operator'),
    config(values),
    role('cilium', agentRules),
    role('cilium-operator', operatorRules),
    binding('cilium'),
    binding('cilium-operator'),
    ...configRole(),
    agent(values),
    ...(values.envoy === false ? [] : [envoy()]),
    operator(values),
  ];
}

const account = (name: string): Posted => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace },
});

function config(values: CiliumValues): Posted {
  const on = (value: boolean | undefined) => String(value ?? false);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cilium-config', namespace },
    data: {
      'bpf-lb-sock': on(values.kubeProxyReplacement),
      'cluster-name': values.clusterName ?? 'default',
      'cni-exclusive': 'true',
      'external-envoy-proxy': on(values.envoy !== false),
      'enable-hubble': 'true',
      'enable-ipv4': 'true',
      'enable-ipv4-masquerade': 'true',
      'enable-ipv6': 'false',
      'enable-l7-proxy': 'true',
      'enable-policy': values.policyEnforcementMode ?? 'default',
      'identity-allocation-mode': 'crd',
      ipam: 'kubernetes',
      'kube-proxy-replacement': on(values.kubeProxyReplacement),
      'routing-mode': 'tunnel',
      'tunnel-protocol': 'vxlan',
      'write-cni-conf-when-ready': '/host/etc/cni/net.d/05-cilium.conflist',
    },
  };
}

const read = ['get', 'list', 'watch'];
const all = [...read, 'create', 'update', 'patch', 'delete'];
const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]): Json => ({
  apiGroups: [apiGroup],
  resources: [...resources],
  verbs: [...verbs],
});

const agentRules: readonly Json[] = [
  rule('networking.k8s.io', ['networkpolicies'], read),
  rule('discovery.k8s.io', ['endpointslices'], read),
  rule('', ['namespaces', 'services', 'pods', 'endpoints', 'nodes'], read),
  rule('', ['nodes/status'], ['patch']),
  rule('apiextensions.k8s.io', ['customresourcedefinitions'], read),
  rule('cilium.io', ['ciliumnetworkpolicies', 'ciliumclusterwidenetworkpolicies'], read),
  rule('cilium.io', ['ciliumendpoints', 'ciliumidentities', 'ciliumnodes'], all),
];

const operatorRules: readonly Json[] = [
  rule('', ['pods', 'services', 'endpoints', 'nodes', 'namespaces'], read),
  rule('apiextensions.k8s.io', ['customresourcedefinitions'], all),
  rule(
    'cilium.io',
    [
      'ciliumnetworkpolicies',
      'ciliumnetworkpolicies/status',
      'ciliumclusterwidenetworkpolicies',
      'ciliumclusterwidenetworkpolicies/status',
      'ciliumendpoints',
      'ciliumidentities',
      'ciliumnodes',
    ],
    all,
  ),
];

const role = (name: string, rules: readonly Json[]): Posted => ({
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRole',
  metadata: { name, labels: part },
  rules: [...rules],
});

const binding = (name: string): Posted => ({
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name, labels: part },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
  subjects: [{ kind: 'ServiceAccount', name, namespace }],
});

function configRole(): readonly Posted[] {
  const metadata = { name: 'cilium-config-agent', namespace, labels: part };
  return [
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules: [rule('', ['configmaps'], read)] },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: 'cilium', namespace }],
    },
  ];
}

const field = (name: string, fieldPath: string): Json => ({
  name,
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
});
const env = [
  field('K8S_NODE_NAME', 'spec.nodeName'),
  field('CILIUM_K8S_NAMESPACE', 'metadata.namespace'),
];
const labelsOf = (name: string, app: string) => ({
  'app.kubernetes.io/name': app,
  ...part,
  ...(name === 'cilium'
    ? { 'k8s-app': 'cilium' }
    : { 'io.cilium/app': 'operator', name: 'cilium-operator' }),
});

/** Variables of a container, with the API server's place where it was told. */
function envOf({ k8sServiceHost, k8sServicePort = '6443' }: CiliumValues): readonly Json[] {
  if (k8sServiceHost === undefined) return env;
  return [
    ...env,
    { name: 'KUBERNETES_SERVICE_HOST', value: k8sServiceHost },
    { name: 'KUBERNETES_SERVICE_PORT', value: k8sServicePort },
  ];
}

function agent(values: CiliumValues): Posted {
  const labels = labelsOf('cilium', 'cilium-agent');
  const binaries = { mountPath: '/host/opt/cni/bin', name: 'cni-path' };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'cilium', namespace, labels },
    spec: {
      selector: { matchLabels: { 'k8s-app': 'cilium' } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: true,
          containers: [
            {
              name: 'cilium-agent',
              image: IMAGE,
              imagePullPolicy: 'IfNotPresent',
              command: ['cilium-agent'],
              args: ['--config-dir=/tmp/cilium/config-map'],
              env: [...envOf(values)],
              securityContext: { privileged: true },
              volumeMounts: [
                { mountPath: '/var/run/cilium', name: 'cilium-run' },
                { mountPath: '/host/etc/cni/net.d', name: 'etc-cni-netd' },
                binaries,
              ],
            },
          ],
          hostNetwork: true,
          initContainers: [
            {
              name: 'config',
              image: IMAGE,
              imagePullPolicy: 'IfNotPresent',
              command: ['cilium-dbg', 'build-config'],
              env: [...envOf(values)],
            },
            {
              name: 'install-cni-binaries',
              image: IMAGE,
              imagePullPolicy: 'IfNotPresent',
              command: ['/install-plugin.sh'],
              volumeMounts: [binaries],
            },
          ],
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          priorityClassName: 'system-node-critical',
          restartPolicy: 'Always',
          serviceAccountName: 'cilium',
          terminationGracePeriodSeconds: 1,
          tolerations: [{ operator: 'Exists' }],
          volumes: [
            {
              hostPath: { path: '/var/run/cilium', type: 'DirectoryOrCreate' },
              name: 'cilium-run',
            },
            { hostPath: { path: '/opt/cni/bin', type: 'DirectoryOrCreate' }, name: 'cni-path' },
            {
              hostPath: { path: '/etc/cni/net.d', type: 'DirectoryOrCreate' },
              name: 'etc-cni-netd',
            },
          ],
        },
      },
    },
  };
}

/** The proxy for rules of HTTP and names; the agent tells it what to do. */
function envoy(): Posted {
  const labels = {
    'app.kubernetes.io/name': 'cilium-envoy',
    ...part,
    'k8s-app': 'cilium-envoy',
    name: 'cilium-envoy',
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'cilium-envoy', namespace, labels },
    spec: {
      selector: { matchLabels: { 'k8s-app': 'cilium-envoy' } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'cilium-envoy',
              image: ENVOY,
              imagePullPolicy: 'IfNotPresent',
              command: ['/usr/bin/cilium-envoy-starter'],
              args: ['--', '-c /var/run/cilium/envoy/bootstrap-config.json', '--base-id 0'],
              env,
              volumeMounts: [{ mountPath: '/var/run/cilium/envoy/sockets', name: 'envoy-sockets' }],
            },
          ],
          hostNetwork: true,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          priorityClassName: 'system-node-critical',
          restartPolicy: 'Always',
          serviceAccountName: 'cilium-envoy',
          terminationGracePeriodSeconds: 1,
          tolerations: [{ operator: 'Exists' }],
          volumes: [
            {
              hostPath: { path: '/var/run/cilium/envoy/sockets', type: 'DirectoryOrCreate' },
              name: 'envoy-sockets',
            },
          ],
        },
      },
    },
  };
}

function operator(values: CiliumValues): Posted {
  const labels = labelsOf('cilium-operator', 'cilium-operator');
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cilium-operator', namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { 'io.cilium/app': 'operator', name: 'cilium-operator' } },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: true,
          containers: [
            {
              name: 'cilium-operator',
              image: OPERATOR,
              imagePullPolicy: 'IfNotPresent',
              command: ['cilium-operator-generic'],
              args: ['--config-dir=/tmp/cilium/config-map', '--debug=false'],
              env: [...envOf(values)],
            },
          ],
          hostNetwork: true,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          priorityClassName: 'system-cluster-critical',
          restartPolicy: 'Always',
          serviceAccountName: 'cilium-operator',
          tolerations: [
            { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' },
            { key: 'node.kubernetes.io/not-ready', operator: 'Exists' },
          ],
        },
      },
    },
  };
}
