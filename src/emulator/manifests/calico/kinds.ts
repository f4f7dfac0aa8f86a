const GROUP = 'crd.projectcalico.org';

type Scope = 'Cluster' | 'Namespaced';

const KINDS: readonly (readonly [kind: string, plural: string, scope: Scope])[] = [
  ['BGPConfiguration', 'bgpconfigurations', 'Cluster'],
  ['BGPFilter', 'bgpfilters', 'Cluster'],
  ['BGPPeer', 'bgppeers', 'Cluster'],
  ['BlockAffinity', 'blockaffinities', 'Cluster'],
  ['CalicoNodeStatus', 'caliconodestatuses', 'Cluster'],
  ['ClusterInformation', 'clusterinformations', 'Cluster'],
  ['FelixConfiguration', 'felixconfigurations', 'Cluster'],
  ['GlobalNetworkPolicy', 'globalnetworkpolicies', 'Cluster'],
  ['GlobalNetworkSet', 'globalnetworksets', 'Cluster'],
  ['HostEndpoint', 'hostendpoints', 'Cluster'],
  ['IPAMBlock', 'ipamblocks', 'Cluster'],
  ['IPAMConfig', 'ipamconfigs', 'Cluster'],
  ['IPAMHandle', 'ipamhandles', 'Cluster'],
  ['IPPool', 'ippools', 'Cluster'],
  ['IPReservation', 'ipreservations', 'Cluster'],
  ['KubeControllersConfiguration', 'kubecontrollersconfigurations', 'Cluster'],
  ['NetworkPolicy', 'networkpolicies', 'Namespaced'],
  ['NetworkSet', 'networksets', 'Namespaced'],
  ['Tier', 'tiers', 'Cluster'],
];

const open = { 'x-kubernetes-preserve-unknown-fields': true };
const text = { type: 'string' };
const texts = { type: 'array', items: text };

/** A port: a number, a range or a name. */
const ports = {
  type: 'array',
  items: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
};

const entity = {
  type: 'object',
  properties: {
    namespaceSelector: text,
    nets: texts,
    notNets: texts,
    notPorts: ports,
    notSelector: text,
    ports,
    selector: text,
    serviceAccounts: { type: 'object', properties: { names: texts, selector: text } },
    services: { type: 'object', properties: { name: text, namespace: text } },
  },
};

const icmp = {
  type: 'object',
  properties: { code: { type: 'integer' }, type: { type: 'integer' } },
};
const protocol = { ...ports.items, pattern: '^.*' };

const rules = {
  type: 'array',
  items: {
    type: 'object',
    required: ['action'],
    properties: {
      action: text,
      destination: entity,
      http: { type: 'object', ...open },
      icmp,
      ipVersion: { type: 'integer' },
      metadata: { type: 'object', ...open },
      notICMP: icmp,
      notProtocol: protocol,
      protocol,
      source: entity,
    },
  },
};

const policy = {
  type: 'object',
  properties: {
    egress: rules,
    ingress: rules,
    order: { type: 'number' },
    selector: text,
    serviceAccountSelector: text,
    tier: text,
    types: texts,
  },
};

const modes = (name: string) => ({
  [name]: { type: 'string' },
});

/** Kinds whose fields are named; unknown ones are pruned, or refused by a strict client. */
const SPECS: Readonly<Record<string, object>> = {
  NetworkPolicy: policy,
  GlobalNetworkPolicy: {
    ...policy,
    properties: {
      ...policy.properties,
      applyOnForward: { type: 'boolean' },
      doNotTrack: { type: 'boolean' },
      namespaceSelector: text,
      preDNAT: { type: 'boolean' },
    },
  },
  IPPool: {
    type: 'object',
    required: ['cidr'],
    properties: {
      allowedUses: texts,
      blockSize: { type: 'integer' },
      cidr: text,
      disableBGPExport: { type: 'boolean' },
      disabled: { type: 'boolean' },
      ...modes('ipipMode'),
      natOutgoing: { type: 'boolean' },
      nodeSelector: text,
      ...modes('vxlanMode'),
    },
  },
  Tier: {
    type: 'object',
    properties: { defaultAction: text, order: { type: 'number' } },
  },
};

/** Calico's CustomResourceDefinitions, in the order of their names. */
export function kinds(): readonly object[] {
  return KINDS.map(([kind, plural, scope]) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      preserveUnknownFields: false,
      scope,
      versions: [
        {
          name: 'v1',
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                apiVersion: text,
                kind: text,
                metadata: { type: 'object' },
                spec: SPECS[kind] ?? { type: 'object', ...open },
              },
            },
          },
          served: true,
          storage: true,
        },
      ],
    },
  }));
}
