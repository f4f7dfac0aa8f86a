import fc from 'fast-check';
import type { LabelSelector } from '../../../src/emulator/apimachinery/object.ts';
import type { NetworkPolicyObject } from '../../../src/emulator/policy/kinds/networkpolicy.ts';
import type { PolicyPod } from '../../../src/emulator/policy/types.ts';

/** A cluster on one node, with its NetworkPolicies. */
export interface RandomCluster {
  readonly pods: readonly PolicyPod[];
  readonly namespaces: readonly { readonly name: string; readonly labels: Labels }[];
  readonly policies: readonly NetworkPolicyObject[];
}

type Labels = Readonly<Record<string, string>>;

/** A question: between pods by their places in the list, or from outside. */
export interface RandomFlow {
  readonly from: number | 'outside';
  readonly to: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

export const OUTSIDE = '172.16.3.9';
const NAMESPACES = ['a', 'b', 'c'];
const PORTS = [53, 80, 81, 443, 8080, 8085];

const labels = fc.record({
  app: fc.constantFrom('web', 'db', 'job'),
  tier: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
});
const compact = (given: Record<string, string | undefined>): Labels =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Labels;

const expression = fc.record({
  key: fc.constantFrom('app', 'tier', 'none'),
  operator: fc.constantFrom(
    'In' as const,
    'NotIn' as const,
    'Exists' as const,
    'DoesNotExist' as const,
  ),
  values: fc.uniqueArray(fc.constantFrom('web', 'db', 'x'), { minLength: 1, maxLength: 2 }),
});

const selector: fc.Arbitrary<LabelSelector> = fc.oneof(
  fc.constant({}),
  labels.map((given) => ({ matchLabels: compact(given) })),
  fc
    .record({ matchExpressions: fc.array(expression, { minLength: 1, maxLength: 2 }) })
    .map(({ matchExpressions }) => ({
      matchExpressions: matchExpressions.map(({ key, operator, values }) =>
        /Exist/.test(operator) ? { key, operator } : { key, operator, values },
      ),
    })),
);

const namespaceSelector: fc.Arbitrary<LabelSelector> = fc.oneof(
  fc.constant({}),
  fc.constantFrom(...NAMESPACES).map((team) => ({ matchLabels: { team } })),
);

const cidr = fc.constantFrom(
  '10.244.1.0/24',
  '10.244.1.0/29',
  '10.244.1.4/30',
  '0.0.0.0/0',
  '172.16.0.0/12',
);
const ipBlock = fc.record({
  cidr,
  except: fc.uniqueArray(fc.constantFrom('10.244.1.2/31', '10.244.1.4/32', '172.16.3.0/24'), {
    maxLength: 3,
  }),
});

const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector }),
  fc.record({ namespaceSelector, podSelector: selector }),
  fc.record({ ipBlock }),
);

const port = fc.oneof(
  fc.record({
    protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
    port: fc.constantFrom<number | string>(...PORTS, 'web', 'dns'),
  }),
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP') }),
  fc.record({ port: fc.constant(80), endPort: fc.constantFrom(81, 8080) }),
  fc.record({ port: fc.constantFrom<number | string>(...PORTS, 'web') }),
);

const rule = (side: 'from' | 'to') =>
  fc.record({
    [side]: fc.option(fc.array(peer, { maxLength: 3 }), { nil: undefined }),
    ports: fc.option(fc.array(port, { maxLength: 4 }), { nil: undefined }),
  });

const policy = fc
  .record({
    namespace: fc.constantFrom(...NAMESPACES),
    podSelector: selector,
    policyTypes: fc.option(fc.uniqueArray(fc.constantFrom('Ingress', 'Egress'), { minLength: 1 }), {
      nil: undefined,
    }),
    ingress: fc.option(fc.array(rule('from'), { maxLength: 3 }), { nil: undefined }),
    egress: fc.option(fc.array(rule('to'), { maxLength: 3 }), { nil: undefined }),
  })
  .map(({ namespace, ...spec }) => ({ namespace, spec }));

const containerPorts = fc.constantFrom(
  [{ name: 'web', port: 80, protocol: 'TCP' }],
  [
    { name: 'web', port: 8080, protocol: 'TCP' },
    { name: 'dns', port: 53, protocol: 'UDP' },
  ],
  [],
);

export const clusterOf: fc.Arbitrary<RandomCluster> = fc
  .record({
    pods: fc.array(fc.tuple(fc.constantFrom(...NAMESPACES), labels, containerPorts), {
      minLength: 2,
      maxLength: 8,
    }),
    policies: fc.array(policy, { maxLength: 5 }),
  })
  .map(({ pods, policies }) => ({
    pods: pods.map(([namespace, own, ports], index) => ({
      namespace,
      name: `pod-${index}`,
      labels: compact(own),
      addresses: [`10.244.1.${index + 2}`],
      node: 'worker-1',
      ports,
    })),
    namespaces: NAMESPACES.map((name) => ({ name, labels: { team: name } })),
    policies: policies.map(({ namespace, spec }, index) => ({
      metadata: { name: `p-${index}`, namespace },
      spec,
    })) as readonly NetworkPolicyObject[],
  }));

export const flowOf: fc.Arbitrary<RandomFlow> = fc.record({
  from: fc.oneof(
    { weight: 4, arbitrary: fc.nat({ max: 7 }) },
    { weight: 1, arbitrary: fc.constant('outside' as const) },
  ),
  to: fc.nat({ max: 7 }),
  protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
  port: fc.constantFrom(...PORTS),
});
