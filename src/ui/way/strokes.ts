import type { Layer } from '../../course/outline.ts';

/** A point on a drawing, in its own units. */
export type Point = readonly [x: number, y: number];

/** How far a segment has been walked. */
export type Walked = 'done' | 'ahead' | 'not-taken' | 'here';

/**
 * One segment of the way as SVG markup. The stroke says the layer (`way.css` draws it by
 * `data-layer`), so that print and forced colours need no second drawing. A double line is a broad
 * stroke with the paper's colour inside.
 */
export function segment(layer: Layer, points: readonly Point[], walked: Walked = 'done'): string {
  const d = path(points);
  const line = `<path class="way" data-layer="${layer}" data-walked="${walked}" d="${d}"/>`;
  if (layer !== 'l7' || walked !== 'done') return line;
  return `${line}<path class="way-inside" d="${d}"/>`;
}

/** `M x y L x y …` of points. */
export function path(points: readonly Point[]): string {
  return points.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join(' ');
}

/** A stop on the way: a ring in the layer's hue. */
export function stop(layer: Layer, [x, y]: Point, radius = 6): string {
  return `<circle class="way-stop" data-layer="${layer}" cx="${x}" cy="${y}" r="${radius}"/>`;
}

/** A gate: two bars, or one thick bar when it is shut. */
export function gate([x, y]: Point, open = true): string {
  const bars = open ? [x - 5, x + 5] : [x];
  return bars
    .map((at) => `<path class="way-gate" data-open="${open}" d="M${at} ${y - 14}V${y + 14}"/>`)
    .join('');
}
