// A property of kube-proxy: its three modes give one verdict for one packet: it goes to an endpoint
// or to none. Which of several is chance, and how it looks where there is none differs in reality:
// the node's own packets to external addresses meet no rule of iptables there, but one of nftables.
import type { ProxyMode } from '../../../src/emulator/proxy/config/config.ts';
import type { Json } from '../../../src/emulator/world/index.ts';
import { seeded, type Random } from '../packets/random.ts';
import { proxyNode, WHERE, type ProxyNode } from './node.ts';

const MODES: readonly ProxyMode[] = ['iptables', 'ipvs', 'nftables'];

interface Target {
  readonly what: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

interface Case {
  readonly memory: Map<string, Json>;
  readonly targets: readonly Target[];
  readonly endpoints: ReadonlySet<string>;
}

/** Plays so many nodes; gives packets on which the modes do not agree, with the objects. */
export function playModes(seed: number, count: number): readonly string[] {
  const wrong: string[] = [];
  for (let index = 0; index < count; index++) {
    const made = makeCase(seeded(seed * 1_000_003 + index));
    const nodes = MODES.map((mode) => {
      const node = proxyNode(mode, new Map(made.memory));
      node.sync();
      return node;
    });
    for (const target of made.targets) {
      const verdicts = nodes.map((node) => verdictOf(node, target, made.endpoints));
      if (new Set(verdicts).size === 1) continue;
      const said = MODES.map((mode, at) => `${mode} ${verdicts[at]}`).join(', ');
      const objects = JSON.stringify([...made.memory.values()]);
      wrong.push(`node ${index}, ${target.what} ${target.protocol}: ${said}\n${objects}`);
    }
  }
  return wrong;
}

/** Whether a packet of the node's own goes to an endpoint. */
function verdictOf(node: ProxyNode, target: Target, endpoints: ReadonlySet<string>): string {
  const { address, port, protocol } = target;
  const probe = node.network.probe(WHERE, { protocol, to: { address, port } });
  const goes = probe.steps.some(({ to }) => endpoints.has(to.split(':')[0] ?? ''));
  return goes ? 'goes to an endpoint' : 'goes to none';
}

function makeCase(random: Random): Case {
  const memory = new Map<string, Json>();
  const targets: Target[] = [];
  const endpoints = new Set<string>();
  for (let index = 1; index <= 1 + random.below(4); index++) {
    const name = `s${index}`;
    const address = `10.96.0.${index}`;
    const protocol = random.pick(['TCP', 'TCP', 'UDP'] as const);
    const external = random.below(3) === 0 ? [`203.0.113.${index}`] : [];
    memory.set(`service/default/${name}`, serviceOf(random, { name, address, protocol, external }));
    const slice = sliceOf(random, name, index, protocol);
    memory.set(`slice/default/${name}`, slice as unknown as Json);
    for (const each of slice.endpoints) endpoints.add(each.addresses[0] ?? '');
    targets.push({ what: `${name} by its ClusterIP`, address, port: 80, protocol });
    for (const each of external) {
      targets.push({ what: `${name} by an external IP`, address: each, port: 80, protocol });
    }
  }
  return { memory, targets, endpoints };
}

/** What a random Service is made for. */
export interface Named {
  readonly name: string;
  readonly address: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly external: readonly string[];
}

/** A Service by lot. */
export function serviceOf(random: Random, { name, address, protocol, external }: Named): Json {
  const sticky = random.below(3) === 0;
  // In ipvs mode a Service that is open to the outside keeps all its endpoints inside as well.
  const local = external.length === 0 && random.below(3) === 0;
  return {
    metadata: { name, namespace: 'default' },
    spec: {
      type: 'ClusterIP',
      clusterIP: address,
      clusterIPs: [address],
      ...(external.length > 0 && { externalIPs: external }),
      internalTrafficPolicy: local ? 'Local' : 'Cluster',
      ...(sticky && {
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
      }),
      ports: [{ name: 'http', port: 80, protocol }],
    },
  } as unknown as Json;
}

/** An EndpointSlice by lot, of up to three endpoints. */
export function sliceOf(random: Random, name: string, service: number, protocol: string) {
  const endpoints = Array.from({ length: random.below(4) }, (_none, number) => {
    const ready = random.below(4) > 0;
    const terminating = !ready && random.below(2) === 0;
    return {
      addresses: [`10.244.${service}.${number + 10}`],
      conditions: { ready, serving: ready || terminating, terminating },
      nodeName: random.pick(['node', 'other']),
    };
  });
  return {
    metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'http', port: 8080, protocol }],
  };
}
