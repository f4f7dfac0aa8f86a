import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../world/time.ts';
import { createBench, twoNodes } from '../testing.ts';

const states = (bench: ReturnType<typeof twoNodes>, where = bench.client) =>
  bench.network
    .config(where)
    .neighbours()
    .map(({ address, state }) => `${address} ${state}`);

describe('neighbours', () => {
  it('are asked for once, age, and are checked when they are used again', () => {
    const bench = twoNodes();
    const { network, client, run } = bench;
    const socket = network.openIcmp(client, 'test/a');
    const ping = () => network.echo(socket, '10.244.1.2', { sequence: 1, size: 56 });
    ping();
    run(SECOND);
    expect(states(bench)).toEqual(['10.244.1.2 REACHABLE']);
    run(MINUTE);
    expect(states(bench)).toEqual(['10.244.1.2 STALE']);
    ping();
    expect(states(bench)).toEqual(['10.244.1.2 DELAY']);
    run(4 * SECOND);
    expect(states(bench)).toEqual(['10.244.1.2 DELAY']);
    run(2 * SECOND);
    expect(states(bench)).toEqual(['10.244.1.2 REACHABLE']);
  });

  it('that are gone are found out after a while', () => {
    const bench = twoNodes();
    const { network, client, run } = bench;
    const socket = network.openIcmp(client, 'test/a');
    const ping = () => network.echo(socket, '10.244.1.2', { sequence: 1, size: 56 });
    ping();
    run(SECOND);
    network.removeNetns(bench.near);
    run(MINUTE);
    ping();
    run(9 * SECOND);
    expect(states(bench)).toEqual(['10.244.1.2 FAILED']);
  });

  it('announce themselves where arp_notify is set, so that a new owner is believed at once', () => {
    const bench = twoNodes();
    const { network, client, one, run, heard } = bench;
    const socket = network.openIcmp(client, 'test/a');
    const ping = () => network.echo(socket, '10.244.1.2', { sequence: 1, size: 56 });
    ping();
    run(SECOND);
    network.removeNetns(bench.near);
    const again = { host: 'n1', netns: 'again' };
    network.addNetns(again);
    const config = network.config(again);
    config.addLink({ name: 'eth0', kind: 'veth', peer: { ...one, name: 'vethagain' } });
    network.config(one).setLink('vethagain', { up: true, master: 'cni0' });
    config.setSysctl('net.ipv4.conf.eth0.arp_notify', '1');
    config.addAddress('eth0', { address: '10.244.1.2', prefix: 24, scope: 'global' });
    config.setLink('eth0', { up: true });
    run(SECOND);
    const before = heard.length;
    ping();
    run(SECOND);
    expect(heard.length).toBe(before + 1);
  });
});

describe('proxy ARP', () => {
  it('lets a pod with a /32 address and a made-up gateway out, as with Calico', () => {
    const bench = createBench();
    const { network } = bench;
    const node = bench.node('n1', '192.168.56.12', '10.244.1.0/24');
    const pod = { host: 'n1', netns: 'cali' };
    network.addNetns(pod);
    const inside = network.config(pod);
    inside.addLink({ name: 'eth0', kind: 'veth', peer: { ...node, name: 'cali1' } });
    inside.addAddress('eth0', { address: '10.244.9.70', prefix: 32, scope: 'global' });
    inside.setLink('eth0', { up: true });
    inside.addRoute({ destination: '169.254.1.1', device: 'eth0', scope: 'link' });
    inside.addRoute({ destination: 'default', via: '169.254.1.1', device: 'eth0' });
    const outside = network.config(node);
    outside.setLink('cali1', { up: true });
    outside.addRoute({ destination: '10.244.9.70', device: 'cali1', scope: 'link' });
    outside.addRoute({ destination: 'default', via: '192.168.56.1', device: 'eth0' });
    const ask = () =>
      network.probe(pod, { protocol: 'ICMP', to: { address: '192.168.56.12', port: 0 } });
    expect(ask().ending).toBe('unreachable');
    outside.setSysctl('net.ipv4.conf.cali1.proxy_arp', '1');
    expect(ask().ending).toBe('delivered');
  });
});

describe('rp_filter', () => {
  it('drops what would go back by another device', () => {
    const bench = twoNodes();
    const { network, one, client } = bench;
    const from = '172.20.0.1';
    network.config(client).addAddress('lo', { address: from, prefix: 32, scope: 'global' });
    network.config(one).addRoute({ destination: 'default', via: '192.168.56.1', device: 'eth0' });
    const ask = () =>
      network.probe(client, { protocol: 'TCP', to: { address: '10.244.2.2', port: 80 }, from });
    expect(ask().steps.some((step) => step.what.includes('rp_filter'))).toBe(false);
    network.config(one).setSysctl('net.ipv4.conf.all.rp_filter', '1');
    const found = ask();
    expect(found.ending).toBe('dropped');
    expect(found.steps.at(-1)?.what).toBe('dropped: rp_filter');
  });
});
