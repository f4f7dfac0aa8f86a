const namespace = 'kube-system';
const NODE = { 'k8s-app': 'calico-node' };
const CONTROLLERS = { 'k8s-app': 'calico-kube-controllers' };

const conflist = `{
  "name": "k8s-pod-network",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "calico",
      "log_level": "info",
      "log_file_path": "/var/log/calico/cni/cni.log",
      "datastore_type": "kubernetes",
      "nodename": "__KUBERNETES_NODE_NAME__",
      "mtu": __CNI_MTU__,
      "ipam": {
          "type": "calico-ipam"
      },
      "policy": {
          "type": "k8s"
      },
      "kubernetes": {
          "kubeconfig": "__KUBECONFIG_FILEPATH__"
      }
    },
    {
      "type": "portmap",
      "snat": true,
      "capabilities": {"portMappings": true}
    },
    {
      "type": "bandwidth",
      "capabilities": {"bandwidth": true}
    }
  ]
}`;

/** What runs, with the ConfigMap that it reads; images are of this version. */
export function workloads(version: string) {
  const image = (name: string) => ({
    image: `docker.io/calico/${name}:${version}`,
    imagePullPolicy: 'IfNotPresent',
  });
  return {
    disruptionBudget: {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'calico-kube-controllers', namespace, labels: CONTROLLERS },
      spec: { maxUnavailable: 1, selector: { matchLabels: CONTROLLERS } },
    },
    config: {
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'calico-config', namespace },
      data: {
        typha_service_name: 'none',
        calico_backend: 'bird',
        veth_mtu: '0',
        cni_network_config: conflist,
      },
    },
    daemonSet: {
      kind: 'DaemonSet',
      apiVersion: 'apps/v1',
      metadata: { name: 'calico-node', namespace, labels: NODE },
      spec: {
        selector: { matchLabels: NODE },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        template: { metadata: { labels: NODE }, spec: nodeSpec(image) },
      },
    },
    deployment: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'calico-kube-controllers', namespace, labels: CONTROLLERS },
      spec: {
        replicas: 1,
        selector: { matchLabels: CONTROLLERS },
        strategy: { type: 'Recreate' },
        template: {
          metadata: { name: 'calico-kube-controllers', namespace, labels: CONTROLLERS },
          spec: controllersSpec(image),
        },
      },
    },
  };
}

type ImageOf = (name: string) => { readonly image: string; readonly imagePullPolicy: string };

const envFrom = [{ configMapRef: { name: 'kubernetes-services-endpoint', optional: true } }];
const field = (name: string, fieldPath: string) => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
});
const config = (name: string, key: string) => ({
  name,
  valueFrom: { configMapKeyRef: { name: 'calico-config', key } },
});
const mount = (name: string, mountPath: string, more: object = {}) => ({
  mountPath,
  name,
  ...more,
});
const hostPath = (name: string, path: string, type?: string) => ({
  name,
  hostPath: { path, ...(type ? { type } : {}) },
});
const privileged = { securityContext: { privileged: true } };

function nodeSpec(image: ImageOf) {
  return {
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    hostNetwork: true,
    tolerations: [
      { effect: 'NoSchedule', operator: 'Exists' },
      { key: 'CriticalAddonsOnly', operator: 'Exists' },
      { effect: 'NoExecute', operator: 'Exists' },
    ],
    serviceAccountName: 'calico-node',
    terminationGracePeriodSeconds: 0,
    priorityClassName: 'system-node-critical',
    initContainers: initContainers(image),
    containers: [nodeContainer(image)],
    volumes: [
      hostPath('lib-modules', '/lib/modules'),
      hostPath('var-run-calico', '/var/run/calico'),
      hostPath('var-lib-calico', '/var/lib/calico'),
      hostPath('xtables-lock', '/run/xtables.lock', 'FileOrCreate'),
      hostPath('sys-fs', '/sys/fs/', 'DirectoryOrCreate'),
      hostPath('bpffs', '/sys/fs/bpf', 'DirectoryOrCreate'),
      hostPath('nodeproc', '/proc'),
      hostPath('cni-bin-dir', '/opt/cni/bin'),
      hostPath('cni-net-dir', '/etc/cni/net.d'),
      hostPath('cni-log-dir', '/var/log/calico/cni'),
      hostPath('host-local-net-dir', '/var/lib/cni/networks'),
      hostPath('policysync', '/var/run/nodeagent', 'DirectoryOrCreate'),
    ],
  };
}

