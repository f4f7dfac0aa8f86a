import type { ApiObject } from '../../apimachinery/object.ts';
import { vethName } from '../../cni/calico/index.ts';
import { convertNetworkPolicy } from '../../policy/calico/convert.ts';
import type { NetworkPolicyObject } from '../../policy/kinds/networkpolicy.ts';
import type { PodObject } from '../../policy/objects.ts';
import type { Call } from '../../host/syscalls.ts';
import { isFailure, type Client, type Failure } from './client.ts';

/** A resource in Calico's form (`projectcalico.org/v3`). */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ApiObject['metadata'];
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** A column: heading and what stands below it. */
export type Column = readonly [heading: string, cell: (resource: Resource) => string];

export interface Kind {
  readonly kind: string;
  /** Names that it is asked for by, besides its own and the plural. */
  readonly aliases?: readonly string[];
  /** Where its objects lie, where they are custom resources. */
  readonly resource?: string;
  readonly namespaced?: boolean;
  readonly columns: readonly Column[];
  readonly wide?: readonly Column[];
  read?(client: Client, namespace: string | undefined): Call<readonly Resource[] | Failure>;
}

export const VERSION = 'projectcalico.org/v3';
const GROUP = 'crd.projectcalico.org';

const spec = (resource: Resource, field: string) => resource.spec?.[field];
const text = (value: unknown) => (value === undefined || value === null ? '' : String(value));
const NAME: Column = ['NAME', ({ metadata }) => metadata.name];
const field = (heading: string, name: string, otherwise = ''): Column => [
  heading,
  (resource) => text(spec(resource, name) ?? otherwise),
];

/** Objects as Calico's API shows them: `default.` in front of policies' names is left out. */
export function shown(object: ApiObject, kind: string): Resource {
  const { name, managedFields: _fields, ...metadata } = object.metadata;
  const plain = /NetworkPolicy$/.test(kind) ? name.replace(/^default\./, '') : name;
  return {
    apiVersion: VERSION,
    kind,
    metadata: { ...metadata, name: plain },
    spec: object['spec'] as Readonly<Record<string, unknown>>,
  };
}

function* policies(client: Client, namespace: string | undefined) {
  const own = yield* client.list(`networkpolicies.${GROUP}`, namespace);
  if (isFailure(own)) return own;
  const others = yield* client.list('networkpolicies.networking.k8s.io', namespace);
  if (isFailure(others)) return others;
  return [
    ...own.map((object) => shown(object, 'NetworkPolicy')),
    ...others.map((object): Resource => {
      const { policy } = convertNetworkPolicy(object as unknown as NetworkPolicyObject);
      const { creationTimestamp, namespace: of, resourceVersion, uid } = object.metadata;
      const { name } = policy.metadata;
      return {
        apiVersion: VERSION,
        kind: 'NetworkPolicy',
        metadata: {
          creationTimestamp,
          name,
          namespace: of,
          resourceVersion,
          uid,
        } as Resource['metadata'],
        spec: policy.spec as unknown as Readonly<Record<string, unknown>>,
      };
    }),
  ];
}

function* workloads(client: Client, namespace: string | undefined) {
  const pods = yield* client.list('pods', namespace);
  if (isFailure(pods)) return pods;
  return (pods as readonly PodObject[])
    .filter(({ spec: of, status }) => !of.hostNetwork && of.nodeName && status?.podIP)
    .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
    .map(workload);
}

