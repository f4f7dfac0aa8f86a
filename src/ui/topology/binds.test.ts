import { expect, it } from 'vitest';
import type { TopologyView } from '../../session/protocol.ts';
import { binding } from './binds.ts';
import { layOut, type Box } from './layout.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const view = {
  nodes: ['one', 'two'].map((node) => ({
    ...{ name: node, address: '', ready: true, controlPlane: false, bridge: 'cni0' },
    pods: names.map((name) => ({
      ...{ namespace: 'default', name: `${name}-${node}`, address: '', phase: 'Running' },
      ...{ ready: true, hostNetwork: false, system: false, labels: {} },
    })),
  })),
  services: names.map((name) => ({
    ...{ namespace: 'default', name, type: 'ClusterIP', clusterIP: '10.96.0.1', ports: ['80'] },
    ...{ endpoints: [], system: false },
  })),
} as TopologyView;

/** The corners of a path of `M`, `L`, `H` and `V`. */
function corners(data: string): [number, number][] {
  const points: [number, number][] = [];
  for (const [, act, first, second] of data.matchAll(/([MLHV])([-\d.]+)(?: ([-\d.]+))?/g)) {
    const [x, y] = points.at(-1) ?? [0, 0];
    if (act === 'H') points.push([Number(first), y]);
    else if (act === 'V') points.push([x, Number(first)]);
    else points.push([Number(first), Number(second)]);
  }
  return points;
}

/** Whether a stretch runs through the inside of a box. */
function crosses([x1, y1]: [number, number], [x2, y2]: [number, number], box: Box): boolean {
  for (let part = 0; part <= 100; part++) {
    const x = x1 + ((x2 - x1) * part) / 100;
    const y = y1 + ((y2 - y1) * part) / 100;
    const inside = x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
    if (inside) return true;
  }
  return false;
}

it.each([340, 700, 1100])('no line of a Service runs behind another box, %s wide', (width) => {
  const layout = layOut(view, width, false);
  const pods = layout.nodes.flatMap((node) => node.pods);
  const boxes: readonly Box[] = [...layout.services, ...pods];
  for (const service of layout.services) {
    for (const pod of pods) {
      const way = corners(binding(service, pod, layout));
      const through = boxes.filter((box) =>
        way.some((point, at) => at > 0 && crosses(way[at - 1]!, point, box)),
      );
      expect(through).toEqual([]);
    }
  }
});
