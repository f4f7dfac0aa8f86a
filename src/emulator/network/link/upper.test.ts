import { expect, test } from 'vitest';
import type { NetnsRef } from '../api.ts';
import { createBench } from '../testing.ts';

const SECOND = 1_000_000;

test.each(['macvlan', 'ipvlan'] as const)(
  '%s: reaches others on the wire, not its host',
  (kind) => {
    const { network, node, heard, run } = createBench();
    const [one, two] = [1, 2].map((n) => node(`node-${n}`, `192.168.9.${n}`, `10.244.${n}.0/24`));
    const pods = [3, 4].map((n): NetnsRef => {
      const where = { host: 'node-1', netns: `pod-${n}` };
      network.addNetns(where);
      const config = network.config(where);
      const lower = { ...(one as NetnsRef), name: 'eth0' };
      expect(config.addLink({ name: 'eth0', kind, lower })).toBeUndefined();
      config.setLink('eth0', { up: true });
      config.addAddress('eth0', { address: `192.168.9.${n}`, prefix: 24, scope: 'global' });
      return where;
    });
    const ping = (from: NetnsRef, to: string) => {
      const before = heard.length;
      network.echo(network.openIcmp(from, 'test/ping'), to, { sequence: 1, size: 56 });
      run(SECOND);
      return heard.length > before;
    };
    const [three, four] = pods as [NetnsRef, NetnsRef];
    expect(ping(three, '192.168.9.2')).toBe(true);
    expect(ping(three, '192.168.9.4')).toBe(true);
    expect(ping(two as NetnsRef, '192.168.9.4')).toBe(true);
    expect(ping(three, '192.168.9.1')).toBe(false);
    network.config(one as NetnsRef).setLink('eth0', { up: false });
    expect(ping(four, '192.168.9.2')).toBe(false);
  },
);

test('vlan: only those of the same number hear one another', () => {
  const { network, node, heard, run } = createBench();
  const nodes = [1, 2, 3].map((n) => node(`node-${n}`, `192.168.9.${n}`, `10.244.${n}.0/24`));
  for (const [index, id] of [5, 5, 6].entries()) {
    const config = network.config(nodes[index] as NetnsRef);
    const lower = { ...(nodes[index] as NetnsRef), name: 'eth0' };
    config.addLink({ name: `eth0.${id}`, kind: 'vlan', lower, options: { id } });
    config.setLink(`eth0.${id}`, { up: true });
    const address = `172.16.0.${index + 1}`;
    config.addAddress(`eth0.${id}`, { address, prefix: 24, scope: 'global' });
  }
  const from = network.openIcmp(nodes[0] as NetnsRef, 'test/ping');
  network.echo(from, '172.16.0.2', { sequence: 1, size: 56 });
  network.echo(from, '172.16.0.3', { sequence: 2, size: 56 });
  run(5 * SECOND);
  expect(heard.map(({ event }) => event)).toMatchObject([
    { kind: 'echo-reply', sequence: 1 },
    { kind: 'host-unreachable', sequence: 2 },
  ]);
});

test('netem delays, loses and doubles; a rate makes a queue', () => {
  const { network, node, heard, run } = createBench();
  const [one] = [1, 2].map((n) => node(`node-${n}`, `192.168.9.${n}`, `10.244.${n}.0/24`));
  const config = network.config(one as NetnsRef);
  const pings = (count: number) => {
    const before = heard.length;
    const socket = network.openIcmp(one as NetnsRef, 'test/ping');
    for (let sequence = 1; sequence <= count; sequence++) {
      network.echo(socket, '192.168.9.2', { sequence, size: 56 });
    }
    run(3 * SECOND);
    const replies = heard.slice(before).map(({ event }) => event);
    return replies.filter((each) => 'kind' in each && each.kind === 'echo-reply').length;
  };
  config.setQdisc('eth0', { kind: 'netem', handle: '8001:', loss: 1 });
  expect(pings(5)).toBe(0);
  config.setQdisc('eth0', { kind: 'netem', handle: '8001:', duplicate: 1 });
  expect(pings(5)).toBe(10);
  config.setQdisc('eth0', { kind: 'tbf', handle: '8001:', rate: 98, burst: 98, latency: SECOND });
  expect(pings(5)).toBe(2);
  expect(config.qdisc('eth0')).toMatchObject({ dropped: 3 });
  config.setQdisc('eth0', undefined);
  expect(pings(5)).toBe(5);
});