function workload(pod: PodObject): Resource {
  const { namespace = '', name, labels = {} } = pod.metadata;
  const node = pod.spec.nodeName ?? '';
  const account = pod.spec.serviceAccountName ?? 'default';
  const escape = (part: string) => part.replaceAll('-', '--');
  return {
    apiVersion: VERSION,
    kind: 'WorkloadEndpoint',
    metadata: {
      creationTimestamp: pod.metadata.creationTimestamp,
      labels: {
        ...labels,
        'projectcalico.org/namespace': namespace,
        'projectcalico.org/orchestrator': 'k8s',
        'projectcalico.org/serviceaccount': account,
      },
      name: `${escape(node)}-k8s-${escape(name)}-eth0`,
      namespace,
      resourceVersion: pod.metadata.resourceVersion,
      uid: pod.metadata.uid,
    },
    spec: {
      containerID: pod.metadata.annotations?.['cni.projectcalico.org/containerID'] ?? '',
      endpoint: 'eth0',
      interfaceName: vethName(namespace, name),
      ipNetworks: [`${pod.status?.podIP ?? ''}/32`],
      node,
      orchestrator: 'k8s',
      pod: name,
      profiles: [`kns.${namespace}`, `ksa.${namespace}.${account}`],
      serviceAccountName: account,
    },
  };
}

/** One of all, one of each namespace, one of each service account. */
function* profiles(client: Client) {
  const namespaces = yield* client.list('namespaces');
  if (isFailure(namespaces)) return namespaces;
  const accounts = yield* client.list('serviceaccounts');
  if (isFailure(accounts)) return accounts;
  const names = [
    'projectcalico-default-allow',
    ...namespaces.map(({ metadata }) => `kns.${metadata.name}`),
    ...accounts.map(({ metadata }) => `ksa.${metadata.namespace}.${metadata.name}`),
  ];
  return names.map((name): Resource => ({
    apiVersion: VERSION,
    kind: 'Profile',
    metadata: { name } as Resource['metadata'],
    spec: { ingress: [{ action: 'Allow' }], egress: [{ action: 'Allow' }] },
  }));
}

function* nodes(client: Client) {
  const found = yield* client.list('nodes');
  if (isFailure(found)) return found;
  return found.map(({ metadata }): Resource => {
    const notes = metadata.annotations ?? {};
    const [address, tunnel] = [
      notes['projectcalico.org/IPv4Address'],
      notes['projectcalico.org/IPv4IPIPTunnelAddr'],
    ];
    const bgp = {
      ...(address ? { ipv4Address: address } : {}),
      ...(tunnel ? { ipv4IPIPTunnelAddr: tunnel } : {}),
    };
    const { creationTimestamp, name, labels, resourceVersion, uid } = metadata;
    return {
      apiVersion: VERSION,
      kind: 'Node',
      metadata: { creationTimestamp, labels, name, resourceVersion, uid } as Resource['metadata'],
      spec: {
        ...(address ? { bgp } : {}),
        orchRefs: [{ nodeName: name, orchestrator: 'k8s' }],
      },
    };
  });
}

const bgp = (name: string) => (resource: Resource) =>
  text((spec(resource, 'bgp') as Readonly<Record<string, unknown>> | undefined)?.[name]);
const ORDER: Column = field('ORDER', 'order');
const SELECTOR: Column = field('SELECTOR', 'selector');
const list = (heading: string, name: string): Column => [
  heading,
  (resource) => ((spec(resource, name) as readonly string[] | undefined) ?? []).join(','),
];

const WORKLOAD: readonly Column[] = [
  field('WORKLOAD', 'pod'),
  field('NODE', 'node'),
  list('NETWORKS', 'ipNetworks'),
  field('INTERFACE', 'interfaceName'),
];

const stored = (kind: string, plural: string, more: Partial<Kind> = {}): Kind => ({
  kind,
  resource: `${plural}.${GROUP}`,
  columns: [NAME],
  ...more,
});

