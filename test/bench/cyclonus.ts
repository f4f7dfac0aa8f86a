// The time of a suite like Cyclonus': cases by combination of features, each of which asks all pods
// about all pods at each port.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../src/emulator/policy/compile.ts';
import {
  networkPolicy,
  type NetworkPolicyObject,
} from '../../src/emulator/policy/kinds/networkpolicy.ts';
import type { PolicyPod, Protocol } from '../../src/emulator/policy/types.ts';
import { verdict } from '../../src/emulator/policy/verdict.ts';
import { handles, run } from '../conformance/networkpolicy.ts';
import { sample, timed, type Figure } from './figure.ts';
import type { Measure } from './measure.ts';

const OWN = "Cyclonus' suite, as many cases";
const AIM = 30_000;
const NAMESPACES = ['x', 'y', 'z'];
const PODS = ['a', 'b', 'c'];
const PORTS = [80, 81];
const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

type Rule = NonNullable<NonNullable<NetworkPolicyObject['spec']>['ingress']>[number];
type Peer = NonNullable<Rule['from']>[number];
type Port = NonNullable<Rule['ports']>[number];

/** Who may be asked for or ask, one feature each (`features` of Cyclonus' own cases). */
const peers: Readonly<Record<string, readonly Peer[] | undefined>> = {
  'nobody named': undefined,
  'all pods': [{ namespaceSelector: {} }],
  'pods of the namespace': [{ podSelector: {} }],
  'pods by label': [{ podSelector: { matchLabels: { pod: 'b' } } }],
  'pods by expression': [{ podSelector: { matchExpressions: [isIn('pod', ['b', 'c'])] } }],
  'namespaces by label': [{ namespaceSelector: { matchLabels: { ns: 'y' } } }],
  'namespaces by expression': [{ namespaceSelector: { matchExpressions: [isIn('ns', ['y'])] } }],
  'pods in namespaces': [
    { namespaceSelector: { matchLabels: { ns: 'z' } }, podSelector: { matchLabels: { pod: 'c' } } },
  ],
  'pods or namespaces': [
    { namespaceSelector: { matchLabels: { ns: 'z' } } },
    { podSelector: { matchLabels: { pod: 'c' } } },
  ],
  'an address block': [{ ipBlock: { cidr: '192.168.1.0/24' } }],
  'an address block with exceptions': [
    { ipBlock: { cidr: '192.168.0.0/16', except: ['192.168.2.0/24'] } },
  ],
};

/** Which ports, one feature each. */
const ports: Readonly<Record<string, readonly Port[] | undefined>> = {
  'all ports': undefined,
  'a number': [{ port: 80, protocol: 'TCP' }],
  'a number of UDP': [{ port: 80, protocol: 'UDP' }],
  'a number of SCTP': [{ port: 81, protocol: 'SCTP' }],
  'a name': [{ port: 'serve-80-tcp', protocol: 'TCP' }],
  'a name of UDP': [{ port: 'serve-81-udp', protocol: 'UDP' }],
  'a protocol': [{ protocol: 'TCP' }],
  'a range': [{ port: 79, endPort: 80, protocol: 'TCP' }],
  'several numbers': [
    { port: 80, protocol: 'TCP' },
    { port: 81, protocol: 'TCP' },
  ],
  'several protocols': [{ protocol: 'TCP' }, { protocol: 'UDP' }, { protocol: 'SCTP' }],
};

function isIn(key: string, values: readonly string[]) {
  return { key, operator: 'In' as const, values: [...values] };
}

