import type { Box, Layout } from './layout.ts';

/** Half of the space between two boxes of a rack; the space between the ways of two Services. */
const ASIDE = 5;

/**
 * The line from a Service to one of its pods, as the data of an SVG path. It passes between the
 * boxes of other Services and pods, never behind them: behind one it would read as if that one had
 * a part in it. Services that stand above one another have ways side by side.
 */
export function binding(service: Box, pod: Box, layout: Layout): string {
  return way(service, layout) + into(service, pod, layout);
}

/** From the Service's box to the foot of the lane. */
function way(service: Box, { services, width }: Layout): string {
  const foot = Math.max(...services.map(({ y, height }) => y + height));
  const right = service.x + service.width;
  const column = services.filter(({ x }) => x === service.x);
  if (column.every(({ y }) => y <= service.y)) {
    return `M${service.x + service.width / 2} ${service.y + service.height}V${foot}`;
  }
  const next = Math.min(width, ...services.map(({ x }) => x).filter((x) => x > right));
  const place = column.filter(({ y }) => y > service.y).length;
  const aside = Math.min(ASIDE, (next - right - 2) / column.length) * place;
  return `M${right} ${service.y + service.height / 2}H${right + aside}V${foot}`;
}

/** From the foot of the lane to the pod; a rack that stands below others is met by its edge. */
function into(service: Box, pod: Box, { services, nodes }: Layout): string {
  const rack = nodes.find(({ pods }) => pods.some(({ x, y }) => x === pod.x && y === pod.y));
  const top = Math.min(pod.y, ...(rack?.pods ?? []).map(({ y }) => y));
  const first = Math.min(...nodes.map(({ y }) => y));
  const place = services.findIndex(({ x, y }) => x === service.x && y === service.y) % 3;
  const edge = (rack?.x ?? 0) - 3 * (place + 1);
  const down = rack && rack.y > first ? `L${edge} ${first}V${rack.y}` : '';
  return pod.y === top
    ? `${down}L${pod.x + pod.width / 2} ${pod.y}`
    : `${down}L${pod.x - ASIDE} ${top}V${pod.y + pod.height / 2}H${pod.x}`;
}
