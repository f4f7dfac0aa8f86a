import type { Json } from '../../world/json.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly priority?: number;
}

interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  readonly columns: readonly Column[];
  readonly status: boolean;
}

const open: Json = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const valid: Column = {
  name: 'Valid',
  type: 'string',
  jsonPath: ".status.conditions[?(@.type=='Valid')].status",
};

const kinds: readonly Kind[] = [
  {
    kind: 'CiliumNetworkPolicy',
    plural: 'ciliumnetworkpolicies',
    singular: 'ciliumnetworkpolicy',
    shortNames: ['cnp', 'ciliumnp'],
    scope: 'Namespaced',
    columns: [age, valid],
    status: true,
  },
  {
    kind: 'CiliumClusterwideNetworkPolicy',
    plural: 'ciliumclusterwidenetworkpolicies',
    singular: 'ciliumclusterwidenetworkpolicy',
    shortNames: ['ccnp'],
    scope: 'Cluster',
    columns: [valid],
    status: true,
  },
  {
    kind: 'CiliumEndpoint',
    plural: 'ciliumendpoints',
    singular: 'ciliumendpoint',
    shortNames: ['cep', 'ciliumep'],
    scope: 'Namespaced',
    columns: [
      { name: 'Security Identity', type: 'integer', jsonPath: '.status.identity.id' },
      { name: 'Endpoint State', type: 'string', jsonPath: '.status.state' },
      { name: 'IPv4', type: 'string', jsonPath: '.status.networking.addressing[0].ipv4' },
      { name: 'IPv6', type: 'string', jsonPath: '.status.networking.addressing[0].ipv6' },
    ],
    status: false,
  },
  {
    kind: 'CiliumIdentity',
    plural: 'ciliumidentities',
    singular: 'ciliumidentity',
    shortNames: ['ciliumid'],
    scope: 'Cluster',
    columns: [
      {
        name: 'Namespace',
        type: 'string',
        jsonPath: '.metadata.labels.io\\.kubernetes\\.pod\\.namespace',
      },
      age,
    ],
    status: false,
  },
  {
    kind: 'CiliumNode',
    plural: 'ciliumnodes',
    singular: 'ciliumnode',
    shortNames: ['cn', 'ciliumn'],
    scope: 'Cluster',
    columns: [
      {
        name: 'CiliumInternalIP',
        type: 'string',
        jsonPath: '.spec.addresses[?(@.type=="CiliumInternalIP")].ip',
      },
      {
        name: 'InternalIP',
        type: 'string',
        jsonPath: '.spec.addresses[?(@.type=="InternalIP")].ip',
      },
      age,
    ],
    status: false,
  },
];

const fields: Readonly<Record<string, readonly string[]>> = {
  CiliumIdentity: ['security-labels'],
  CiliumNetworkPolicy: ['spec', 'status'],
  CiliumClusterwideNetworkPolicy: ['spec', 'status'],
  CiliumEndpoint: ['status'],
  CiliumNode: ['spec', 'status'],
};

/** The definitions that the operator registers, in the API's order of names. */
export const definitions = kinds.map(({ kind, plural, singular, shortNames, scope, ...more }) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${plural}.cilium.io`,
    labels: { 'io.cilium.k8s.crd.schema.version': '1.31.13' },
  },
  spec: {
    group: 'cilium.io',
    names: { categories: ['cilium'], kind, listKind: `${kind}List`, plural, shortNames, singular },
    scope,
    versions: [
      {
        name: 'v2',
        served: true,
        storage: true,
        additionalPrinterColumns: more.columns,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              apiVersion: { type: 'string' },
              kind: { type: 'string' },
              metadata: { type: 'object' },
              ...Object.fromEntries((fields[kind] ?? []).map((name) => [name, open])),
              ...(kind.endsWith('NetworkPolicy') ? { specs: { type: 'array', items: open } } : {}),
            },
          },
        },
        ...(more.status ? { subresources: { status: {} } } : {}),
      },
    ],
  },
}));
