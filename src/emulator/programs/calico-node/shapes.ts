import type { ApiObject } from '../../apimachinery/object.ts';
import type { Block } from '../../cni/calico-ipam/blocks.ts';
import type { IpPool } from '../../cni/calico/pools.ts';
import type { NodeObject, PodObject } from '../../policy/objects.ts';

export type PoolObject = ApiObject & IpPool;

/** An IPAMBlock: what the plugin knows of it, and what the API has besides. */
export interface BlockObject extends ApiObject {
  readonly spec: Block & { readonly deleted?: boolean; readonly strictAffinity?: boolean };
}

/** What is read of a BGPConfiguration. */
export interface BgpObject extends ApiObject {
  readonly spec: { readonly nodeToNodeMeshEnabled?: boolean };
}

/** What is read of a BGPPeer. */
export interface PeerObject extends ApiObject {
  readonly spec: {
    readonly node?: string;
    readonly nodeSelector?: string;
    readonly peerIP?: string;
    readonly peerSelector?: string;
  };
}

/** All that calico-node looks at. */
export interface Seen {
  readonly self: NodeObject;
  readonly address: string;
  /** The device that the node's address is on. */
  readonly device: string;
  readonly nodes: readonly NodeObject[];
  readonly pods: readonly PodObject[];
  readonly pools: readonly PoolObject[];
  readonly blocks: readonly BlockObject[];
  /** The BGPConfiguration `default`. */
  readonly bgp: BgpObject | undefined;
  readonly bgpPeers: readonly PeerObject[];
}

/** Group of Calico's own kinds. */
export const GROUP = 'crd.projectcalico.org';

/** Resources by their plurals, with the group that they are of. */
export const RESOURCES: readonly string[] = [
  'nodes',
  'pods',
  'namespaces',
  'networkpolicies.networking.k8s.io',
  `ippools.${GROUP}`,
  `ipamblocks.${GROUP}`,
  `networkpolicies.${GROUP}`,
  `globalnetworkpolicies.${GROUP}`,
  `tiers.${GROUP}`,
  `bgpconfigurations.${GROUP}`,
  `bgppeers.${GROUP}`,
];

/** The address of a node that others reach it by. */
export function addressOf({ status }: NodeObject): string | undefined {
  return status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
}

export const ANNOTATION = {
  address: 'projectcalico.org/IPv4Address',
  ipipTunnel: 'projectcalico.org/IPv4IPIPTunnelAddr',
  vxlanTunnel: 'projectcalico.org/IPv4VXLANTunnelAddr',
  vxlanMac: 'projectcalico.org/VXLANTunnelMACAddr',
  reflector: 'projectcalico.org/RouteReflectorClusterID',
} as const;
