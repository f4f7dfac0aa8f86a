import { createWorld, type World } from '../world/world.ts';
import type { Json } from '../world/json.ts';
import type { LinkInfo, NetnsRef, Network, SocketEvent } from './api.ts';
import { createNetwork } from './network.ts';

/** A small network for tests: nodes on a segment, pods on each node's bridge cni0. */
export interface Bench {
  readonly world: World;
  readonly network: Network;
  /** What sockets told the owner `test/…`, in order. */
  readonly heard: { readonly to: string; readonly event: SocketEvent }[];
  run(micros: number): void;
  node(name: string, address: string, podNetwork: string): NetnsRef;
  pod(node: string, name: string, address: string): NetnsRef;
}

const up = (network: Network, where: NetnsRef, name: string) =>
  network.config(where).setLink(name, { up: true });

/** Makes an empty bench with a fixed seed and time. */
export function createBench(seed = 7): Bench {
  const world = createWorld({ seed, start: 1_790_000_000_000_000 });
  const network = createNetwork(world);
  const heard: { to: string; event: SocketEvent }[] = [];
  world.route('test', (to, message: Json) => {
    heard.push({ to, event: message as unknown as SocketEvent });
  });
  return {
    world,
    network,
    heard,
    run: (micros) => void world.clock.runUntil(world.clock.now + micros, 1_000_000),
    node(name, address, podNetwork) {
      const where = { host: name, netns: 'host' };
      network.addNetns(where);
      const config = network.config(where);
      const gateway = podNetwork.replace(/0\/24$/, '1');
      loopback(network, where);
      config.setSysctl('net.ipv4.ip_forward', '1');
      config.addLink({ name: 'eth0', kind: 'physical', mac: macOf(address) });
      up(network, where, 'eth0');
      config.addAddress('eth0', { address, prefix: 24, scope: 'global' });
      config.addLink({ name: 'cni0', kind: 'bridge' });
      up(network, where, 'cni0');
      config.addAddress('cni0', { address: gateway, prefix: 24, scope: 'global' });
      return where;
    },
    pod(node, name, address) {
      const where = { host: node, netns: name };
      const host = { host: node, netns: 'host' };
      network.addNetns(where);
      loopback(network, where);
      const end = `veth${name}`.slice(0, 15);
      network.config(where).addLink({ name: 'eth0', kind: 'veth', peer: { ...host, name: end } });
      up(network, where, 'eth0');
      network.config(where).addAddress('eth0', { address, prefix: 24, scope: 'global' });
      network.config(where).addRoute({
        destination: 'default',
        via: address.replace(/\d+$/, '1'),
        device: 'eth0',
      });
      network.config(host).setLink(end, { up: true, master: 'cni0', hairpin: true });
      return where;
    },
  };
}

function loopback(network: Network, where: NetnsRef): void {
  up(network, where, 'lo');
  network.config(where).addAddress('lo', { address: '127.0.0.1', prefix: 8, scope: 'host' });
}

function macOf(address: string): LinkInfo['mac'] {
  const parts = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return ['02', '00', ...parts].join(':');
}

/** Two nodes, a pod or two on each, routes between them as host-gw has them. */
export function twoNodes(seed?: number) {
  const bench = createBench(seed);
  const one = bench.node('n1', '192.168.56.12', '10.244.1.0/24');
  const two = bench.node('n2', '192.168.56.13', '10.244.2.0/24');
  const cross = (from: NetnsRef, destination: string, via: string) =>
    bench.network.config(from).addRoute({ destination, via, device: 'eth0' });
  cross(one, '10.244.2.0/24', '192.168.56.13');
  cross(two, '10.244.1.0/24', '192.168.56.12');
  const client = bench.pod('n1', 'client', '10.244.1.3');
  const near = bench.pod('n1', 'near', '10.244.1.2');
  const far = bench.pod('n2', 'far', '10.244.2.2');
  return { ...bench, one, two, client, near, far };
}
