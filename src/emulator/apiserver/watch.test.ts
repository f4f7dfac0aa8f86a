import { describe, expect, it } from 'vitest';
import { configMap, createBench, type Bench } from './testing.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const WATCH = `${MAPS}?watch=true`;
type Event = ReturnType<Bench['watch']>[number];

const shown = ({ type, object }: Event) => {
  const { metadata, code } = object as unknown as {
    readonly metadata?: { readonly name?: string };
    readonly code?: number;
  };
  return `${type} ${metadata?.name ?? code ?? ''}`.trim();
};

describe('a watch', () => {
  it('without a version begins with what is there, then tells changes in order', () => {
    const bench = createBench();
    bench.send('POST', MAPS, configMap('a'));
    const events = bench.watch(WATCH);
    bench.send('POST', MAPS, configMap('b'));
    bench.send('PUT', `${MAPS}/a`, { ...configMap('a'), data: { x: '1' } });
    bench.send('DELETE', `${MAPS}/b`);
    bench.pass(100_000);
    expect(events.map(shown)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
  });

  it('resumes after a version, and the deletion has the version of its own', () => {
    const bench = createBench();
    const { resourceVersion } = bench.ask('POST', MAPS, configMap('a')).metadata;
    bench.send('PUT', `${MAPS}/a`, { ...configMap('a'), data: { x: '1' } });
    bench.send('DELETE', `${MAPS}/a`);
    const deleted = bench.world.store.revision;
    const events = bench.watch(`${WATCH}&resourceVersion=${resourceVersion}`);
    bench.pass(100_000);
    expect(events.map(shown)).toEqual(['MODIFIED a', 'DELETED a']);
    expect(events[1]?.object).toMatchObject({ metadata: { resourceVersion: String(deleted) } });
  });

  it('of a forgotten version ends in 410', () => {
    const bench = createBench();
    const { resourceVersion } = bench.ask('POST', MAPS, configMap('a')).metadata;
    bench.send('POST', MAPS, configMap('b'));
    bench.world.store.compact(bench.world.store.revision);
    const events = bench.watch(`${WATCH}&resourceVersion=${resourceVersion}`);
    bench.pass(100_000);
    expect(events.map(shown)).toEqual(['ERROR 410']);
    expect(events[0]?.object).toMatchObject({
      reason: 'Expired',
      message: `too old resource version: ${resourceVersion} (${bench.world.store.revision})`,
    });
  });

  it('sends a bookmark behind the initial events that it was asked for', () => {
    const bench = createBench();
    bench.send('POST', MAPS, configMap('a'));
    const events = bench.watch(
      `${WATCH}&sendInitialEvents=true&allowWatchBookmarks=true` +
        '&resourceVersionMatch=NotOlderThan',
    );
    bench.pass(100_000);
    expect(events.map(shown)).toEqual(['ADDED a', 'BOOKMARK']);
    expect(events[1]?.object).toMatchObject({
      kind: 'ConfigMap',
      metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
    });
  });

  it('with a selector sees objects come and go with their labels', () => {
    const bench = createBench();
    bench.send('POST', MAPS, configMap('a', { labels: { app: 'web' } }));
    const events = bench.watch(`${WATCH}&labelSelector=app%3Dweb`);
    bench.send('PUT', `${MAPS}/a`, configMap('a', { labels: { app: 'db' } }));
    bench.send('PUT', `${MAPS}/a`, configMap('a', { labels: { app: 'web' } }));
    bench.pass(100_000);
    expect(events.map(shown)).toEqual(['ADDED a', 'DELETED a', 'ADDED a']);
  });
});
