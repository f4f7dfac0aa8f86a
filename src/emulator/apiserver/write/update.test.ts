import { describe, expect, it } from 'vitest';
import { configMap, createBench, type Bench } from '../testing.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const SERVICES = '/api/v1/namespaces/default/services';
const applied = { 'content-type': 'application/apply-patch+yaml' };

const owners = (bench: Bench, url: string) =>
  (bench.ask('GET', url).metadata.managedFields ?? []).map(
    ({ manager, operation, subresource, fieldsV1 }) => [
      [manager, operation, ...(subresource ? [subresource] : [])].join(' '),
      fieldsV1,
    ],
  );

describe('managed fields', () => {
  it('follow who wrote what, by manager and operation', () => {
    const bench = createBench();
    const one = { ...configMap('a'), data: { x: '1', y: '1' } };
    bench.send('POST', `${MAPS}?fieldManager=maker`, one);
    bench.send('PUT', `${MAPS}/a?fieldManager=other`, { ...one, data: { x: '2', z: '1' } });
    expect(owners(bench, `${MAPS}/a`)).toEqual([
      ['maker Update', { 'f:data': {} }],
      ['other Update', { 'f:data': { 'f:x': {}, 'f:z': {} } }],
    ]);
  });

  it('of a status are of its subresource', () => {
    const bench = createBench();
    const spec = { type: 'LoadBalancer', ports: [{ port: 80 }] };
    bench.send('POST', SERVICES, { metadata: { name: 's' }, spec });
    const ingress = [{ ip: '192.0.2.1' }];
    const status = { status: { loadBalancer: { ingress } } };
    bench.send('PATCH', `${SERVICES}/s/status?fieldManager=lb`, status, {
      'content-type': 'application/merge-patch+json',
    });
    expect(owners(bench, `${SERVICES}/s`)[0]).toEqual([
      'lb Update status',
      { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } },
    ]);
    expect(bench.ask('GET', `${SERVICES}/s`)['status']).toEqual({
      loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] },
    });
  });

  it('do not change, and no version does, where nothing is changed', () => {
    const bench = createBench();
    const made = bench.ask('POST', MAPS, { ...configMap('a'), data: { x: '1' } });
    const same = { ...configMap('a'), data: { x: '1' } };
    const again = bench.ask('PUT', `${MAPS}/a?fieldManager=other`, same);
    expect(again.metadata).toEqual(made.metadata);
  });
});

describe('server-side apply', () => {
  const intent = (data: object) => ({ ...configMap('a'), data });

  it('creates, drops what an intent no longer has, and shares what both want', () => {
    const bench = createBench();
    const apply = (manager: string, data: object) =>
      bench.send('PATCH', `${MAPS}/a?fieldManager=${manager}`, intent(data), applied);
    expect(apply('one', { x: '1', y: '1' }).status).toBe(201);
    expect(apply('two', { x: '1' }).status).toBe(200);
    apply('one', { y: '1' });
    expect(bench.ask('GET', `${MAPS}/a`)['data']).toEqual({ x: '1', y: '1' });
    apply('two', {});
    expect(bench.ask('GET', `${MAPS}/a`)['data']).toEqual({ y: '1' });
    expect(owners(bench, `${MAPS}/a`).map(([name]) => name)).toEqual(['one Apply']);
  });

  it('names the field and its owner in a conflict, which force takes over', () => {
    const bench = createBench();
    bench.send('PATCH', `${MAPS}/a?fieldManager=one`, intent({ x: '1' }), applied);
    const refused = bench.fail('PATCH', `${MAPS}/a?fieldManager=two`, intent({ x: '2' }), applied);
    expect(refused).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .data.x',
      details: {
        causes: [
          { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.x' },
        ],
      },
    });
    bench.send('PATCH', `${MAPS}/a?fieldManager=two&force=true`, intent({ x: '2' }), applied);
    expect(owners(bench, `${MAPS}/a`)).toEqual([['two Apply', { 'f:data': { 'f:x': {} } }]]);
  });

  it('needs a manager', () => {
    const refused = createBench().fail('PATCH', `${MAPS}/a`, intent({}), applied);
    expect(refused.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for ' +
        'apply patch',
    );
  });
});

describe('optimistic locking', () => {
  it('refuses a write of an older version and of another object', () => {
    const bench = createBench();
    const { resourceVersion } = bench.ask('POST', MAPS, configMap('a')).metadata;
    bench.send('PUT', `${MAPS}/a`, { ...configMap('a'), data: { x: '1' } });
    const stale = { ...configMap('a', { resourceVersion }), data: { x: '2' } };
    expect(bench.fail('PUT', `${MAPS}/a`, stale).message).toBe(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please ' +
        'apply your changes to the latest version and try again',
    );
    const other = bench.fail('PUT', `${MAPS}/a`, configMap('a', { uid: 'other' }));
    expect(other.message).toMatch(/Precondition failed: UID in precondition: other, UID in object/);
  });
});

describe('a dry run', () => {
  it('shows what would be, and leaves everything as it was', () => {
    const bench = createBench();
    const before = bench.world.store.revision;
    const spec = { type: 'NodePort', ports: [{ port: 80 }] };
    const made = bench.ask('POST', `${SERVICES}?dryRun=All`, { metadata: { name: 's' }, spec });
    expect(made['spec']).toMatchObject({ clusterIP: '10.96.0.0', ports: [{ nodePort: 32_769 }] });
    expect(made.metadata.resourceVersion).toBeUndefined();
    expect(bench.world.store.revision).toBe(before);
    expect(bench.fail('POST', `${SERVICES}?dryRun=Some`, {}).message).toBe(
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported ' +
        'values: "All"',
    );
  });
});

describe('empty lists and maps', () => {
  it('are not kept, but empty structs are', () => {
    const bench = createBench();
    const base = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies';
    const spec = { podSelector: { matchLabels: {} }, ingress: [{ from: [] }], egress: [] };
    const made = bench.ask('POST', base, { metadata: { name: 'n', labels: {} }, spec });
    expect(made['spec']).toEqual({ podSelector: {}, ingress: [{}], policyTypes: ['Ingress'] });
    expect(made.metadata.labels).toBeUndefined();
  });
});

it('replaces some kinds only from a version that was seen', () => {
  const bench = createBench();
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
  const budget = { metadata: { name: 'b' }, spec: { minAvailable: 1 } };
  bench.ask('POST', budgets, budget);
  expect(bench.fail('PUT', `${budgets}/b`, budget).message).toBe(
    'poddisruptionbudgets.policy "b" is invalid: metadata.resourceVersion: Invalid value: 0: ' +
      'must be specified for an update',
  );
});