function initContainers(image: ImageOf) {
  return [
    {
      name: 'upgrade-ipam',
      ...image('cni'),
      command: ['/opt/cni/bin/calico-ipam', '-upgrade'],
      envFrom,
      env: [
        field('KUBERNETES_NODE_NAME', 'spec.nodeName'),
        config('CALICO_NETWORKING_BACKEND', 'calico_backend'),
      ],
      volumeMounts: [
        mount('host-local-net-dir', '/var/lib/cni/networks'),
        mount('cni-bin-dir', '/host/opt/cni/bin'),
      ],
      ...privileged,
    },
    {
      name: 'install-cni',
      ...image('cni'),
      command: ['/opt/cni/bin/install'],
      envFrom,
      env: [
        { name: 'CNI_CONF_NAME', value: '10-calico.conflist' },
        config('CNI_NETWORK_CONFIG', 'cni_network_config'),
        field('KUBERNETES_NODE_NAME', 'spec.nodeName'),
        config('CNI_MTU', 'veth_mtu'),
        { name: 'SLEEP', value: 'false' },
      ],
      volumeMounts: [
        mount('cni-bin-dir', '/host/opt/cni/bin'),
        mount('cni-net-dir', '/host/etc/cni/net.d'),
      ],
      ...privileged,
    },
    {
      name: 'mount-bpffs',
      ...image('node'),
      command: ['calico-node', '-init', '-best-effort'],
      volumeMounts: [
        mount('sys-fs', '/sys/fs', { mountPropagation: 'Bidirectional' }),
        mount('var-run-calico', '/var/run/calico', { mountPropagation: 'Bidirectional' }),
        mount('nodeproc', '/nodeproc', { readOnly: true }),
      ],
      ...privileged,
    },
  ];
}

function nodeContainer(image: ImageOf) {
  const value = (name: string, text: string) => ({ name, value: text });
  return {
    name: 'calico-node',
    ...image('node'),
    envFrom,
    env: [
      value('DATASTORE_TYPE', 'kubernetes'),
      value('WAIT_FOR_DATASTORE', 'true'),
      field('NODENAME', 'spec.nodeName'),
      config('CALICO_NETWORKING_BACKEND', 'calico_backend'),
      value('CLUSTER_TYPE', 'k8s,bgp'),
      value('IP', 'autodetect'),
      value('CALICO_IPV4POOL_IPIP', 'Always'),
      value('CALICO_IPV4POOL_VXLAN', 'Never'),
      value('CALICO_IPV6POOL_VXLAN', 'Never'),
      config('FELIX_IPINIPMTU', 'veth_mtu'),
      config('FELIX_VXLANMTU', 'veth_mtu'),
      config('FELIX_WIREGUARDMTU', 'veth_mtu'),
      value('CALICO_DISABLE_FILE_LOGGING', 'true'),
      value('FELIX_DEFAULTENDPOINTTOHOSTACTION', 'ACCEPT'),
      value('FELIX_IPV6SUPPORT', 'false'),
      value('FELIX_HEALTHENABLED', 'true'),
    ],
    ...privileged,
    resources: { requests: { cpu: '250m' } },
    lifecycle: { preStop: { exec: { command: ['/bin/calico-node', '-shutdown'] } } },
    livenessProbe: {
      exec: { command: ['/bin/calico-node', '-felix-live', '-bird-live'] },
      periodSeconds: 10,
      initialDelaySeconds: 10,
      failureThreshold: 6,
      timeoutSeconds: 10,
    },
    readinessProbe: {
      exec: { command: ['/bin/calico-node', '-felix-ready', '-bird-ready'] },
      periodSeconds: 10,
      timeoutSeconds: 10,
    },
    volumeMounts: [
      mount('cni-net-dir', '/host/etc/cni/net.d', { readOnly: false }),
      mount('lib-modules', '/lib/modules', { readOnly: true }),
      mount('xtables-lock', '/run/xtables.lock', { readOnly: false }),
      mount('var-run-calico', '/var/run/calico', { readOnly: false }),
      mount('var-lib-calico', '/var/lib/calico', { readOnly: false }),
      mount('policysync', '/var/run/nodeagent'),
      mount('bpffs', '/sys/fs/bpf'),
      mount('cni-log-dir', '/var/log/calico/cni', { readOnly: true }),
    ],
  };
}

function controllersSpec(image: ImageOf) {
  const ask = (flag: string) => ({ exec: { command: ['/usr/bin/check-status', flag] } });
  return {
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [
      { key: 'CriticalAddonsOnly', operator: 'Exists' },
      { key: 'node-role.kubernetes.io/master', effect: 'NoSchedule' },
      { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
    ],
    serviceAccountName: 'calico-kube-controllers',
    priorityClassName: 'system-cluster-critical',
    containers: [
      {
        name: 'calico-kube-controllers',
        ...image('kube-controllers'),
        env: [
          { name: 'ENABLED_CONTROLLERS', value: 'node' },
          { name: 'DATASTORE_TYPE', value: 'kubernetes' },
        ],
        livenessProbe: {
          ...ask('-l'),
          periodSeconds: 10,
          initialDelaySeconds: 10,
          failureThreshold: 6,
          timeoutSeconds: 10,
        },
        readinessProbe: { ...ask('-r'), periodSeconds: 10 },
      },
    ],
  };
}