/** All kinds that `get` knows. */
export const kinds: readonly Kind[] = [
  stored('BGPConfiguration', 'bgpconfigurations', {
    aliases: ['bgpconfig', 'bgpconfigs'],
    columns: [
      NAME,
      field('LOGSEVERITY', 'logSeverityScreen'),
      field('MESHENABLED', 'nodeToNodeMeshEnabled'),
      field('ASNUMBER', 'asNumber'),
    ],
  }),
  stored('BGPPeer', 'bgppeers', {
    columns: [
      NAME,
      field('PEERIP', 'peerIP'),
      field('NODE', 'node', '(global)'),
      field('ASN', 'asNumber'),
    ],
  }),
  stored('ClusterInformation', 'clusterinformations', { aliases: ['clusterinfo'] }),
  stored('FelixConfiguration', 'felixconfigurations', { aliases: ['felixconfig', 'felixconfigs'] }),
  stored('GlobalNetworkPolicy', 'globalnetworkpolicies', {
    aliases: ['gnp', 'gnps'],
    wide: [NAME, ORDER, SELECTOR],
  }),
  stored('GlobalNetworkSet', 'globalnetworksets', { aliases: ['gns'] }),
  stored('HostEndpoint', 'hostendpoints', {
    aliases: ['hep', 'heps'],
    columns: [NAME, field('NODE', 'node')],
  }),
  stored('IPPool', 'ippools', {
    aliases: ['ipp', 'ipps', 'pool', 'pools'],
    columns: [NAME, field('CIDR', 'cidr'), field('SELECTOR', 'nodeSelector')],
    wide: [
      NAME,
      field('CIDR', 'cidr'),
      field('NAT', 'natOutgoing', 'false'),
      field('IPIPMODE', 'ipipMode', 'Never'),
      field('VXLANMODE', 'vxlanMode', 'Never'),
      field('DISABLED', 'disabled', 'false'),
      field('DISABLEBGPEXPORT', 'disableBGPExport', 'false'),
      field('SELECTOR', 'nodeSelector'),
    ],
  }),
  stored('KubeControllersConfiguration', 'kubecontrollersconfigurations', {
    aliases: ['kcconfig'],
  }),
  {
    kind: 'NetworkPolicy',
    aliases: ['policy', 'policies', 'np', 'nps', 'pol', 'pols'],
    resource: `networkpolicies.${GROUP}`,
    namespaced: true,
    columns: [NAME],
    wide: [NAME, ORDER, SELECTOR],
    read: policies,
  },
  stored('NetworkSet', 'networksets', { namespaced: true, aliases: ['netsets'] }),
  {
    kind: 'Node',
    aliases: ['no'],
    columns: [NAME],
    wide: [
      NAME,
      ['ASN', () => '(64512)'],
      ['IPV4', bgp('ipv4Address')],
      ['IPV6', bgp('ipv6Address')],
    ],
    read: nodes,
  },
  { kind: 'Profile', aliases: ['pro', 'pros'], columns: [NAME], read: profiles },
  stored('Tier', 'tiers', { columns: [NAME, ORDER] }),
  {
    kind: 'WorkloadEndpoint',
    aliases: ['wep', 'weps'],
    namespaced: true,
    columns: WORKLOAD,
    wide: [NAME, ...WORKLOAD, list('PROFILES', 'profiles'), ['NATS', () => '']],
    read: workloads,
  },
];

/** The kind of a word: in any case, singular or plural, or short. */
export function findKind(word: string): Kind | undefined {
  const wanted = word.toLowerCase();
  return kinds.find(({ kind, aliases = [] }) => {
    const name = kind.toLowerCase();
    const plural = name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`;
    return [name, plural, ...aliases].includes(wanted);
  });
}

/** Objects of a kind, in order of namespaces and names. */
export function* readAll(
  client: Client,
  kind: Kind,
  namespace: string | undefined,
): Call<readonly Resource[] | Failure> {
  const found = kind.read
    ? yield* kind.read(client, namespace)
    : yield* client.list(kind.resource ?? '', kind.namespaced ? namespace : undefined);
  if (isFailure(found)) return found;
  const all = found.map((each) =>
    kind.read ? (each as Resource) : shown(each as ApiObject, kind.kind),
  );
  const place = ({ metadata }: Resource) => `${metadata.namespace ?? ''}/${metadata.name}`;
  return all.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}