/** Every peer with every port in both directions, and whom a policy is for, alone and together. */
export function cyclonusCases(): readonly (readonly NetworkPolicyObject[])[] {
  const found: NetworkPolicyObject[][] = [];
  const dns = { ports: [{ port: 53, protocol: 'UDP' }] } as const;
  for (const peer of Object.values(peers)) {
    for (const port of Object.values(ports)) {
      const own = port ? { ports: [...port] } : {};
      const ingress = [{ ...own, ...(peer && { from: [...peer] }) }];
      const egress = [{ ...own, ...(peer && { to: [...peer] }) }, dns];
      found.push([policy('in', 'x', { ingress, policyTypes: ['Ingress'] })]);
      found.push([policy('out', 'x', { egress, policyTypes: ['Egress'] })]);
    }
  }
  for (const types of [['Ingress'], ['Egress'], ['Ingress', 'Egress']]) {
    for (const podSelector of [
      {},
      { matchLabels: { pod: 'a' } },
      { matchLabels: { pod: 'none' } },
    ]) {
      found.push([policy('deny', 'x', { podSelector, policyTypes: types })]);
    }
  }
  for (const namespace of NAMESPACES) {
    const deny = policy('deny', namespace, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const allow = policy('allow', namespace, { ingress: [{}], egress: [{}] });
    found.push([deny, allow], [deny, policy('in', namespace, { ingress: [{}] })]);
  }
  return found;
}

function policy(
  name: string,
  namespace: string,
  spec: Partial<NonNullable<NetworkPolicyObject['spec']>>,
): NetworkPolicyObject {
  const podSelector = { matchLabels: { pod: 'a' } };
  return { metadata: { name, namespace }, spec: { podSelector, ...spec } };
}

function pods(): readonly PolicyPod[] {
  return NAMESPACES.flatMap((namespace, n) =>
    PODS.map((name, p) => ({
      namespace,
      name,
      labels: { pod: name },
      addresses: [`192.168.${n + 1}.${p + 1}`],
      ports: PORTS.flatMap((port) =>
        PROTOCOLS.map((protocol) => {
          return { name: `serve-${port}-${protocol.toLowerCase()}`, port, protocol };
        }),
      ),
    })),
  );
}

/** Plays all cases; gives how many questions were asked. */
function play(): number {
  const namespaces = NAMESPACES.map((name) => {
    return { name, labels: { ns: name, 'kubernetes.io/metadata.name': name } };
  });
  let asked = 0;
  for (const policies of cyclonusCases()) {
    const compiled = compile({ policies: policies.map(networkPolicy), pods: pods(), namespaces });
    for (const from of compiled.pods.keys()) {
      for (const to of compiled.pods.keys()) {
        for (const port of PORTS) {
          for (const protocol of PROTOCOLS) {
            verdict(compiled, { source: { pod: from }, destination: { pod: to }, protocol, port });
            asked += 1;
          }
        }
      }
    }
  }
  return asked;
}

/** Cases of our own making: as many and of the same shape as Cyclonus'. */
export const cyclonusMeasure: Measure = {
  name: OWN,
  measure(runs): Figure {
    const asked = play();
    return {
      name: OWN,
      unit: 'ms',
      aim: AIM,
      samples: sample(runs, () => timed(() => void play())),
      note: `${cyclonusCases().length} cases, ${asked} questions`,
    };
  },
};

const FILES = ['cyclonus', 'cyclonus-recipes'];

/** The recorded cases themselves, which lie elsewhere: `data` holds `conformance/networkpolicy`. */
export function recordedCyclonus(data: string, runs: number): Figure {
  const files = FILES.map((name) => {
    const path = join(data, 'conformance/networkpolicy', `${name}.json`);
    if (!handles(path)) throw new Error(`no suite is in ${path}`);
    return JSON.parse(readFileSync(path, 'utf8')) as { file: string; cases: readonly never[] };
  });
  const all = () => files.flatMap((file) => [...run(file)]);
  const wrong = all().filter(({ outcome }) => outcome !== 'pass').length;
  return {
    name: "Cyclonus' suite, recorded cases",
    unit: 'ms',
    aim: AIM,
    samples: sample(runs, () => timed(() => void all())),
    note: `${all().length} cases, ${wrong} wrong`,
  };
}
