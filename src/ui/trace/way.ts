import type { PacketHop } from '../../session/trace/api.ts';
import { gate, segment, type Point } from '../way/strokes.ts';

/** The line of a way as it is drawn: its strokes, stops, groups of hops on one machine. */
export interface WayDrawing {
  readonly width: number;
  readonly strokes: string;
  readonly stops: readonly {
    readonly at: Point;
    readonly hop: PacketHop;
    readonly index: number;
  }[];
  readonly groups: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly end: Point;
}

const MARGIN = 34;
const HIGH = 58;
const JOG = 14;
const NARROWEST = 30;
/** How far behind its hop the glyph of a way that was cut stands. */
const CUT = 36;

/**
 * Draws hops along a line of this width at least. Each hop owns the stretch around it, in the
 * stroke of its layer; a rewrite takes the line to the other track, where it stays. `walked` hops
 * are drawn in full, what lies ahead thin. `cut`: the way ends at its last hop, and so the line.
 */
export function drawWay(
  hops: readonly PacketHop[],
  width: number,
  walked: number,
  cut = false,
): WayDrawing {
  const count = Math.max(2, hops.length + 1);
  const wide = Math.max(width, 2 * MARGIN + NARROWEST * (count - 1));
  const step = (wide - 2 * MARGIN) / (count - 1);
  const x = (index: number) => MARGIN + index * step;
  let y = HIGH;
  const strokes: string[] = [];
  const stops: { at: Point; hop: PacketHop; index: number }[] = [];
  let wrapped = false;
  hops.forEach((hop, index) => {
    const state = index <= walked ? 'done' : 'ahead';
    const layer = hop.layer === 'socket' ? 'l2' : hop.layer;
    const from = index === 0 ? x(0) : x(index) - step / 2;
    const last = cut && index === hops.length - 1;
    const till = last ? x(index) + Math.min(step / 2, CUT - 16) : x(index) + step / 2;
    const before: Point = [from, y];
    stops.push({ at: [x(index), y], hop, index });
    if (hop.kind === 'nat') {
      const turned = y === HIGH ? HIGH + JOG : HIGH;
      const turn = x(index) + step * 0.34;
      strokes.push(segment(layer, [before, [turn, y], [turn, turned], [till, turned]], state));
      y = turned;
    } else strokes.push(segment(layer, [before, [till, y]], state));
    if (wrapped || hop.kind === 'wrap') strokes.push(casing(from, till, y));
    if (hop.kind === 'wrap') wrapped = true;
    if (hop.kind === 'unwrap') wrapped = false;
    if (hop.kind === 'gate') strokes.push(gate([x(index), y], !/^(drop|reject)/i.test(hop.what)));
  });
  return {
    width: wide,
    strokes: strokes.join(''),
    stops,
    groups: groupsOf(hops, x),
    end: [cut ? x(hops.length - 1) + CUT : x(hops.length), y],
  };
}

/** Two hairlines around the line: a tunnel. */
function casing(from: number, till: number, y: number): string {
  return [-7, 7].map((by) => `<path class="casing" d="M${from} ${y + by}H${till}"/>`).join('');
}

/** Hops on one machine or in one pod stand under one bracket. */
function groupsOf(hops: readonly PacketHop[], x: (index: number) => number): WayDrawing['groups'] {
  const groups: { name: string; from: number; to: number }[] = [];
  hops.forEach((hop, index) => {
    const start = hop.kind === 'link' ? (hop.over?.[0] ?? hop) : hop;
    const name = (start.pod ?? start.node).replace(/^[^/]+\//, '');
    const last = groups.at(-1);
    if (last?.name === name) last.to = x(index);
    else groups.push({ name, from: x(index), to: x(index) });
  });
  return groups;
}
