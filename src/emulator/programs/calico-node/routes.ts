import { poolOf } from '../../cni/calico/pools.ts';
import type { DaemonSys } from '../../host/syscalls.ts';
import type { RouteInfo } from '../../network/api.ts';
import type { Block } from '../../cni/calico-ipam/blocks.ts';
import { vethName } from '../../cni/calico/index.ts';
import { podAddresses, tunnelOf } from './addresses.ts';
import { addressOf, ANNOTATION, type PoolObject, type Seen } from './shapes.ts';
import { IPIP_DEVICE, VXLAN_DEVICE } from './tunnel.ts';

/**
 * Routes to the blocks of other nodes, and one that swallows what goes to an address of this node's
 * blocks that no pod has.
 */
export function keepRoutes(
  sys: DaemonSys,
  seen: Seen,
  own: readonly Block[],
  heard: ReadonlySet<string>,
): void {
  const { network } = sys;
  const wanted = [
    ...own.map(({ cidr }): RouteInfo => ({
      destination: cidr,
      device: '',
      kind: 'blackhole',
      protocol: 'bird',
    })),
    ...seen.blocks.flatMap((block) => routeTo(seen, block.spec, heard)),
  ];
  const there = network.routes();
  const same = (a: RouteInfo, b: RouteInfo) =>
    a.destination === b.destination &&
    a.via === b.via &&
    (a.kind === 'blackhole' || a.device === b.device) &&
    (a.kind ?? 'unicast') === (b.kind ?? 'unicast');
  for (const route of there) {
    const ours = route.protocol === 'bird' || route.device === VXLAN_DEVICE;
    if (ours && !wanted.some((each) => same(each, route))) network.removeRoute(route);
  }
  for (const route of wanted) {
    if (!there.some((each) => same(each, route))) network.addRoute(route);
  }
  for (const route of wanted.filter(({ device }) => device === VXLAN_DEVICE)) {
    connectVtep(sys, seen, route);
  }
  keepPodRoutes(sys, own);
}

function routeTo(seen: Seen, block: Block, heard: ReadonlySet<string>): readonly RouteInfo[] {
  const name = block.affinity.replace(/^host:/, '');
  const node = seen.nodes.find(({ metadata }) => metadata.name === name);
  const via = node && addressOf(node);
  const pool = poolOf(seen.pools, block.cidr);
  if (!node || !via || !pool || name === seen.self.metadata.name) return [];
  const destination = block.cidr;
  const tunnel = tunnelled(seen, pool, via);
  if (tunnel === 'vxlan') {
    const vtep = node.metadata.annotations?.[ANNOTATION.vxlanTunnel];
    return vtep ? [{ destination, via: vtep, device: VXLAN_DEVICE, onlink: true }] : [];
  }
  if (!heard.has(via)) return [];
  if (tunnel === 'ipip') {
    return [{ destination, via, device: IPIP_DEVICE, protocol: 'bird', onlink: true }];
  }
  return [{ destination, via, device: seen.device, protocol: 'bird' }];
}

/** With CrossSubnet, nodes of the same network go without. All nodes of a topology are in one. */
function tunnelled({ address }: Seen, pool: PoolObject, via: string) {
  const tunnel = tunnelOf(pool);
  const mode = tunnel === 'ipip' ? pool.spec.ipipMode : pool.spec.vxlanMode;
  const near = (text: string) => text.split('.').slice(0, 3).join('.');
  return mode === 'CrossSubnet' && near(address) === near(via) ? undefined : tunnel;
}

function connectVtep({ network }: DaemonSys, { nodes }: Seen, { via = '' }: RouteInfo): void {
  const node = nodes.find(({ metadata }) => metadata.annotations?.[ANNOTATION.vxlanTunnel] === via);
  const mac = node?.metadata.annotations?.[ANNOTATION.vxlanMac];
  const address = node && addressOf(node);
  if (!mac || !address) return;
  network.setNeighbour({ address: via, device: VXLAN_DEVICE, mac, state: 'PERMANENT' });
  network.setFdb(mac, VXLAN_DEVICE, address);
}

/** A pod's route that somebody took away comes back. */
function keepPodRoutes({ network }: DaemonSys, own: readonly Block[]): void {
  const devices = new Set(network.links().map(({ name }) => name));
  const routes = network.routes();
  for (const [key, { address }] of podAddresses(own)) {
    const [namespace = '', pod = ''] = key.split('/');
    const device = vethName(namespace, pod);
    if (!devices.has(device)) continue;
    const there = routes.some(
      (route) => route.device === device && route.destination.split('/')[0] === address,
    );
    if (!there) network.addRoute({ destination: address, device, scope: 'link' });
  }
}
