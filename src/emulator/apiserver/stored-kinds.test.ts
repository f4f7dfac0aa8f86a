// Kinds that are kept, and kinds that are seen in two forms, by requests alone.
import { expect, it } from 'vitest';
import { createBench } from './testing.ts';

const AUTOSCALERS = 'namespaces/default/horizontalpodautoscalers';

it('shows an autoscaler in both versions, and keeps it in one', () => {
  const { ask, send } = createBench();
  const spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    maxReplicas: 5,
    targetCPUUtilizationPercentage: 60,
  };
  const made = { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', spec };
  ask('POST', `/apis/autoscaling/v1/${AUTOSCALERS}`, { ...made, metadata: { name: 'web' } });
  const v2 = ask('GET', `/apis/autoscaling/v2/${AUTOSCALERS}/web`);
  expect(v2.apiVersion).toBe('autoscaling/v2');
  expect(v2['spec']).toMatchObject({
    metrics: [
      { resource: { name: 'cpu', target: { averageUtilization: 60, type: 'Utilization' } } },
    ],
    minReplicas: 1,
  });
  const merge = { 'content-type': 'application/merge-patch+json' };
  const patch = { spec: { targetCPUUtilizationPercentage: 70 } };
  ask('PATCH', `/apis/autoscaling/v1/${AUTOSCALERS}/web`, patch, merge);
  expect(ask('GET', `/apis/autoscaling/v2/${AUTOSCALERS}/web`)['spec']).toMatchObject({
    metrics: [{ resource: { target: { averageUtilization: 70 } } }],
  });
  const behavior = { scaleDown: { stabilizationWindowSeconds: 30 } };
  ask('PATCH', `/apis/autoscaling/v2/${AUTOSCALERS}/web`, { spec: { behavior } }, merge);
  const v1 = ask('GET', `/apis/autoscaling/v1/${AUTOSCALERS}/web`);
  expect(v1.metadata.annotations?.['autoscaling.alpha.kubernetes.io/behavior']).toContain('30');
  const list = send('GET', '/apis/autoscaling/v1/horizontalpodautoscalers');
  expect((list.body as { items: unknown[] }).items).toHaveLength(1);
});

it('tells a watch of one version what was written in the other', () => {
  const { ask, watch, pass } = createBench();
  const events = watch('/apis/events.k8s.io/v1/events?watch=true&sendInitialEvents=true');
  ask('POST', '/api/v1/namespaces/default/events', {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'e', namespace: 'default' },
    involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
    message: 'said',
    reason: 'Said',
    type: 'Normal',
  });
  pass(1_000_000);
  const added = events.find(({ type }) => type === 'ADDED');
  expect(added?.object).toMatchObject({
    apiVersion: 'events.k8s.io/v1',
    note: 'said',
    regarding: { name: 'p' },
  });
});

const template = {
  spec: { containers: [{ name: 'c', image: 'busybox' }], restartPolicy: 'Never' },
};

it.each([
  [
    { template: { spec: { containers: [{ name: 'c', image: 'x' }] } } },
    'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  ],
  [
    { template, completionMode: 'Indexed', parallelism: 2 },
    'spec.completions: Required value: when completion mode is Indexed',
  ],
  [
    { template, backoffLimit: -1 },
    'spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0',
  ],
])('refuses a Job of %j', (spec, why) => {
  const { fail } = createBench();
  const body = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec };
  const status = fail('POST', '/apis/batch/v1/namespaces/default/jobs', body);
  expect(status.message).toContain(why);
});

it('refuses another template for a Job, and other modes for a claim', () => {
  const { ask, fail } = createBench();
  const jobs = '/apis/batch/v1/namespaces/default/jobs';
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' } };
  const made = ask('POST', jobs, { ...job, spec: { template } });
  const spec = made['spec'] as { readonly template: { readonly spec: object } };
  const other = { ...spec.template, spec: { ...spec.template.spec, restartPolicy: 'OnFailure' } };
  const put = fail('PUT', `${jobs}/j`, { ...made, spec: { ...spec, template: other } });
  expect(put.message).toMatch(
    /^Job\.batch "j" is invalid: spec\.template: Invalid value: .*immutable/,
  );
  const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
  const claim = ask('POST', claims, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'c' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  expect(claim.metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
  const changed = { ...(claim['spec'] as object), accessModes: ['ReadOnlyMany'] };
  expect(fail('PUT', `${claims}/c`, { ...claim, spec: changed }).message).toContain(
    'spec: Forbidden: spec is immutable after creation except resources.requests',
  );
});

it('refuses what is no request for a certificate, and makes up the state of components', () => {
  const { ask, fail } = createBench();
  const url = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const body = { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest' };
  const spec = { request: 'bm9uZQ==', signerName: 'example.com/x', usages: ['client auth'] };
  const status = fail('POST', url, { ...body, metadata: { name: 'r' }, spec });
  expect(status.message).toContain('PEM block type must be CERTIFICATE REQUEST');
  expect(ask('GET', '/api/v1/componentstatuses/scheduler')['conditions']).toHaveLength(1);
});
