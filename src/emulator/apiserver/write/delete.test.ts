import { describe, expect, it } from 'vitest';
import { configMap, createBench } from '../testing.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const PODS = '/api/v1/namespaces/default/pods';
const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };

function withPod() {
  const bench = createBench();
  bench.send('POST', '/api/v1/namespaces/default/serviceaccounts', {
    metadata: { name: 'default' },
  });
  bench.send('POST', PODS, pod);
  bench.send('POST', `${PODS}/p/binding`, { target: { kind: 'Node', name: 'n' } });
  return bench;
}

describe('finalizers', () => {
  it('keep an object, which goes with the last of them', () => {
    const bench = createBench();
    bench.send('POST', MAPS, configMap('a', { finalizers: ['example.com/x'] }));
    const left = bench.ask('DELETE', `${MAPS}/a`).metadata;
    expect(left.finalizers).toEqual(['example.com/x']);
    expect(left.deletionTimestamp).toBeDefined();
    expect(left.deletionGracePeriodSeconds).toBe(0);
    const more = configMap('a', { finalizers: ['example.com/x', 'example.com/y'] });
    expect(bench.fail('PUT', `${MAPS}/a`, more).message).toBe(
      'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added ' +
        'if the object is being deleted, found new finalizers []string{"example.com/y"}',
    );
    expect(bench.send('PUT', `${MAPS}/a`, configMap('a')).status).toBe(200);
    expect(bench.send('GET', `${MAPS}/a`).status).toBe(404);
  });

  it('stand for propagation: Foreground and Orphan wait for the collector', () => {
    const bench = createBench();
    for (const [name, policy, finalizer] of [
      ['a', 'Foreground', 'foregroundDeletion'],
      ['b', 'Orphan', 'orphan'],
    ] as const) {
      bench.send('POST', MAPS, configMap(name));
      const left = bench.ask('DELETE', `${MAPS}/${name}`, { propagationPolicy: policy });
      expect(left.metadata.finalizers).toEqual([finalizer]);
    }
    bench.send('POST', MAPS, configMap('c'));
    const gone = bench.fail('DELETE', `${MAPS}/c`, { propagationPolicy: 'Background' });
    expect(gone).toMatchObject({ status: 'Success', details: { name: 'c', kind: 'configmaps' } });
  });
});

describe('graceful deletion', () => {
  it('marks a bound pod with its time and may only be made shorter', () => {
    const bench = withPod();
    const first = bench.ask('DELETE', `${PODS}/p`).metadata;
    expect(first.deletionGracePeriodSeconds).toBe(30);
    expect(bench.ask('DELETE', `${PODS}/p`, { gracePeriodSeconds: 60 }).metadata).toEqual(first);
    const shorter = bench.ask('DELETE', `${PODS}/p`, { gracePeriodSeconds: 5 }).metadata;
    expect(shorter.deletionGracePeriodSeconds).toBe(5);
    bench.send('DELETE', `${PODS}/p?gracePeriodSeconds=0`);
    expect(bench.send('GET', `${PODS}/p`).status).toBe(404);
  });

  it('is nothing for a pod that no node has', () => {
    const bench = createBench();
    const accounts = '/api/v1/namespaces/default/serviceaccounts';
    bench.send('POST', accounts, { metadata: { name: 'default' } });
    bench.send('POST', PODS, pod);
    bench.send('DELETE', `${PODS}/p`);
    expect(bench.send('GET', `${PODS}/p`).status).toBe(404);
  });
});

describe('options of a deletion', () => {
  it('are checked before anything goes', () => {
    const bench = createBench();
    bench.send('POST', MAPS, configMap('a'));
    expect(bench.fail('DELETE', `${MAPS}/a?propagationPolicy=Never`).message).toBe(
      'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Never": ' +
        'supported values: "Foreground", "Background", "Orphan", "nil"',
    );
    const stale = bench.fail('DELETE', `${MAPS}/a`, { preconditions: { uid: 'other' } });
    expect(stale).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(stale.message).toMatch(/Precondition failed: UID in precondition: other, UID in object/);
    bench.send('DELETE', `${MAPS}/a?dryRun=All`);
    expect(bench.send('GET', `${MAPS}/a`).status).toBe(200);
  });

  it('hold for all objects of a collection that a selector picks', () => {
    const bench = createBench();
    bench.send('POST', MAPS, configMap('a', { labels: { x: 'y' } }));
    bench.send('POST', MAPS, configMap('b'));
    bench.send('DELETE', `${MAPS}?labelSelector=x%3Dy&dryRun=All`);
    expect(bench.send('GET', `${MAPS}/a`).status).toBe(200);
    bench.send('DELETE', `${MAPS}?labelSelector=x%3Dy`);
    expect([bench.send('GET', `${MAPS}/a`).status, bench.send('GET', `${MAPS}/b`).status]).toEqual([
      404, 200,
    ]);
  });
});
