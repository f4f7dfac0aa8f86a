import type { CiliumNodeState } from '../../cni/cilium-cni/state.ts';
import type { Api } from '../../controllers/controller.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { Json } from '../../world/json.ts';
import { SECOND } from '../../world/time.ts';
import { createApi } from '../component.ts';
import { syncEndpoints } from './endpoints.ts';
import { resources, say, VERSION } from './life.ts';
import { putMap, syncMaps } from './maps.ts';
import { installPlugin, setUpDevices, setUpRoutes, setUpRules } from './node-setup.ts';
import type { Listed, Node } from './shapes.ts';

/** Brings the node up to all that the API tells. */
export function* sync(sys: DaemonSys): Call<void> {
  const api = createApi(sys, 'cilium-agent', undefined);
  const listed = yield* listAll(api);
  const own = listed.nodes.find(({ metadata }) => metadata.name === sys.hostname);
  const state = own && stateOf(sys, own, listed);
  if (!state) {
    say(sys, 'warn', 'Waiting for k8s node information: required IPv4 PodCIDR not available');
    return sys.setTimer('sync', 1 * SECOND);
  }
  const first = !sys.memory('ready');
  putMap(sys, 'config', 'node', state as unknown as Json);
  putMap(sys, 'config', 'nodeport', state.kubeProxyReplacement === true);
  setUpDevices(sys, state);
  yield* tellNode(api, state, listed);
  const others = listed.nodes.flatMap(({ metadata, spec }) =>
    metadata.name !== state.name && spec?.podCIDR ? [spec.podCIDR] : [],
  );
  setUpRoutes(sys, state, others);
  setUpRules(sys, state);
  const again = yield* syncEndpoints(sys, api, state, listed);
  syncMaps(sys, state, listed);
  if (first) {
    say(sys, 'info', 'Daemon initialization completed');
    sys.remember('ready', true);
  }
  installPlugin(sys);
  // Rules that somebody flushed, and configurations that somebody put in front, are looked after.
  sys.setTimer('sync', again ? 200_000 : 30 * SECOND);
}

function* listAll(api: Api): Call<Listed> {
  const all: Record<string, readonly never[]> = {};
  for (const resource of resources) all[resource] = (yield* api.list(resource)) as never[];
  const of = (resource: (typeof resources)[number]) => all[resource] ?? [];
  return {
    nodes: of('nodes'),
    pods: of('pods'),
    namespaces: of('namespaces'),
    services: of('services'),
    slices: of('endpointslices.discovery.k8s.io'),
    networkPolicies: of('networkpolicies.networking.k8s.io'),
    ciliumNodes: of('ciliumnodes.v2.cilium.io'),
    endpoints: of('ciliumendpoints.v2.cilium.io'),
    identities: of('ciliumidentities.v2.cilium.io'),
    policies: [
      ...of('ciliumnetworkpolicies.v2.cilium.io'),
      ...of('ciliumclusterwidenetworkpolicies.v2.cilium.io'),
    ],
  };
}

const OVERHEAD = 50;

function stateOf(sys: DaemonSys, own: Node, listed: Listed): CiliumNodeState | undefined {
  const podCIDR = own.spec?.podCIDR;
  const address = addressOf(own);
  if (!podCIDR || !address) return undefined;
  const config = (sys.memory<Json>('config') ?? {}) as Readonly<Record<string, string>>;
  const before = listed.ciliumNodes.find(({ metadata }) => metadata.name === sys.hostname)?.spec;
  const known = before?.addresses?.find(({ type }) => type === 'CiliumInternalIP')?.ip;
  const base = podCIDR.split('/')[0]?.replace(/\d+$/, '') ?? '';
  const pick = (what: string) =>
    `${base}${2 + sys.chance.integer(`cilium/${what}/${podCIDR}`, 250)}`;
  const router = known ?? pick('router');
  const health =
    before?.health?.ipv4 ?? (pick('health') === router ? pick('other') : pick('health'));
  const mode = config['enable-policy'];
  return {
    name: sys.hostname,
    address,
    podCIDR,
    router,
    health,
    mtu: 1500,
    routeMtu: 1500 - OVERHEAD,
    kubeProxyReplacement: config['kube-proxy-replacement'] === 'true',
    externalEnvoy: config['external-envoy-proxy'] === 'true',
    policyEnforcement: mode === 'always' || mode === 'never' ? mode : 'default',
    version: VERSION,
  };
}

export function addressOf({ status }: Node): string | undefined {
  return status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
}

/** The node's CiliumNode, by which other agents know it. */
function* tellNode(api: Api, state: CiliumNodeState, { ciliumNodes, nodes }: Listed): Call<void> {
  const own = ciliumNodes.find(({ metadata }) => metadata.name === state.name);
  const addresses = [
    { ip: state.address, type: 'InternalIP' },
    { ip: state.router, type: 'CiliumInternalIP' },
  ];
  const spec = {
    addresses,
    alibabaCloud: {},
    azure: {},
    bootid: '',
    encryption: {},
    eni: {},
    health: { ipv4: state.health },
    ingress: {},
    ipam: { podCIDRs: [state.podCIDR], pools: {} },
  };
  if (own && JSON.stringify(own.spec?.addresses) === JSON.stringify(addresses)) return;
  const node = nodes.find(({ metadata }) => metadata.name === state.name);
  const owner = {
    apiVersion: 'v1',
    kind: 'Node',
    name: state.name,
    uid: node?.metadata.uid ?? '',
  };
  const metadata = { name: state.name, ownerReferences: [owner] };
  const base = { apiVersion: 'cilium.io/v2', kind: 'CiliumNode' };
  if (own) yield* api.update('ciliumnodes.v2.cilium.io', { ...own, spec } as never);
  else yield* api.create('ciliumnodes.v2.cilium.io', { ...base, metadata, spec } as never);
}
