import type { Box, Layout } from './layout.ts';

/** Half of the space between two boxes of a lane or a rack. */
const ASIDE = 5;

/**
 * The line from a Service to one of its pods, as the data of an SVG path. It passes between the
 * boxes of other Services and pods, never behind them: behind one it would read as if that one had
 * a part in it.
 */
export function binding(service: Box, pod: Box, { services, nodes }: Layout): string {
  const foot = Math.max(...services.map(({ y, height }) => y + height));
  const rack = nodes.find(({ pods }) => pods.some(({ x, y }) => x === pod.x && y === pod.y));
  const top = Math.min(pod.y, ...(rack?.pods ?? []).map(({ y }) => y));
  const below = service.y + service.height;
  const middle = service.x + service.width / 2;
  const beside = service.x + service.width + ASIDE;
  const free = services.every(({ x, y }) => x !== service.x || y <= service.y);
  const out = free
    ? `M${middle} ${below}V${foot}`
    : `M${service.x + service.width} ${service.y + service.height / 2}H${beside}V${foot}`;
  const first = Math.min(...nodes.map(({ y }) => y));
  // A rack that stands below others is reached along its edge.
  const down = rack && rack.y > first ? `L${rack.x - ASIDE} ${first}V${rack.y}` : '';
  const into =
    pod.y === top
      ? `L${pod.x + pod.width / 2} ${pod.y}`
      : `L${pod.x - ASIDE} ${top}V${pod.y + pod.height / 2}H${pod.x}`;
  return out + down + into;
}
