import { describe, expect, it } from 'vitest';
import type { ApiObject } from '../../apimachinery/object.ts';
import { topologyHints } from './topology-hints.ts';
import type { Slice } from './slice.ts';

const node = (name: string, zone: string | undefined, cpu = '4'): ApiObject =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: zone ? { 'topology.kubernetes.io/zone': zone } : {} },
    status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: 'True' }] },
  }) as unknown as ApiObject;

const slice = (zones: readonly string[]) =>
  ({
    metadata: { name: 'web-abc' },
    endpoints: zones.map((zone, index) => ({
      addresses: [`10.0.0.${index}`],
      conditions: { ready: true },
      zone,
    })),
  }) as unknown as Slice;

const hintsOf = ({ update }: { readonly update: readonly Slice[] }) =>
  update.flatMap(({ endpoints }) =>
    (endpoints ?? []).map(({ hints }) => hints?.forZones?.[0]?.name),
  );

describe('topology aware hints', () => {
  it('gives zones as many endpoints as their nodes have processors', () => {
    const nodes = [node('n1', 'a'), node('n2', 'b')];
    const given = topologyHints({ create: [], update: [slice(['a', 'a', 'a', 'b'])] }, [], nodes);
    expect(hintsOf(given)).toEqual(['b', 'a', 'a', 'b']);
    expect(given.event?.reason).toBe('TopologyAwareHintsEnabled');
  });

  it('says nothing and writes nothing once the hints are right', () => {
    const nodes = [node('n1', 'a'), node('n2', 'b')];
    const { update } = topologyHints({ create: [], update: [slice(['a', 'b'])] }, [], nodes);
    expect(topologyHints({ create: [], update: [] }, update, nodes)).toEqual({
      create: [],
      update: [],
    });
  });

  it.each([
    [[node('n1', 'a'), node('n2', undefined)], ['a', 'a'], 'Insufficient Node information'],
    [[node('n1', 'a'), node('n2', 'b')], ['a'], 'number of endpoints (1 endpoints, 2 zones)'],
    [[node('n1', 'a', '9'), node('n2', 'b', '1')], ['a', 'b'], 'exceeding overload threshold'],
  ])('takes hints away where they cannot be fair', (nodes, zones, message) => {
    const given = topologyHints({ create: [], update: [slice(zones)] }, [], nodes);
    expect(hintsOf(given).every((each) => each === undefined)).toBe(true);
    expect(given.event?.message).toContain(message);
  });
});
