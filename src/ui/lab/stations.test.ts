import { expect, it } from 'vitest';
import type { TraceHop, TraceView } from '../../session/protocol.ts';
import { stations } from './stations.ts';

const hop = (layer: TraceHop['layer'], node: string, pod?: string): TraceHop => ({
  layer,
  node,
  ...(pod && { pod }),
  what: '',
  from: '',
  to: '',
});
const trace = (hops: TraceHop[]): TraceView => ({
  ...{ id: 1, title: '', from: '', to: '', ending: 'refused' },
  hops,
});

it('joins the hops of one place and keeps the layer that tells most', () => {
  const hops = [
    hop('l3', 'worker-1', 'shop/client'),
    hop('l2', 'worker-1', 'shop/client'),
    hop('nat', 'worker-1'),
    hop('l3', 'worker-1'),
    hop('l3', 'worker-2'),
    hop('socket', 'worker-2', 'shop/web'),
    hop('l3', 'worker-2'),
    hop('socket', 'worker-1', 'shop/client'),
  ];
  expect(stations(trace(hops))).toEqual([
    { name: 'client', kind: 'pod', layer: 'l3' },
    { name: 'worker-1', kind: 'node', layer: 'nat' },
    { name: 'worker-2', kind: 'node', layer: 'l3' },
    { name: 'web', kind: 'pod', layer: 'socket' },
  ]);
});
