import { describe, expect, it } from 'vitest';
import { configMap, createBench } from './testing.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
interface List {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
}

function filled(count: number) {
  const bench = createBench();
  for (let i = 0; i < count; i++) bench.send('POST', MAPS, configMap(`m${i}`));
  const list = (query: string) => bench.ask('GET', `${MAPS}?${query}`) as unknown as List;
  return { bench, list };
}

const names = ({ items }: List) => items.map(({ metadata }) => metadata.name);

describe('lists in chunks', () => {
  it('go on after the last object, as of the revision of the first chunk', () => {
    const { bench, list } = filled(5);
    const first = list('limit=2');
    expect(names(first)).toEqual(['m0', 'm1']);
    expect(first.metadata['remainingItemCount']).toBe(3);
    bench.send('DELETE', `${MAPS}/m3`);
    bench.send('POST', MAPS, configMap('m22'));
    const second = list(`limit=2&continue=${first.metadata['continue']}`);
    expect(names(second)).toEqual(['m2', 'm3']);
    expect(second.metadata['resourceVersion']).toBe(first.metadata['resourceVersion']);
    const third = list(`limit=2&continue=${second.metadata['continue']}`);
    expect(names(third)).toEqual(['m4']);
    expect(third.metadata['continue']).toBeUndefined();
  });

  it('are refused once their revision is forgotten, with a token for who does not mind', () => {
    const { bench, list } = filled(3);
    const first = list('limit=1');
    bench.send('DELETE', `${MAPS}/m1`);
    bench.world.store.compact(bench.world.store.revision);
    const refused = bench.fail('GET', `${MAPS}?limit=1&continue=${first.metadata['continue']}`);
    expect(refused).toMatchObject({ code: 410, reason: 'Expired' });
    expect(refused.message).toMatch(/^The provided continue parameter is too old to display/);
    expect(names(list(`continue=${refused.metadata.continue}`))).toEqual(['m2']);
  });

  it('do not count what a selector may hide, and refuse a token of nobody', () => {
    const { bench, list } = filled(3);
    expect(list('limit=1&fieldSelector=metadata.namespace%3Ddefault').metadata).not.toHaveProperty(
      'remainingItemCount',
    );
    expect(bench.fail('GET', `${MAPS}?limit=1&continue=at-1`)).toMatchObject({
      code: 400,
      reason: 'BadRequest',
    });
  });
});

describe('what a read may ask for', () => {
  it('knows only the field labels of its kind', () => {
    const { bench } = filled(1);
    expect(bench.fail('GET', `${MAPS}?fieldSelector=spec.nodeName%3Dx`).message).toBe(
      'field label not supported: spec.nodeName',
    );
    expect(bench.send('GET', '/api/v1/pods?fieldSelector=spec.nodeName%3Dx').status).toBe(200);
  });

  it('is no version that is yet to come', () => {
    const { bench } = filled(1);
    const refused = bench.fail('GET', `${MAPS}?resourceVersion=9999`);
    expect(refused.message).toMatch(/^Timeout: Too large resource version: 9999, current: \d+$/);
    expect(refused).toMatchObject({ code: 504, details: { retryAfterSeconds: 1 } });
  });

  it('of a deprecated kind is warned of, even where nothing is found', () => {
    const { bench } = filled(0);
    const { status, warnings } = bench.send('GET', '/api/v1/namespaces/default/endpoints/none');
    expect([status, warnings]).toEqual([
      404,
      ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
    ]);
  });
});
