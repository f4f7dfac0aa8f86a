import type { TraceHop, TraceView } from '../../session/protocol.ts';

/** A place that a packet came by, and the layer that tells most of what happened on the way. */
export interface Station {
  readonly name: string;
  readonly kind: 'pod' | 'node';
  readonly layer: TraceHop['layer'];
}

/** Which layer tells most about several hops. */
const weight: readonly TraceHop['layer'][] = ['nat', 'policy', 'dns', 'l7', 'l3', 'l2', 'socket'];

/** A gate that let the packet through is no news: only one that stopped it is. */
const layerOf = (hop: TraceHop) =>
  hop.layer === 'policy' && /^ACCEPT\b/.test(hop.what) ? 'l3' : hop.layer;

/**
 * A packet's way in a few places: hops that follow one another at one place are one station. The
 * way back (a refusal, an answer) is left out: the glyph at the end tells of it.
 */
export function stations(trace: TraceView): readonly Station[] {
  const found: { name: string; kind: Station['kind']; layers: TraceHop['layer'][] }[] = [];
  for (const hop of trace.hops) {
    const name = (hop.pod ?? hop.node).replace(/^[^/]*\//, '');
    const last = found.at(-1);
    if (last?.name === name) {
      last.layers.push(layerOf(hop));
      continue;
    }
    if (found.some((station) => station.name === name)) break;
    found.push({ name, kind: hop.pod ? 'pod' : 'node', layers: [layerOf(hop)] });
  }
  return found.map(({ name, kind, layers }) => ({
    name,
    kind,
    layer: weight.find((layer) => layers.includes(layer)) ?? 'l2',
  }));
}
