import type { TraceHop, TraceView } from '../../session/protocol.ts';

/** A place that a packet came by, and the layer that tells most of what happened on the way. */
export interface Station {
  readonly name: string;
  readonly kind: 'pod' | 'node';
  readonly layer: TraceHop['layer'];
}

/** Which layer tells most about several hops. */
const weight: readonly TraceHop['layer'][] = ['policy', 'nat', 'dns', 'l7', 'l3', 'l2', 'socket'];

/** A packet's way in a few places: hops that follow one another at one place are one station. */
export function stations(trace: TraceView): readonly Station[] {
  const found: { name: string; kind: Station['kind']; layers: TraceHop['layer'][] }[] = [];
  for (const hop of trace.hops) {
    const name = (hop.pod ?? hop.node).replace(/^[^/]*\//, '');
    const last = found.at(-1);
    if (last?.name === name) last.layers.push(hop.layer);
    else found.push({ name, kind: hop.pod ? 'pod' : 'node', layers: [hop.layer] });
  }
  return found.map(({ name, kind, layers }) => ({
    name,
    kind,
    layer: weight.find((layer) => layers.includes(layer)) ?? 'l2',
  }));
}
