import { kinds as calicoKinds } from '../calico/kinds.ts';

export const OPERATOR_VERSION = 'v1.30.9';
export const CALICO_VERSION = 'v3.26.4';
const namespace = 'tigera-operator';
const RBAC = 'rbac.authorization.k8s.io';
const labels = { name: 'tigera-operator', 'k8s-app': 'tigera-operator' };

const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const text = { type: 'string' };
const pool = {
  type: 'object',
  required: ['cidr'],
  properties: {
    blockSize: { type: 'integer', format: 'int32' },
    cidr: text,
    disableBGPExport: { type: 'boolean' },
    encapsulation: {
      ...text,
      enum: ['IPIPCrossSubnet', 'IPIP', 'VXLAN', 'VXLANCrossSubnet', 'None'],
    },
    natOutgoing: { ...text, enum: ['Enabled', 'Disabled'] },
    nodeSelector: text,
  },
};
const installation = {
  ...open,
  properties: {
    calicoNetwork: {
      ...open,
      properties: {
        bgp: { ...text, enum: ['Enabled', 'Disabled'] },
        ipPools: { type: 'array', items: pool },
        linuxDataplane: { ...text, enum: ['Iptables', 'BPF', 'VPP'] },
        mtu: { type: 'integer', format: 'int32' },
      },
    },
    controlPlaneReplicas: { type: 'integer', format: 'int32' },
    variant: { ...text, enum: ['Calico', 'TigeraSecureEnterprise'] },
  },
};

interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly spec?: object;
  readonly columns?: readonly object[];
}

const condition = (type: string, field = 'status') =>
  `.status.conditions[?(@.type=='${type}')].${field}`;
const KINDS: readonly Kind[] = [
  { kind: 'APIServer', plural: 'apiservers' },
  { kind: 'ImageSet', plural: 'imagesets' },
  { kind: 'Installation', plural: 'installations', spec: installation },
  {
    kind: 'TigeraStatus',
    plural: 'tigerastatuses',
    columns: [
      {
        description: 'Whether the component running and stable.',
        jsonPath: condition('Available'),
        name: 'Available',
        type: 'string',
      },
      {
        description: 'Whether the component is processing changes.',
        jsonPath: condition('Progressing'),
        name: 'Progressing',
        type: 'string',
      },
      {
        description: 'Whether the component is degraded.',
        jsonPath: condition('Degraded'),
        name: 'Degraded',
        type: 'string',
      },
      {
        description: "The time the component's Available status last changed.",
        jsonPath: condition('Available', 'lastTransitionTime'),
        name: 'Since',
        type: 'date',
      },
    ],
  },
];

const GROUP = 'operator.tigera.io';

function definition({ kind, plural, spec = open, columns }: Kind): object {
  const singular = kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      names: { kind, listKind: `${kind}List`, plural, singular },
      scope: 'Cluster',
      versions: [
        {
          ...(columns ? { additionalPrinterColumns: columns } : {}),
          name: 'v1',
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                apiVersion: text,
                kind: text,
                metadata: { type: 'object' },
                spec,
                status: open,
              },
            },
          },
          served: true,
          storage: true,
          subresources: { status: {} },
        },
      ],
    },
  };
}

/** tigera-operator.yaml in its order. */
export function operatorObjects(): readonly object[] {
  const name = 'tigera-operator';
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: { name, 'pod-security.kubernetes.io/enforce': 'privileged' },
      },
    },
    ...calicoKinds(),
    ...KINDS.map(definition),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name },
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
    },
    {
      kind: 'ClusterRoleBinding',
      apiVersion: `${RBAC}/v1`,
      metadata: { name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
      roleRef: { kind: 'ClusterRole', name, apiGroup: RBAC },
    },
    deployment(name),
  ];
}

function deployment(name: string): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { 'k8s-app': name } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { name } },
      template: {
        metadata: { labels },
        spec: {
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          tolerations: [
            { effect: 'NoExecute', operator: 'Exists' },
            { effect: 'NoSchedule', operator: 'Exists' },
          ],
          serviceAccountName: name,
          hostNetwork: true,
          dnsPolicy: 'ClusterFirstWithHostNet',
          containers: [
            {
              name,
              image: `quay.io/tigera/operator:${OPERATOR_VERSION}`,
              imagePullPolicy: 'IfNotPresent',
              command: ['operator'],
              volumeMounts: [
                { name: 'var-lib-calico', readOnly: true, mountPath: '/var/lib/calico' },
              ],
              env: [
                { name: 'WATCH_NAMESPACE', value: '' },
                { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
                { name: 'OPERATOR_NAME', value: name },
                { name: 'TIGERA_OPERATOR_INIT_IMAGE_VERSION', value: OPERATOR_VERSION },
              ],
              envFrom: [{ configMapRef: { name: 'kubernetes-services-endpoint', optional: true } }],
            },
          ],
          volumes: [{ name: 'var-lib-calico', hostPath: { path: '/var/lib/calico' } }],
        },
      },
    },
  };
}

/** custom-resources.yaml: its range is none of kubeadm's, and has to be changed first. */
export function customResources(): readonly object[] {
  return [
    {
      apiVersion: `${GROUP}/v1`,
      kind: 'Installation',
      metadata: { name: 'default' },
      spec: {
        calicoNetwork: {
          ipPools: [
            {
              blockSize: 26,
              cidr: '192.168.0.0/16',
              encapsulation: 'VXLANCrossSubnet',
              natOutgoing: 'Enabled',
              nodeSelector: 'all()',
            },
          ],
        },
      },
    },
    { apiVersion: `${GROUP}/v1`, kind: 'APIServer', metadata: { name: 'default' }, spec: {} },
  ];
}
