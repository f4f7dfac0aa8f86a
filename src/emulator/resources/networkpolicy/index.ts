import { formatSelector } from '../../apimachinery/selector.ts';
import { ageColumn, ageOf, column, nameColumn } from '../columns.ts';
import { defineKind } from '../kind.ts';
import { kindNames } from '../names.ts';
import { describe } from './describe.ts';
import type { NetworkPolicy, PolicyPort } from './shapes.ts';
import { validate } from './validate.ts';

/** NetworkPolicy: which traffic may reach pods, and leave them. */
export default defineKind<NetworkPolicy>({
  names: kindNames('NetworkPolicy', 'networkpolicies', {
    group: 'networking.k8s.io',
    shortNames: ['netpol'],
  }),
  definition: 'V1NetworkPolicy',
  hasGeneration: true,
  subresources: [],
  defaults(policy) {
    const spec = policy.spec ?? {};
    const both = (spec.egress ?? []).length > 0;
    return {
      ...policy,
      spec: {
        ...spec,
        podSelector: spec.podSelector ?? {},
        ...(spec.ingress && { ingress: spec.ingress.map(withProtocols) }),
        ...(spec.egress && { egress: spec.egress.map(withProtocols) }),
        policyTypes: spec.policyTypes?.length
          ? spec.policyTypes
          : both
            ? ['Ingress', 'Egress']
            : ['Ingress'],
      },
    };
  },
  prepare: (policy) => policy,
  validate,
  columns: [nameColumn, column('Pod-Selector'), ageColumn],
  cells: (policy, now) => [
    policy.metadata.name,
    formatSelector(policy.spec.podSelector),
    ageOf(policy, now),
  ],
  describe,
});

/** `SetDefaults_NetworkPolicyPort`. */
function withProtocols<T extends { readonly ports?: readonly PolicyPort[] }>(rule: T): T {
  if (!rule.ports) return rule;
  return {
    ...rule,
    ports: rule.ports.map((port) => ({ ...port, protocol: port.protocol ?? 'TCP' })),
  };
}
