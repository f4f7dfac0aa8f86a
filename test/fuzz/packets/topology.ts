// Random networks: machines on a segment, pods on their bridges, routes right and wrong, faults.
import type { NetnsRef, SocketEvent } from '../../../src/emulator/network/api.ts';
import { createBench, type Bench } from '../../../src/emulator/network/testing.ts';
import type { Random } from './random.ts';

export interface Playground {
  readonly bench: Bench;
  readonly nodes: readonly NetnsRef[];
  readonly pods: readonly { readonly ref: NetnsRef; readonly address: string }[];
  /** What was done to it, in words. */
  readonly done: string[];
}

/** Two to four nodes with up to three pods each; every node knows the others' pod networks. */
export function build(random: Random, seed: number): Playground {
  const bench = createBench(seed);
  const count = 2 + random.below(3);
  const nodes: NetnsRef[] = [];
  const pods: { ref: NetnsRef; address: string }[] = [];
  for (let n = 1; n <= count; n++) {
    nodes.push(bench.node(`node-${n}`, `192.168.9.${n}`, `10.244.${n}.0/24`));
    for (let p = 0; p < 1 + random.below(3); p++) {
      const address = `10.244.${n}.${5 + p}`;
      pods.push({ ref: bench.pod(`node-${n}`, `pod-${n}-${p}`, address), address });
    }
  }
  for (const [index, node] of nodes.entries()) {
    for (let m = 1; m <= count; m++) {
      if (m === index + 1) continue;
      const route = { destination: `10.244.${m}.0/24`, via: `192.168.9.${m}`, device: 'eth0' };
      bench.network.config(node).addRoute(route);
    }
  }
  return { bench, nodes, pods, done: [] };
}

type Act = (ground: Playground, random: Random) => string | undefined;

/** What somebody may do to a network, by accident or on purpose. */
const acts: readonly Act[] = [
  ({ bench, nodes }, random) => {
    const node = random.pick(nodes);
    bench.network.config(node).setLink('cni0', { up: false });
    return `${node.host}: ip link set cni0 down`;
  },
  ({ bench, nodes }, random) => {
    const node = random.pick(nodes);
    bench.network.config(node).removeLink('cni0');
    return `${node.host}: ip link del cni0`;
  },
  ({ bench, nodes, pods }, random) => {
    // A route that leads back: packets go round until their time to live is over.
    const [a, b] = [random.below(nodes.length), random.below(nodes.length)];
    if (a === b) return undefined;
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const config = bench.network.config(nodes[from] as NetnsRef);
      config.removeRoute({ destination: '10.250.0.0/16' });
      config.addRoute({
        destination: '10.250.0.0/16',
        via: `192.168.9.${to + 1}`,
        device: 'eth0',
      });
    }
    const pod = random.pick(pods);
    bench.network.config(pod.ref).addAddress('lo', {
      address: '10.250.0.9',
      prefix: 32,
      scope: 'global',
    });
    return `a loop between node-${a + 1} and node-${b + 1}`;
  },
  ({ bench, pods }, random) => {
    const [one, other] = [random.pick(pods), random.pick(pods)];
    bench.network.config(one.ref).addAddress('eth0', {
      address: other.address,
      prefix: 24,
      scope: 'global',
    });
    return `${one.ref.netns} has ${other.address} as well`;
  },
  ({ bench, nodes }, random) => {
    const node = random.pick(nodes);
    bench.network.config(node).setSysctl('net.ipv4.ip_forward', '0');
    return `${node.host}: ip_forward=0`;
  },
  ({ bench, nodes }, random) => {
    const node = random.pick(nodes);
    const kind = random.pick(['blackhole', 'unreachable', 'prohibit', 'throw'] as const);
    const destination = `10.244.${1 + random.below(nodes.length)}.0/25`;
    bench.network.config(node).addRoute({ destination, kind, device: '' });
    return `${node.host}: ${kind} ${destination}`;
  },
  ({ bench, nodes }, random) => {
    const node = random.pick(nodes);
    bench.network.setFault(node, 'eth0', {
      drop: random.below(3) / 4,
      delay: random.below(2000),
      ...(random.below(4) === 0 ? { cut: true } : {}),
      ...(random.below(4) === 0 ? { mtu: 400 } : {}),
    });
    return `${node.host}: a fault at eth0`;
  },
  ({ bench, nodes }, random) => {
    const node = random.pick(nodes);
    bench.network.config(node).setLink('eth0', { mtu: 500 + random.below(1500) });
    return `${node.host}: another MTU`;
  },
  ({ bench, nodes }, random) => {
    const node = random.pick(nodes);
    const link = random.pick(bench.network.config(node).links());
    bench.network.config(node).setLink(link.name, { up: random.below(2) === 0 });
    return `${node.host}: ${link.name} up or down`;
  },
  ({ bench, pods }, random) => {
    const pod = random.pick(pods);
    bench.network.config(pod.ref).removeRoute({ destination: 'default' });
    return `${pod.ref.netns}: no default route`;
  },
  ({ bench, nodes }, random) => {
    const node = random.pick(nodes);
    const config = bench.network.config(node);
    const table = String(100 + random.below(3));
    config.setRules([
      { priority: 0, action: 'lookup', table: 'local' },
      { priority: 10, action: 'goto', target: 5 },
      { priority: 100, action: 'lookup', table, from: '10.244.0.0/16' },
      { priority: 32_766, action: 'lookup', table: 'main' },
    ]);
    config.addRoute({ destination: 'default', via: '192.168.9.1', device: 'eth0', table });
    return `${node.host}: rules of its own`;
  },
];

/** Does some things to a network. */
export function disturb(ground: Playground, random: Random, times: number): void {
  for (let i = 0; i < times; i++) {
    const said = random.pick(acts)(ground, random);
    if (said !== undefined) ground.done.push(said);
  }
}

/** Datagrams that sockets got, by what was in them. */
export const datagrams = (heard: readonly { readonly event: SocketEvent }[]) =>
  heard.flatMap(({ event }) => (event.event === 'datagram' ? [event.payload] : []));
