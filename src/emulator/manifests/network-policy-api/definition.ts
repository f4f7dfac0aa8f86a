import type { Structural } from '../../apimachinery/structural.ts';

const str = (more: Omit<Structural, 'type'> = {}): Structural => ({ type: 'string', ...more });
const port = (description: string): Structural => ({
  type: 'integer',
  format: 'int32',
  minimum: 1,
  maximum: 65_535,
  description,
});
const list = (items: Structural, maxItems: number, minItems = 1): Structural => ({
  type: 'array',
  items,
  maxItems,
  ...(minItems > 0 && { minItems }),
});
const only: Pick<Structural, 'minProperties' | 'maxProperties'> = {
  minProperties: 1,
  maxProperties: 1,
};

const requirement: Structural = {
  type: 'object',
  required: ['key', 'operator'],
  properties: {
    key: str({ description: 'The label that is looked at.' }),
    operator: str({ description: 'In, NotIn, Exists or DoesNotExist.' }),
    values: { type: 'array', items: str(), 'x-kubernetes-list-type': 'atomic' },
  },
};
const selector = (description: string): Structural => ({
  type: 'object',
  description,
  properties: {
    matchExpressions: {
      type: 'array',
      items: requirement,
      'x-kubernetes-list-type': 'atomic',
    },
    matchLabels: { type: 'object', additionalProperties: str() },
  },
  'x-kubernetes-map-type': 'atomic',
});
const namespaces = selector('All pods of the namespaces with these labels.');
const pods: Structural = {
  type: 'object',
  description: 'Pods by their labels, in namespaces by theirs.',
  required: ['podSelector'],
  properties: {
    namespaceSelector: selector('Namespaces; an empty selector takes all.'),
    podSelector: selector('Pods in them; an empty selector takes all.'),
  },
};
const networks: Structural = {
  ...list(
    str({
      maxLength: 43,
      'x-kubernetes-validations': [
        {
          message:
            'Invalid CIDR format provided. IPv4-mapped IPv6 addresses are not allowed; ' +
            'use IPv4 CIDR format instead.',
          rule: 'isCIDR(self)',
        },
      ],
    }),
    25,
  ),
  'x-kubernetes-list-type': 'set',
};
const domainNames: Structural = {
  ...list(
    str({ pattern: '^(\\*\\.)?([a-zA-z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\\.)+[a-zA-z0-9]+\\.?$' }),
    25,
  ),
  'x-kubernetes-list-type': 'set',
};

const destinationPort: Structural = {
  type: 'object',
  ...only,
  properties: {
    number: port('One port.'),
    range: {
      type: 'object',
      required: ['end', 'start'],
      properties: { end: port('The last port.'), start: port('The first port.') },
      'x-kubernetes-validations': [
        { message: 'Start port must be less than End port', rule: 'self.start < self.end' },
      ],
    },
  },
};
const transport: Structural = {
  type: 'object',
  minProperties: 1,
  properties: { destinationPort },
};
const protocols = list(
  {
    type: 'object',
    ...only,
    properties: {
      destinationNamedPort: str({ description: 'The name of a port of the pod.' }),
      sctp: transport,
      tcp: transport,
      udp: transport,
    },
  },
  25,
);

function rules(side: 'from' | 'to', peers: Readonly<Record<string, Structural>>): Structural {
  const rule: Structural = {
    type: 'object',
    required: ['action', side],
    properties: {
      action: str({ enum: ['Accept', 'Deny', 'Pass'], description: 'What the rule decides.' }),
      name: str({ maxLength: 100, description: 'A name for the rule.' }),
      protocols,
      [side]: list({ type: 'object', ...only, properties: peers }, 25),
    },
  };
  return list(rule, 25, 0);
}

const conditions: Structural = {
  type: 'array',
  items: {
    type: 'object',
    required: ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
    properties: {
      lastTransitionTime: str({ format: 'date-time' }),
      message: str({ maxLength: 32_768 }),
      observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
      reason: str({ minLength: 1, maxLength: 1024 }),
      status: str({ enum: ['True', 'False', 'Unknown'] }),
      type: str({ maxLength: 316 }),
    },
  },
  'x-kubernetes-list-map-keys': ['type'],
  'x-kubernetes-list-type': 'map',
};

function schema(experimental: boolean): Structural {
  const more: Readonly<Record<string, Structural>> = experimental
    ? { domainNames, nodes: selector('Nodes by their labels.') }
    : {};
  return {
    type: 'object',
    description: 'ClusterNetworkPolicy is a cluster-wide network policy resource.',
    required: ['metadata', 'spec'],
    properties: {
      apiVersion: str({ description: 'Version of the API that the object is written in.' }),
      kind: str({ description: 'The kind of the object.' }),
      metadata: { type: 'object' },
      spec: {
        type: 'object',
        description: 'What the policy wants.',
        required: ['priority', 'subject', 'tier'],
        properties: {
          egress: rules('to', { namespaces, networks, pods, ...more }),
          ingress: rules('from', { namespaces, pods }),
          priority: {
            type: 'integer',
            format: 'int32',
            minimum: 0,
            maximum: 1000,
            description: 'Lower values come first within the tier.',
          },
          subject: { type: 'object', ...only, properties: { namespaces, pods } },
          tier: str({ enum: ['Admin', 'Baseline'], description: 'Before NetworkPolicy or after.' }),
        },
      },
      status: { type: 'object', required: ['conditions'], properties: { conditions } },
    },
  };
}

/** The CustomResourceDefinition, of the standard or the experimental channel. */
export function definition(experimental: boolean): object {
  const column = (name: string, jsonPath: string, type = 'string') => ({ jsonPath, name, type });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      annotations: {
        'api-approved.kubernetes.io':
          'https://github.com/kubernetes-sigs/network-policy-api/pull/300',
        'policy.networking.k8s.io/bundle-version': 'v0.1.7',
        'policy.networking.k8s.io/channel': experimental ? 'experimental' : 'standard',
      },
      name: 'clusternetworkpolicies.policy.networking.k8s.io',
    },
    spec: {
      group: 'policy.networking.k8s.io',
      names: {
        kind: 'ClusterNetworkPolicy',
        listKind: 'ClusterNetworkPolicyList',
        plural: 'clusternetworkpolicies',
        shortNames: ['cnp'],
        singular: 'clusternetworkpolicy',
      },
      scope: 'Cluster',
      versions: [
        {
          additionalPrinterColumns: [
            column('Tier', '.spec.tier'),
            column('Priority', '.spec.priority'),
            column('Age', '.metadata.creationTimestamp', 'date'),
          ],
          name: 'v1alpha2',
          schema: { openAPIV3Schema: schema(experimental) },
          served: true,
          storage: true,
          subresources: { status: {} },
        },
      ],
    },
  };
}
