import { beforeEach, expect, it } from 'vitest';
import { createBench, type Bench } from '../testing.ts';

const pods = '/api/v1/namespaces/default/pods';
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
let bench: Bench;

beforeEach(() => {
  bench = createBench();
  bench.ask('POST', '/api/v1/namespaces/default/serviceaccounts', {
    metadata: { name: 'default' },
  });
  const made = bench.ask('POST', pods, {
    metadata: { name: 'p', labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  });
  const conditions = [{ type: 'Ready', status: 'True' }];
  bench.ask('PUT', `${pods}/p/status`, { ...made, status: { phase: 'Running', conditions } });
});

function budget(name: string, status?: object): void {
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'web' } } };
  const made = bench.ask('POST', budgets, { metadata: { name }, spec });
  if (status) bench.ask('PUT', `${budgets}/${name}/status`, { ...made, status });
}

const evict = () => bench.send('POST', `${pods}/p/eviction`, { metadata: { name: 'p' } });

it('refuses what a budget does not allow', () => {
  budget('b');
  expect(evict().body).toMatchObject({
    code: 429,
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    details: {
      retryAfterSeconds: 10,
      causes: [{ message: 'The disruption budget b is still being processed by the server.' }],
    },
  });
  bench.ask('PATCH', `${budgets}/b/status`, {
    status: { observedGeneration: 1, desiredHealthy: 1, currentHealthy: 1 },
  });
  expect(evict().body).toMatchObject({
    details: {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: 'The disruption budget b needs 1 healthy pods and has 1 currently',
        },
      ],
    },
  });
});

it('takes one disruption for each pod', () => {
  const counts = { desiredHealthy: 1, currentHealthy: 2, expectedPods: 2, disruptionsAllowed: 1 };
  budget('b', { observedGeneration: 1, ...counts });
  expect(evict().status).toBe(201);
  const { status } = bench.ask('GET', `${budgets}/b`) as unknown as {
    readonly status: { readonly disruptionsAllowed: number; readonly disruptedPods: object };
  };
  expect(status.disruptionsAllowed).toBe(0);
  expect(Object.keys(status.disruptedPods)).toEqual(['p']);
});

it('knows no pods of two budgets', () => {
  budget('a');
  budget('b');
  expect(evict().body).toMatchObject({
    code: 500,
    message:
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not ' +
      'support.',
  });
});
