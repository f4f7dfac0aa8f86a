import { beforeEach, expect, it } from 'vitest';
import { createBench, type Bench } from '../../testing.ts';

const core = '/api/v1/namespaces/default';
const quotas = `${core}/resourcequotas`;
let bench: Bench;

beforeEach(() => {
  bench = createBench();
  bench.ask('POST', `${core}/serviceaccounts`, { metadata: { name: 'default' } });
});

/** A quota whose controller has counted already. */
function quota(hard: Record<string, string>, spec: object = {}): void {
  const made = bench.ask('POST', quotas, { metadata: { name: 'q' }, spec: { hard, ...spec } });
  const used = Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));
  bench.ask('PUT', `${quotas}/q/status`, { ...made, status: { hard, used } });
}

const used = () => (bench.ask('GET', `${quotas}/q`)['status'] as { used: object }).used;

const pod = (name: string, requests?: object) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i', ...(requests && { resources: { requests } }) }] },
});

it('counts what it lets in, and refuses what is too much', () => {
  quota({ pods: '1', 'requests.cpu': '1', configmaps: '1' });
  expect(bench.fail('POST', `${core}/pods`, pod('a')).message).toBe(
    'pods "a" is forbidden: failed quota: q: must specify requests.cpu for: c',
  );
  bench.ask('POST', `${core}/pods`, pod('a', { cpu: '600m' }));
  expect(used()).toEqual({ pods: '1', 'requests.cpu': '600m', configmaps: '0' });
  expect(bench.fail('POST', `${core}/pods`, pod('b', { cpu: '500m' })).message).toBe(
    'pods "b" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=500m, ' +
      'used: pods=1,requests.cpu=600m, limited: pods=1,requests.cpu=1',
  );
});

it('counts nothing for a dry run', () => {
  quota({ 'count/configmaps': '1' });
  bench.ask('POST', `${core}/configmaps?dryRun=All`, { metadata: { name: 'm' } });
  expect(used()).toEqual({ 'count/configmaps': '0' });
});

it('leaves out pods that are not in its scopes', () => {
  quota({ pods: '0' }, { scopes: ['Terminating'] });
  expect(bench.send('POST', `${core}/pods`, pod('a')).status).toBe(201);
});

it('charges a Service for what it changes to', () => {
  quota({ 'services.nodeports': '1' });
  const spec = { ports: [{ port: 80 }, { port: 81, name: 'b' }] };
  spec.ports[0] = { port: 80, name: 'a' } as never;
  bench.ask('POST', `${core}/services`, { metadata: { name: 's' }, spec });
  const merge = { 'content-type': 'application/merge-patch+json' };
  expect(
    bench.fail('PATCH', `${core}/services/s`, { spec: { type: 'NodePort' } }, merge).message,
  ).toBe(
    'services "s" is forbidden: exceeded quota: q, requested: services.nodeports=2, ' +
      'used: services.nodeports=0, limited: services.nodeports=1',
  );
});
