// Figures of kube-proxy's modes: a packet's way, a sync of everything, one changed endpoint.
import type { Engine } from '../../src/emulator/network/engine.ts';
import { createDerived, createFabric } from '../../src/emulator/network/fabric.ts';
import * as hooks from '../../src/emulator/network/netfilter/hooks.ts';
import { packetSize, type Packet } from '../../src/emulator/network/packet.ts';
import { createSkb, type Skb } from '../../src/emulator/network/skb.ts';
import type { ProxyMode } from '../../src/emulator/proxy/config/config.ts';
import type { Json, World } from '../../src/emulator/world/index.ts';
import { proxyNode, WHERE } from '../fuzz/modes/node.ts';
import { sample, timed } from './figure.ts';
import { measure, type Measure } from './measure.ts';

const MODES: readonly ProxyMode[] = ['iptables', 'ipvs', 'nftables'];
const ENDPOINTS = 10;

/** A packet costs this much in ipvs and nftables mode, in milliseconds. */
const PACKET_AIM = 0.02;

/** All figures: for each mode, and packets through more and more Services. */
export const proxyMeasures: readonly Measure[] = MODES.flatMap((mode) => [
  ...[10, 100, 1_000].map((services) =>
    measure(
      `packet through ${services} Services, ${mode}`,
      services === 1_000 && mode !== 'iptables' ? PACKET_AIM : undefined,
      (runs) => packets(mode, services, runs),
      undefined,
      () => `${comparedRules(mode, services)} rules compared`,
    ),
  ),
  measure(`sync of 1,000 Services x ${ENDPOINTS}, ${mode}`, 200, (runs) => {
    nodeWith(mode, 1_000).sync();
    return sample(Math.min(runs, 5), () => {
      const node = nodeWith(mode, 1_000);
      return timed(() => node.sync());
    });
  }),
  measure(`one changed endpoint of 1,000 Services, ${mode}`, 2, (runs) => {
    const node = nodeWith(mode, 1_000);
    node.sync();
    return sample(runs, (index) => {
      node.change(index);
      return timed(() => node.sync());
    });
  }),
]);

/** How many packets a sample is the mean of. */
const ROUND = 200;

/** A new connection to the last Service, as far as the hooks that lead it there. */
function packets(mode: ProxyMode, services: number, runs: number): number[] {
  const node = nodeWith(mode, services);
  node.sync();
  const { engine } = node;
  const view = engine.view(WHERE);
  if (!view) return [];
  let port = 20_000;
  const walk = () => {
    port += 1;
    enter(engine, createSkb(view, segment(services - 1, port), 'eth0'), mode);
  };
  for (let i = 0; i < ROUND; i++) walk();
  return sample(runs, () => {
    const time = timed(() => {
      for (let i = 0; i < ROUND; i++) walk();
    });
    return time / ROUND;
  });
}

/** Lets a packet go through the hooks that lead it to an endpoint. */
function enter(engine: Engine, skb: Skb, mode: ProxyMode): void {
  const first = hooks.prerouting(engine, skb);
  const verdict = first.type !== 'accept' || mode !== 'ipvs' ? first : hooks.input(engine, skb);
  if (verdict.type === 'drop') throw new Error(`a packet was lost in ${mode} mode`);
  engine.records.take();
}

/**
 * With how many rules the kernel compares that packet: all down to the one that matches. Ours is
 * found by an index, so that the time does not grow with them; the counters that one sees do.
 */
function comparedRules(mode: ProxyMode, services: number): number {
  const { engine, sync } = nodeWith(mode, services);
  sync();
  const view = engine.view(WHERE);
  if (!view) return 0;
  const skb = createSkb(view, segment(services - 1, 20_000), 'eth0');
  enter(engine, skb, mode);
  return skb.compared;
}

function segment(service: number, sourcePort: number): Packet {
  const transport = {
    kind: 'tcp',
    sourcePort,
    destinationPort: 80,
    flags: ['SYN'],
    sequence: 1,
    acknowledgement: 0,
    window: 64_240,
  } as const;
  return {
    kind: 'ip',
    id: sourcePort,
    ip: {
      source: '10.244.1.3',
      destination: addressOf(service),
      ttl: 64,
      identification: 0,
      dontFragment: true,
    },
    transport,
    payload: '',
    size: packetSize(transport, ''),
  };
}

const addressOf = (service: number) => `10.96.${service >> 8}.${service & 255}`;

interface Bench {
  readonly engine: Engine;
  sync(): void;
  /** Lets one endpoint of a Service become another one. */
  change(index: number): void;
}

function nodeWith(mode: ProxyMode, services: number): Bench {
  const memory = new Map<string, Json>();
  for (let index = 0; index < services; index++) {
    memory.set(`service/default/s${index}`, serviceOf(index));
    memory.set(`slice/default/s${index}`, sliceOf(index, 0));
  }
  const { world, sync } = proxyNode(mode, memory);
  const { engine } = createFabric(createWorldView(world), createDerived(world));
  let dirty: readonly string[] | undefined;
  return {
    engine,
    sync: () => sync(dirty),
    change(index) {
      const service = (index * 37) % services;
      memory.set(`slice/default/s${service}`, sliceOf(service, index + 1));
      dirty = [`default/s${service}`];
    },
  };
}

/** A second fabric over the same records must not take the queue's addresses again. */
const createWorldView = (world: World) => ({
  ...world,
  route: () => undefined,
});

function serviceOf(index: number): Json {
  return {
    metadata: { name: `s${index}`, namespace: 'default' },
    spec: {
      type: 'ClusterIP',
      clusterIP: addressOf(index),
      clusterIPs: [addressOf(index)],
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    },
  };
}

function sliceOf(index: number, change: number): Json {
  const endpoint = (number: number) => {
    const moved = number === 0 ? change % 200 : 0;
    return {
      addresses: [`10.${100 + number}.${index >> 8}.${(index + moved) & 255}`],
      conditions: { ready: true, serving: true, terminating: false },
      nodeName: number === 0 ? 'node' : `other-${number}`,
    };
  };
  return {
    metadata: {
      name: `s${index}`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': `s${index}` },
    },
    addressType: 'IPv4',
    endpoints: Array.from({ length: ENDPOINTS }, (_none, number) => endpoint(number)),
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  };
}
