import type { TraceHop, TraceView } from '../../session/protocol.ts';
import type { Point } from '../way/strokes.ts';
import { podName, type Layout, type NodeBox, type PodBox } from './layout.ts';

/** A stretch of the line, in the stroke of its layer. */
export interface Stretch {
  readonly layer: TraceHop['layer'];
  readonly points: readonly Point[];
  /** Index of the hop at its end. */
  readonly hop: number;
}

/** Where each hop stands, the stretches between, and where the line ends. */
export interface TracePath {
  readonly stretches: readonly Stretch[];
  readonly stops: readonly { readonly hop: number; readonly at: Point }[];
  readonly end: Point | undefined;
}

/** Pixels that a rewrite moves the line to the side, where it stays. */
const JOG = 14;

/** The line of a trace over a layout. A hop without a place (hidden racks) is passed over. */
export function tracePath(trace: TraceView, layout: Layout): TracePath {
  const stretches: Stretch[] = [];
  const stops: { hop: number; at: Point }[] = [];
  let track = 0;
  let last: { at: Point; rack: NodeBox; inPod: boolean } | undefined;
  trace.hops.forEach((hop, index) => {
    const place = findPlace(hop, layout);
    if (!place) return;
    const rewritten = hop.layer === 'nat' && hop.changed !== undefined;
    if (rewritten) track += JOG;
    const at: Point = [place.at[0] + track, place.at[1]];
    if (last) {
      const points = join(last, { ...place, at }, layout.wire);
      if (points.length > 1) stretches.push({ layer: strokeOf(hop), points, hop: index });
    }
    stops.push({ hop: index, at });
    last = { at, rack: place.rack, inPod: place.inPod };
  });
  return { stretches, stops, end: stops.at(-1)?.at };
}

function strokeOf(hop: TraceHop): TraceHop['layer'] {
  return hop.layer === 'socket' ? 'l2' : hop.layer;
}

interface Place {
  readonly at: Point;
  readonly rack: NodeBox;
  readonly inPod: boolean;
}

function findPlace(hop: TraceHop, layout: Layout): Place | undefined {
  const rack = layout.nodes.find(({ node }) => node.name === hop.node);
  if (!rack) return undefined;
  if (hop.pod) {
    const box = rack.pods.find(({ pod }) => podName(pod) === hop.pod);
    if (box) return { at: foot(box), rack, inPod: true };
  }
  const host = rack.pods.find(({ pod }) => pod.hostNetwork);
  const x = host ? rack.x + rack.width / 2 : rack.x + rack.width / 2;
  const atWire = hop.device === 'eth0' && !hop.pod;
  return { at: atWire ? [rack.port[0], rack.port[1]] : [x, rack.bridge], rack, inPod: false };
}

function foot(box: PodBox): Point {
  return [box.x + box.width / 2, box.y + box.height];
}

/** Right-angled way between two places: along the bridge within a rack, along the wire between. */
function join(from: Place, to: Place, wire: number): Point[] {
  const [x1, y1] = from.at;
  const [x2, y2] = to.at;
  if (from.rack !== to.rack) {
    return clean([from.at, [x1, wire], [x2, wire], to.at]);
  }
  if (from.inPod || to.inPod) {
    const bridge = from.rack.bridge;
    return clean([from.at, [x1, bridge], [x2, bridge], to.at]);
  }
  return clean([
    [x1, y1],
    [x2, y1],
    [x2, y2],
  ]);
}

/** Without points that repeat the one before. */
function clean(points: readonly Point[]): Point[] {
  return points.filter(
    ([x, y], index) => index === 0 || x !== points[index - 1]![0] || y !== points[index - 1]![1],
  );
}
