import { parseSelector, selects } from '../../policy/calico/selector.ts';
import type { NodeObject } from '../../policy/objects.ts';
import { addressOf, ANNOTATION, type Seen } from './shapes.ts';

/** Why there is a session, as bird's configuration names it. */
export type PeerType = 'Mesh' | 'Global' | 'Node';

export interface Peer {
  readonly address: string;
  readonly type: PeerType;
}

type View = Pick<Seen, 'self' | 'nodes' | 'bgp' | 'bgpPeers'>;

/** Whether each node has a session with each other. */
export const hasMesh = ({ bgp }: View): boolean => bgp?.spec.nodeToNodeMeshEnabled !== false;

/** Sessions that a node should have: the mesh, and what BGPPeers ask for. */
export function peersOf(view: View): readonly Peer[] {
  const { self, nodes } = view;
  const others = nodes.filter(
    ({ metadata }) =>
      metadata.name !== self.metadata.name && metadata.annotations?.[ANNOTATION.address],
  );
  const mesh = hasMesh(view) ? others.flatMap((node) => addressOf(node) ?? []) : [];
  const found = new Map<string, PeerType>(mesh.map((address) => [address, 'Mesh']));
  for (const { spec } of view.bgpPeers) {
    if (spec.node !== undefined && spec.node !== self.metadata.name) continue;
    if (spec.nodeSelector && !has(self, spec.nodeSelector)) continue;
    const selected = spec.peerSelector
      ? others.filter((node) => has(node, spec.peerSelector ?? '')).flatMap(addressOf)
      : [spec.peerIP?.split(':')[0]];
    const type = spec.node || spec.nodeSelector ? 'Node' : 'Global';
    for (const address of selected) {
      if (address && address !== addressOf(self) && !found.has(address)) found.set(address, type);
    }
  }
  return [...found].map(([address, type]) => ({ address, type }));
}

function has({ metadata }: NodeObject, text: string): boolean {
  const selector = parseSelector(text);
  return !('error' in selector) && selects(selector, (label) => metadata.labels?.[label]);
}

/** Nodes whose routes arrive: of peers, and of the peers of those peers that reflect routes. */
export function heardNodes(view: View, heard: ReadonlySet<string>): ReadonlySet<string> {
  const reflectors = view.nodes.filter(
    (node) => heard.has(addressOf(node) ?? '') && node.metadata.annotations?.[ANNOTATION.reflector],
  );
  const reflected = reflectors.flatMap((self) => peersOf({ ...view, self }));
  return new Set([...heard, ...reflected.map(({ address }) => address)]);
}
