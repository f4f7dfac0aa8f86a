import type { TopologyView } from '../../session/protocol.ts';

type Node = TopologyView['nodes'][number];
type Pod = Node['pods'][number];
type Service = TopologyView['services'][number];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface NodeBox extends Box {
  readonly node: Node;
  /** Height of the bridge's bar inside. */
  readonly bridge: number;
  /** Where the node meets the wire. */
  readonly port: readonly [x: number, y: number];
  readonly pods: readonly PodBox[];
}

export interface PodBox extends Box {
  readonly pod: Pod;
}

export interface ServiceBox extends Box {
  readonly service: Service;
}

/** Where everything stands. Positions depend on names only, so that a packet can be followed. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly services: readonly ServiceBox[];
  readonly nodes: readonly NodeBox[];
  /** Height of the wire that joins the nodes. */
  readonly wire: number;
}

const MARGIN = 12;
const POD = { width: 158, least: 134, height: 46, gap: 10 };
const SERVICE = { width: 190, least: 166, height: 46, gap: 12 };
const HEAD = 34;

/**
 * Lays a cluster out: a lane of Services above (addresses that nobody has), nodes as racks side by
 * side, pods as cells, the bridge at each rack's foot, the wire below. `system` shows kube-system.
 */
export function layOut(view: TopologyView, width: number, system: boolean): Layout {
  const services = view.services.filter((each) => system || !each.system);
  const nodes = view.nodes.filter((node) => system || !node.controlPlane);
  const columns = Math.max(1, Math.min(nodes.length, Math.floor(width / (POD.width + 60))));
  const rackWidth = (width - MARGIN * (columns + 1)) / columns;
  const lanes = placeServices(services, width);
  const laneHeight =
    lanes.length === 0 ? 0 : Math.max(...lanes.map((each) => each.y)) + SERVICE.height;
  const top = laneHeight + (lanes.length === 0 ? MARGIN : 40);
  const shown = nodes.map((node) => visiblePods(node, system));
  const across = Math.max(1, Math.floor((rackWidth - MARGIN) / (POD.least + POD.gap)));
  const rows = Math.max(1, ...shown.map((pods) => Math.ceil(pods.length / across)));
  const rackHeight = HEAD + rows * (POD.height + POD.gap) + 44;
  const boxes = nodes.map((node, index) => {
    const x = MARGIN + (index % columns) * (rackWidth + MARGIN);
    const y = top + Math.floor(index / columns) * (rackHeight + 40);
    return rack(node, shown[index]!, { x, y, width: rackWidth, height: rackHeight }, across);
  });
  const wire = top + Math.ceil(nodes.length / columns) * (rackHeight + 40) - 16;
  return { width, height: wire + 26, services: lanes, nodes: boxes, wire };
}

function visiblePods(node: Node, system: boolean): readonly Pod[] {
  return node.pods
    .filter((pod) => system || !pod.system)
    .toSorted((a, b) => (podName(a) < podName(b) ? -1 : 1));
}

/** `namespace/name`. */
export function podName(pod: { readonly namespace: string; readonly name: string }): string {
  return `${pod.namespace}/${pod.name}`;
}

function placeServices(services: readonly Service[], width: number): ServiceBox[] {
  const room = width - MARGIN;
  const across = Math.max(1, Math.floor(room / (SERVICE.least + SERVICE.gap)));
  const own = fitting(room, Math.min(across, services.length), SERVICE);
  return services.map((service, index) => ({
    service,
    x: MARGIN + (index % across) * (own + SERVICE.gap),
    y: MARGIN + Math.floor(index / across) * (SERVICE.height + SERVICE.gap),
    width: own,
    height: SERVICE.height,
  }));
}

/** Width of each of so many boxes side by side. */
function fitting(room: number, across: number, box: { width: number; gap: number }): number {
  return Math.min(box.width, Math.floor(room / Math.max(1, across)) - box.gap);
}

function rack(node: Node, pods: readonly Pod[], box: Box, across: number): NodeBox {
  const own = fitting(box.width - MARGIN, Math.min(across, pods.length), POD);
  return {
    node,
    ...box,
    bridge: box.y + box.height - 26,
    port: [box.x + box.width / 2, box.y + box.height],
    pods: pods.map((pod, index) => ({
      pod,
      x: box.x + MARGIN + (index % across) * (own + POD.gap),
      y: box.y + HEAD + Math.floor(index / across) * (POD.height + POD.gap),
      width: own,
      height: POD.height,
    })),
  };
}
