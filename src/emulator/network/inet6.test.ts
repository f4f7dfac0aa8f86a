import { expect, test } from 'vitest';
import type { NetnsRef } from './api.ts';
import { createBench, type Bench } from './testing.ts';

const SECOND = 1_000_000;

/** Two nodes with one pod each, both families on all of them. */
function dual(): Bench & { readonly nodes: NetnsRef[]; readonly pods: NetnsRef[] } {
  const bench = createBench();
  const nodes = [1, 2].map((n) => bench.node(`node-${n}`, `192.168.9.${n}`, `10.244.${n}.0/24`));
  const pods = [1, 2].map((n) => bench.pod(`node-${n}`, `pod-${n}`, `10.244.${n}.5`));
  for (const n of [1, 2]) {
    const node = bench.network.config(nodes[n - 1] as NetnsRef);
    const pod = bench.network.config(pods[n - 1] as NetnsRef);
    const [other, global] = [3 - n, { scope: 'global', prefix: 64 } as const];
    node.setSysctl('net.ipv6.conf.all.forwarding', '1');
    node.addAddress('eth0', { address: `fd00:9::${n}`, ...global });
    node.addAddress('cni0', { address: `fd00:${n}::1`, ...global });
    node.addRoute({ destination: `fd00:${other}::/64`, via: `fd00:9::${other}`, device: 'eth0' });
    pod.addAddress('eth0', { address: `fd00:${n}::5`, ...global });
    expect(
      pod.addRoute({ destination: '::/0', via: `fd00:${n}::1`, device: 'eth0' }),
    ).toBeUndefined();
  }
  return { ...bench, nodes, pods };
}

test('an echo request finds its way over two nodes by neighbour discovery', () => {
  const { network, pods, nodes, heard, run } = dual();
  const [from, to] = pods as [NetnsRef, NetnsRef];
  const socket = network.openIcmp(from, 'test/ping');
  expect(network.echo(socket, 'fd00:2::5', { sequence: 1, size: 56 })).toBeUndefined();
  run(SECOND);
  expect(heard.map(({ event }) => event)).toMatchObject([
    { event: 'icmp', kind: 'echo-reply', from: 'fd00:2::5', ttl: 62, size: 64 },
  ]);
  const known = network.config(nodes[0] as NetnsRef).neighbours();
  expect(known.map(({ address, device }) => `${address} ${device}`)).toEqual([
    'fd00:1::5 cni0',
    'fd00:9::2 eth0',
  ]);
  expect(network.config(to).neighbours()).toMatchObject([{ address: 'fd00:2::1' }]);
});

test('TCP and UDP go over IPv6, to sockets of that family or of both', () => {
  const { network, pods, heard, run } = dual();
  const [from, to] = pods as [NetnsRef, NetnsRef];
  network.listen(to, { address: '*', port: 80 }, 'test/both');
  network.listen(to, { address: '0.0.0.0', port: 81 }, 'test/four');
  network.connect(from, { address: 'fd00:2::5', port: 80 }, 'test/a');
  network.connect(from, { address: '10.244.2.5', port: 80 }, 'test/b');
  network.connect(from, { address: 'fd00:2::5', port: 81 }, 'test/c');
  network.connect(from, { address: 'fd00:2::9', port: 80 }, 'test/d');
  run(5 * SECOND);
  const told = heard.map(({ to: owner, event }) => [owner, event.event, 'errno' in event]);
  expect(told).toContainEqual(['test/a', 'connected', false]);
  expect(told).toContainEqual(['test/c', 'failed', true]);
  expect(heard.find((each) => each.to === 'test/d')?.event).toMatchObject({
    errno: 'EHOSTUNREACH',
  });
  expect(
    network.probe(from, { protocol: 'TCP', to: { address: 'fd00:2::5', port: 80 } }),
  ).toMatchObject({
    ending: 'delivered',
    seenSource: 'fd00:1::5',
  });
});

test('what is too big, too old or without a way is told of', () => {
  const { network, pods, nodes, heard, run } = dual();
  const from = pods[0] as NetnsRef;
  network.config(nodes[0] as NetnsRef).setLink('eth0', { mtu: 1400 });
  const ask = (to: string, options: { size: number; ttl?: number }) => {
    const socket = network.openIcmp(from, 'test/ping');
    network.echo(socket, to, { sequence: 1, ...options });
    run(4 * SECOND);
    const { event } = heard.at(-1) ?? {};
    return event?.event === 'icmp' ? [event.kind, event.from, event.mtu] : event;
  };
  expect(ask('fd00:2::5', { size: 1400 })).toEqual(['frag-needed', 'fd00:1::1', 1400]);
  expect(ask('fd00:2::5', { size: 56, ttl: 1 })).toEqual(['time-exceeded', 'fd00:1::1', undefined]);
  expect(ask('fd77::1', { size: 56 })).toEqual(['net-unreachable', 'fd00:1::1', undefined]);
  expect(ask('fd00:2::77', { size: 56 })).toEqual(['host-unreachable', 'fd00:9::2', undefined]);
});

test('a link that goes down loses its IPv6 addresses for good', () => {
  const { network, pods } = dual();
  const pod = network.config(pods[0] as NetnsRef);
  pod.setLink('eth0', { up: false });
  pod.setLink('eth0', { up: true });
  expect(pod.links().find(({ name }) => name === 'eth0')?.addresses).toMatchObject([
    { address: '10.244.1.5' },
  ]);
  expect(pod.routes('main', 'inet6').map(({ destination }) => destination)).toEqual(['fe80::/64']);
});
