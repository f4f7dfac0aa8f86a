// Figures of the compiler of network policies.
import { compile, withPod, type Compiled } from '../../src/emulator/policy/compile.ts';
import { networkPolicy } from '../../src/emulator/policy/kinds/networkpolicy.ts';
import { matrix } from '../../src/emulator/policy/matrix.ts';
import type { Policy, PolicyPod } from '../../src/emulator/policy/types.ts';
import { sample, timed } from './figure.ts';
import { measure } from './measure.ts';

const NAMESPACES = 20;

/** The policies' figures: 500 policies and 1,000 pods in 20 namespaces. */
export const policyMeasures = [
  measure('policy compile, 500 policies x 1,000 pods', 300, (runs) => {
    big();
    return sample(runs, () => timed(() => big()));
  }),
  measure('policy, one changed pod', 2, (runs) => {
    const compiled = big();
    return sample(runs, (index) => timed(() => void withPod(compiled, podOf(index, 'moved'))));
  }),
  measure('policy matrix 100 x 100 x 4', 1_000, (runs) => {
    const compiled = big();
    return sample(runs, () => timed(() => void ask(compiled)));
  }),
];

function big(): Compiled {
  return compile({
    policies: Array.from({ length: 500 }, (_none, index) => policyOf(index)),
    pods: Array.from({ length: 1_000 }, (_none, index) => podOf(index)),
    namespaces: Array.from({ length: NAMESPACES }, (_none, index) => ({
      name: `ns-${index}`,
      labels: { 'kubernetes.io/metadata.name': `ns-${index}`, team: `team-${index % 5}` },
    })),
  });
}

function podOf(index: number, version = 'v1'): PolicyPod {
  return {
    namespace: `ns-${index % NAMESPACES}`,
    name: `pod-${index}`,
    labels: { app: `app-${index % 50}`, tier: `tier-${index % 3}`, version, id: `${index}` },
    addresses: [`10.244.${index >> 8}.${index & 255}`],
    node: `node-${index % 10}`,
    ports: [{ name: 'web', port: 80, protocol: 'TCP' }],
  };
}

function policyOf(index: number): Policy {
  const app = (of: number) => ({ matchLabels: { app: `app-${of % 50}` } });
  const peers = [
    { podSelector: app(index + 1) },
    { namespaceSelector: { matchLabels: { team: `team-${index % 5}` } }, podSelector: app(index) },
    { ipBlock: { cidr: '10.244.0.0/16', except: [`10.244.${index % 4}.0/24`] } },
  ];
  const ports = [{ port: 'web' }, { port: 8_000, endPort: 8_100 }];
  return networkPolicy({
    metadata: { name: `policy-${index}`, namespace: `ns-${index % NAMESPACES}` },
    spec: {
      podSelector: index % 10 === 0 ? {} : app(index),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: peers, ports }],
      egress: [{ to: peers }, { ports: [{ port: 53, protocol: 'UDP' }] }],
    },
  });
}

function ask(compiled: Compiled) {
  const ends = [...compiled.pods.keys()].slice(0, 100).map((pod) => ({ pod }));
  const ports = [80, 443, 8_050, 53].map((port) => ({
    port,
    protocol: port === 53 ? ('UDP' as const) : ('TCP' as const),
  }));
  return matrix(compiled, ends, ends, ports);
}
