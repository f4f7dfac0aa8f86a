import { describe, expect, test } from 'vitest';
import { createBench } from '../testing.ts';

const bench = createBench();
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

describe('discovery', () => {
  test('lists groups by their priority, in the form that is asked for', () => {
    const { body } = bench.send('GET', '/apis');
    const { groups } = body as unknown as { groups: readonly { name: string }[] };
    const names = groups.map(({ name }) => name);
    expect(names.indexOf('apps')).toBeLessThan(names.indexOf('networking.k8s.io'));
    const answer = bench.send('GET', '/apis', undefined, {
      accept: `${AGGREGATED},application/json`,
    });
    expect(answer.headers['content-type']).toBe(AGGREGATED);
    const { items } = answer.body as unknown as {
      items: readonly { metadata: { name: string } }[];
    };
    expect(items.map(({ metadata }) => metadata.name)).toEqual(names);
    const known = { accept: AGGREGATED, 'if-none-match': answer.headers['etag'] as string };
    expect(bench.send('GET', '/apis', undefined, known).status).toBe(304);
  });

  test('lists what is only created, and the kinds of subresources', () => {
    const { body } = bench.send('GET', '/api/v1');
    const { resources } = body as unknown as { resources: readonly { name: string }[] };
    const find = (name: string) => resources.find((each) => each.name === name);
    expect(find('bindings')).toEqual({
      name: 'bindings',
      singularName: 'binding',
      namespaced: true,
      kind: 'Binding',
      verbs: ['create'],
    });
    expect(find('pods/eviction')).toMatchObject({ group: 'policy', kind: 'Eviction' });
  });

  test('tells of its health, check by check', () => {
    expect(bench.send('GET', '/livez').body).toBe('ok');
    const { body } = bench.send('GET', '/readyz?verbose&exclude=ping');
    expect(body).toMatch(/^\[\+\]ping excluded: ok\n\[\+\]log ok\n[^]*readyz check passed\n$/);
    expect(bench.send('GET', '/livez/nope').status).toBe(404);
  });
});
