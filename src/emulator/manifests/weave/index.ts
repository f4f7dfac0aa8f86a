import type { Json } from '../../world/json.ts';
import type { PublishedManifest } from '../manifest.ts';

const namespace = 'kube-system';
const labels = { name: 'weave-net' };
const rbac = 'rbac.authorization.k8s.io';
const metadata = { name: 'weave-net', labels };
const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]): Json => ({
  apiGroups: [apiGroup],
  resources: [...resources],
  verbs: [...verbs],
});
const read = ['get', 'list', 'watch'];
const subject = { kind: 'ServiceAccount', name: 'weave-net', namespace };

const nodeName = {
  name: 'HOSTNAME',
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } },
};

const weave = {
  name: 'weave',
  command: ['/home/weave/launch.sh'],
  env: [{ name: 'INIT_CONTAINER', value: 'true' }, nodeName],
  image: 'weaveworks/weave-kube:2.8.1',
  resources: { requests: { cpu: '50m', memory: '100Mi' } },
  securityContext: { privileged: true },
  volumeMounts: [
    { name: 'weavedb', mountPath: '/weavedb' },
    { name: 'cni-bin', mountPath: '/host/opt' },
    { name: 'cni-conf', mountPath: '/host/etc' },
    { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
  ],
};

const npc = {
  name: 'weave-npc',
  env: [nodeName],
  image: 'weaveworks/weave-npc:2.8.1',
  resources: { requests: { cpu: '50m', memory: '100Mi' } },
  securityContext: { privileged: true },
  volumeMounts: [{ name: 'xtables-lock', mountPath: '/run/xtables.lock' }],
};

const daemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { ...metadata, namespace },
  spec: {
    minReadySeconds: 5,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        containers: [weave, npc],
        dnsPolicy: 'ClusterFirstWithHostNet',
        hostNetwork: true,
        initContainers: [
          {
            name: 'weave-init',
            command: ['/home/weave/init.sh'],
            image: 'weaveworks/weave-kube:2.8.1',
            securityContext: { privileged: true },
            volumeMounts: [
              { name: 'cni-bin', mountPath: '/host/opt' },
              { name: 'cni-conf', mountPath: '/host/etc' },
            ],
          },
        ],
        priorityClassName: 'system-node-critical',
        restartPolicy: 'Always',
        serviceAccountName: 'weave-net',
        tolerations: [
          { effect: 'NoSchedule', operator: 'Exists' },
          { effect: 'NoExecute', operator: 'Exists' },
        ],
        volumes: [
          { name: 'weavedb', hostPath: { path: '/var/lib/weave' } },
          { name: 'cni-bin', hostPath: { path: '/opt' } },
          { name: 'cni-conf', hostPath: { path: '/etc' } },
          { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
        ],
      },
    },
    updateStrategy: { type: 'RollingUpdate' },
  },
};

/** The last manifest that Weaveworks published. */
const manifest: PublishedManifest = {
  addresses:
    /^https:\/\/github\.com\/weaveworks\/weave\/releases\/download\/[^/]+\/weave-daemonset-k8s(-1\.\d+)?\.yaml$/,
  objects: [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadata, namespace } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata,
      rules: [
        rule('', ['pods', 'namespaces', 'nodes'], read),
        rule('networking.k8s.io', ['networkpolicies'], read),
        rule('', ['nodes/status'], ['patch', 'update']),
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { kind: 'ClusterRole', name: 'weave-net', apiGroup: rbac },
      subjects: [subject],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: { ...metadata, namespace },
      rules: [
        {
          ...(rule('', ['configmaps'], ['get', 'update']) as object),
          resourceNames: ['weave-net'],
        },
        rule('', ['configmaps'], ['create']),
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { ...metadata, namespace },
      roleRef: { kind: 'Role', name: 'weave-net', apiGroup: rbac },
      subjects: [subject],
    },
    daemonSet,
  ],
};

export default manifest;
