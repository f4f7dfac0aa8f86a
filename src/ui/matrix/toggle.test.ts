import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashToggles, linesOf } from './toggle.ts';

const policy = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
spec:
  podSelector: {}
  ingress:
    - ports:
        - port: 5432
      from:
        - namespaceSelector:
            matchLabels: { env: dev }
        - podSelector:
            matchLabels: { role: backend }
    - from:
        - namespaceSelector: {}
          podSelector: {}
`;

it('takes a dash away between two peers, and puts one into a peer of two', () => {
  const [and, or, ...more] = dashToggles(policy);
  expect(more).toEqual([]);
  expect(and).toMatchObject({ direction: 'ingress', rule: 1, peer: 1, becomes: 'and' });
  const joined = parse(and!.manifest) as { spec: { ingress: { from: unknown[] }[] } };
  expect(joined.spec.ingress[0]!.from).toEqual([
    {
      namespaceSelector: { matchLabels: { env: 'dev' } },
      podSelector: { matchLabels: { role: 'backend' } },
    },
  ]);
  expect(or).toMatchObject({ rule: 2, peer: 1, becomes: 'or' });
  const split = parse(or!.manifest) as typeof joined;
  expect(split.spec.ingress[1]!.from).toEqual([{ namespaceSelector: {} }, { podSelector: {} }]);
  expect(dashToggles('spec: {podSelector: {}}')).toEqual([]);
});

it('finds the lines of a peer, and of a rule that names none', () => {
  expect(linesOf(policy, 'ingress', { rule: 1, peer: 2 })).toEqual({ from: 13, to: 14 });
  expect(linesOf(policy, 'ingress', { rule: 2 })).toEqual({ from: 15, to: 17 });
  expect(linesOf(policy, 'egress', { rule: 1, peer: 1 })).toBeUndefined();
});
