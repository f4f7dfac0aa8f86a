import type { Api } from '../../controllers/controller.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import type { NodeObject, PodObject } from '../../policy/objects.ts';
import { MILLISECOND, SECOND } from '../../world/time.ts';
import { createApi } from '../component.ts';
import { keepAddresses, localBlocks, podAddresses } from './addresses.ts';
import { heardPeers, keepSessions, silentPeers } from './bgp.ts';
import { ensureCluster, ensurePool, tellNode } from './datastore.ts';
import { enforce } from './felix.ts';
import { HEALTH, type Health } from './health.ts';
import { hasMesh, heardNodes, peersOf } from './peers.ts';
import { keepRoutes } from './routes.ts';
import {
  addressOf,
  GROUP,
  type BgpObject,
  type BlockObject,
  type PeerObject,
  type PoolObject,
  type Seen,
} from './shapes.ts';
import { keepTunnels, VXLAN_DEVICE } from './tunnel.ts';

/** Brings all that calico-node looks after to what it should be. */
export function* sync(sys: DaemonSys): Call<void> {
  const api = createApi(sys, 'calico-node', undefined);
  const seen = yield* look(sys, api);
  if (!seen) {
    sys.setTimer('sync', 1 * SECOND);
    return;
  }
  sys.remember('address', seen.address);
  yield* ensureCluster(sys, api, versionOf(seen));
  const tunnels = yield* keepAddresses(sys, api, seen);
  keepTunnels(sys, seen, tunnels);
  const mac = sys.network.links().find(({ name }) => name === VXLAN_DEVICE)?.mac;
  yield* tellNode(sys, api, seen, { ...tunnels, ...(mac ? { mac } : {}) });
  const blocks = localBlocks(sys);
  keepSessions(sys, seen.address, peersOf(seen), hasMesh(seen));
  keepRoutes(sys, seen, blocks, heardNodes(seen, heardPeers(sys)));
  yield* enforce(sys, api, seen, blocks, tunnels);
  yield* annotate(api, seen, podAddresses(blocks));
  tellHealth(sys, seen);
  if (waitsForAddress(sys, seen)) sys.setTimer('sync', 50 * MILLISECOND);
}

/** All objects; undefined where the API cannot be reached, or the node is not there yet. */
function* look(sys: DaemonSys, api: Api): Call<Seen | undefined> {
  const nodes = yield* api.list<NodeObject>('nodes');
  const self = nodes.find(({ metadata }) => metadata.name === nodeName(sys));
  const address = self && addressOf(self);
  if (!self || !address) return undefined;
  const links = sys.network.links();
  const device = links.find(({ addresses }) => addresses.some((own) => own.address === address));
  const known = yield* api.list<PoolObject>(`ippools.${GROUP}`);
  const pools = yield* ensurePool(sys, api, known);
  const configurations = yield* api.list<BgpObject>(`bgpconfigurations.${GROUP}`);
  return {
    self,
    address,
    device: device?.name ?? 'eth0',
    nodes,
    pods: yield* api.list<PodObject>('pods'),
    pools,
    blocks: yield* api.list<BlockObject>(`ipamblocks.${GROUP}`),
    bgp: configurations.find(({ metadata }) => metadata.name === 'default'),
    bgpPeers: yield* api.list<PeerObject>(`bgppeers.${GROUP}`),
  };
}

export const nodeName = (sys: DaemonSys): string => sys.env['NODENAME'] ?? sys.hostname;

/** The version, from the image that this pod was made of. */
function versionOf({ pods, self }: Seen): string {
  const own = pods.find(
    ({ spec, metadata }) =>
      spec.nodeName === self.metadata.name && metadata.labels?.['k8s-app'] === 'calico-node',
  );
  const images = (own?.spec.containers ?? []) as readonly { readonly image?: string }[];
  return /:(v[\d.]+)$/.exec(images[0]?.image ?? '')?.[1] ?? 'v3.26.4';
}

/** What the plugin tells of a pod: its address and sandbox, as annotations. */
function* annotate(
  api: Api,
  { pods, self }: Seen,
  known: ReturnType<typeof podAddresses>,
): Call<void> {
  for (const { metadata, spec, status } of pods) {
    if (spec.nodeName !== self.metadata.name || spec.hostNetwork) continue;
    const found = known.get(`${metadata.namespace}/${metadata.name}`);
    if (!found || status?.podIP !== found.address) continue;
    const podIP = `${found.address}/32`;
    const annotations = {
      'cni.projectcalico.org/containerID': found.handle.split('.').at(-1) ?? '',
      'cni.projectcalico.org/podIP': podIP,
      'cni.projectcalico.org/podIPs': podIP,
    };
    const has = metadata.annotations ?? {};
    if (Object.entries(annotations).every(([name, value]) => has[name] === value)) continue;
    yield* api.request({
      method: 'PATCH',
      url: `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}/status`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: { metadata: { annotations } } as never,
    });
  }
}

/** A pod of this node is about to get its address: rules must be there when it begins to talk. */
function waitsForAddress(sys: DaemonSys, { pods, self }: Seen): boolean {
  const known = podAddresses(localBlocks(sys));
  const waiting = pods.some(
    ({ metadata, spec, status }) =>
      spec.nodeName === self.metadata.name &&
      !spec.hostNetwork &&
      !status?.podIP &&
      status?.phase === 'Pending' &&
      !known.has(`${metadata.namespace}/${metadata.name}`),
  );
  const tries = sys.memory<number>('tries') ?? 0;
  sys.remember('tries', waiting ? tries + 1 : 0);
  return waiting && tries < 100;
}

function tellHealth(sys: DaemonSys, seen: Seen): void {
  const waiting = silentPeers(sys);
  const established = peersOf(seen).length - waiting.length;
  const health: Health = { felix: true, waiting, established };
  const text = JSON.stringify(health);
  const before = sys.files.read(HEALTH);
  if (typeof before === 'string' || before.text !== text) sys.files.write(HEALTH, text);
}
