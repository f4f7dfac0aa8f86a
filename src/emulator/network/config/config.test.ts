import { describe, expect, it } from 'vitest';
import { parseOwn } from '../netfilter/iptables/parse.ts';
import type { RouteInfo } from '../api.ts';
import { createBench, twoNodes } from '../testing.ts';

const line = ({ kind, destination, via, device, source }: RouteInfo) =>
  [kind && kind !== 'unicast' ? kind : '', destination, via ? `via ${via}` : '', device, source]
    .filter(Boolean)
    .join(' ');

describe('routes', () => {
  it('stand in the order of the kernel, with those of addresses among them', () => {
    const { network, one } = twoNodes();
    const config = network.config(one);
    config.addRoute({ destination: 'default', via: '192.168.56.1', device: 'eth0' });
    expect(config.routes().map(line)).toEqual([
      'default via 192.168.56.1 eth0',
      '10.244.1.0/24 cni0 10.244.1.1',
      '10.244.2.0/24 via 192.168.56.13 eth0',
      '192.168.56.0/24 eth0 192.168.56.12',
    ]);
    expect(config.routes('local').map(line)).toEqual([
      'local 10.244.1.1 cni0 10.244.1.1',
      'broadcast 10.244.1.255 cni0 10.244.1.1',
      'local 127.0.0.0/8 lo 127.0.0.1',
      'local 127.0.0.1 lo 127.0.0.1',
      'broadcast 127.255.255.255 lo 127.0.0.1',
      'local 192.168.56.12 eth0 192.168.56.12',
      'broadcast 192.168.56.255 eth0 192.168.56.12',
    ]);
  });

  it('refuse what cannot be', () => {
    const { network, one } = twoNodes();
    const { addRoute, removeRoute } = network.config(one);
    const to = (destination: string, via: string, device = 'eth0') =>
      addRoute({ destination, via, device });
    expect(to('10.9.0.0/16', '172.16.0.1')).toBe('ENETUNREACH');
    expect(to('10.244.2.0/24', '192.168.56.13')).toBe('EEXIST');
    expect(addRoute({ destination: '10.9.0.0/16', device: 'eth7' })).toBe('ENODEV');
    expect(removeRoute({ destination: '10.9.0.0/16' })).toBe('ESRCH');
  });

  it('of a link that was down do not come back, except for its addresses’ own', () => {
    const { network, one } = twoNodes();
    const config = network.config(one);
    config.setLink('eth0', { up: false });
    expect(config.routes().map(line)).toEqual(['10.244.1.0/24 cni0 10.244.1.1']);
    config.setLink('eth0', { up: true });
    expect(config.routes().map(line)).toEqual([
      '10.244.1.0/24 cni0 10.244.1.1',
      '192.168.56.0/24 eth0 192.168.56.12',
    ]);
  });

  it('are told for one address, with the source', () => {
    const { network, one } = twoNodes();
    const { routeTo } = network.config(one);
    expect(routeTo('10.244.2.2')).toEqual({
      destination: '10.244.2.2',
      via: '192.168.56.13',
      device: 'eth0',
      source: '192.168.56.12',
    });
    expect(routeTo('8.8.8.8')).toBeUndefined();
  });
});

describe('links', () => {
  it('of a veth pair come and go together, over namespaces', () => {
    const { network, one, client } = twoNodes();
    const names = () =>
      network
        .config(one)
        .links()
        .map((link) => link.name);
    expect(names()).toEqual(['lo', 'eth0', 'cni0', 'vethclient', 'vethnear']);
    expect(network.config(client).links()[1]?.peer).toMatchObject({ name: 'vethclient', index: 4 });
    network.config(client).removeLink('eth0');
    expect(names()).toEqual(['lo', 'eth0', 'cni0', 'vethnear']);
    network.removeNetns({ host: 'n1', netns: 'near' });
    expect(names()).toEqual(['lo', 'eth0', 'cni0']);
    expect(network.hasNetns({ host: 'n1', netns: 'near' })).toBe(false);
  });

  it('may be renamed; addresses, routes and ports follow', () => {
    const { network, one, client } = twoNodes();
    network.config(one).setLink('cni0', { name: 'br0' });
    const links = network.config(one).links();
    expect(links.find((link) => link.name === 'br0')?.addresses[0]?.address).toBe('10.244.1.1');
    expect(links.find((link) => link.name === 'vethnear')?.master).toBe('br0');
    expect(network.config(one).routes().map(line)).toContain('10.244.1.0/24 br0 10.244.1.1');
    const asked = { protocol: 'ICMP', to: { address: '10.244.1.2', port: 0 } } as const;
    expect(network.probe(client, asked).ending).toBe('delivered');
  });

  it('have names of 15 characters at most, once each', () => {
    const bench = createBench();
    const node = bench.node('n1', '192.168.56.12', '10.244.1.0/24');
    const { addLink, setLink } = bench.network.config(node);
    expect(addLink({ name: 'a-name-too-long-for-it', kind: 'dummy' })).toBe('EINVAL');
    expect(addLink({ name: 'cni0', kind: 'bridge' })).toBe('EEXIST');
    expect(setLink('nothing', { up: true })).toBe('ENODEV');
  });
});

describe('counters', () => {
  it('stay with a rule when another comes before it', () => {
    const { network, client, far, run } = twoNodes();
    const config = network.config(far);
    const load = (text: string) => config.setIptables(parseOwn(`*filter\n${text}\nCOMMIT\n`));
    load('-A INPUT -p icmp -j ACCEPT');
    const socket = network.openIcmp(client, 'test/a');
    network.echo(socket, '10.244.2.2', { sequence: 1, size: 56 });
    run(1_000_000);
    load('-A INPUT -p tcp -j DROP\n-A INPUT -p icmp -j ACCEPT');
    expect(config.counters('filter', 'INPUT').rules).toEqual([
      { packets: 0, bytes: 0 },
      { packets: 1, bytes: 84 },
    ]);
    config.zeroCounters('filter');
    expect(config.counters('filter', 'INPUT').rules[1]).toEqual({ packets: 0, bytes: 0 });
  });
});
