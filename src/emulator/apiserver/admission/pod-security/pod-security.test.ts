import { beforeEach, expect, it } from 'vitest';
import { createBench, type Bench } from '../../testing.ts';

const core = '/api/v1/namespaces/default';
let bench: Bench;

beforeEach(() => {
  bench = createBench();
  bench.ask('POST', `${core}/serviceaccounts`, { metadata: { name: 'default' } });
});

const label = (mode: string, level: string) => {
  const { metadata, ...rest } = bench.ask('GET', core);
  const labels = { ...metadata.labels, [`pod-security.kubernetes.io/${mode}`]: level };
  return { ...rest, metadata: { ...metadata, labels } };
};
const pod = (context: object, more: object = {}) => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'i', securityContext: context }], ...more },
});
const kept = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

it('refuses pods that break the level', () => {
  bench.ask('PUT', core, label('enforce', 'restricted'));
  expect(bench.fail('POST', `${core}/pods`, pod({}, { hostNetwork: true })).message).toBe(
    'pods "p" is forbidden: violates PodSecurity "restricted:latest": ' +
      'host namespaces (hostNetwork=true), ' +
      'allowPrivilegeEscalation != false (container "c" must set ' +
      'securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (container "c" must set ' +
      'securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to ' +
      '"RuntimeDefault" or "Localhost")',
  );
  expect(bench.ask('POST', `${core}/pods`, pod(kept)).metadata.name).toBe('p');
});

it('lets through what the baseline has nothing against', () => {
  bench.ask('PUT', core, label('enforce', 'baseline'));
  expect(bench.fail('POST', `${core}/pods`, pod({ privileged: true })).message).toBe(
    'pods "p" is forbidden: violates PodSecurity "baseline:latest": ' +
      'privileged (container "c" must not set securityContext.privileged=true)',
  );
  expect(bench.ask('POST', `${core}/pods`, pod({})).metadata.name).toBe('p');
});

it('knows its levels', () => {
  expect(bench.fail('PUT', core, label('enforce', 'strict')).message).toBe(
    'Namespace "default" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: ' +
      'Invalid value: "strict": must be one of privileged, baseline, restricted',
  );
});
