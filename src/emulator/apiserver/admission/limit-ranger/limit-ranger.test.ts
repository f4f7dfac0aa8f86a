import { beforeEach, expect, it } from 'vitest';
import { createBench, type Bench } from '../../testing.ts';

const core = '/api/v1/namespaces/default';
let bench: Bench;

beforeEach(() => {
  bench = createBench();
  bench.ask('POST', `${core}/serviceaccounts`, { metadata: { name: 'default' } });
});

const range = (...limits: object[]) =>
  bench.ask('POST', `${core}/limitranges`, { metadata: { name: 'r' }, spec: { limits } });

const pod = (resources?: object) => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'i', ...(resources && { resources }) }] },
});

it('fills in and notes what it filled in', () => {
  range({ type: 'Container', default: { cpu: '500m' }, defaultRequest: { memory: '1Mi' } });
  const made = bench.ask('POST', `${core}/pods`, pod());
  expect(made.metadata.annotations).toEqual({
    'kubernetes.io/limit-ranger':
      'LimitRanger plugin set: cpu, memory request for container c; cpu limit for container c',
  });
  expect(made['spec']).toMatchObject({
    containers: [
      { resources: { limits: { cpu: '500m' }, requests: { cpu: '500m', memory: '1Mi' } } },
    ],
  });
});

it('refuses what is outside', () => {
  range(
    { type: 'Container', min: { memory: '4Mi' }, max: { cpu: '1' } },
    { type: 'Pod', maxLimitRequestRatio: { cpu: '2' } },
  );
  const resources = { requests: { memory: '1Mi', cpu: '100m' }, limits: { cpu: '2' } };
  expect(bench.fail('POST', `${core}/pods`, pod(resources)).message).toBe(
    'pods "p" is forbidden: [minimum memory usage per Container is 4Mi, but request is 1Mi, ' +
      'maximum cpu usage per Container is 1, but limit is 2, ' +
      'cpu max limit to request ratio per Pod is 2, but provided ratio is 20.000000]',
  );
});
