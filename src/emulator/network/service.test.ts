import { describe, expect, it } from 'vitest';
import { SECOND } from '../world/time.ts';
import type { NetnsRef, ProbeRequest } from './api.ts';
import { parseOwn } from './netfilter/iptables/parse.ts';
import { twoNodes } from './testing.ts';

/** Rules of a node as kube-proxy and flanneld have them, for one Service with the endpoints. */
const rules = (endpoints: readonly string[]) => `*nat
:KUBE-SERVICES - [0:0]
:KUBE-SVC - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-POSTROUTING - [0:0]
-A PREROUTING -j KUBE-SERVICES
-A OUTPUT -j KUBE-SERVICES
-A POSTROUTING -j KUBE-POSTROUTING
-A KUBE-SERVICES -d 10.96.10.10/32 -p tcp -m tcp --dport 80 -j KUBE-SVC
-A KUBE-SERVICES -p tcp -m tcp --dport 30080 -m addrtype --dst-type LOCAL -j KUBE-MARK-MASQ
-A KUBE-SERVICES -p tcp -m tcp --dport 30080 -m addrtype --dst-type LOCAL -j KUBE-SVC
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -j MASQUERADE --random-fully
${endpoints
  .flatMap((ip) => [
    `-A KUBE-SVC -s ${ip}/32 -j KUBE-MARK-MASQ`,
    `-A KUBE-SVC -p tcp -j DNAT --to-destination ${ip}:8080`,
  ])
  .join('\n')}
COMMIT
*filter
-A FORWARD -d 10.96.99.99/32 -p tcp -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
-A FORWARD -d 10.96.88.88/32 -p tcp -j REJECT --reject-with icmp-admin-prohibited
COMMIT
`;

function cluster(endpoints: readonly string[]) {
  const bench = twoNodes();
  for (const node of [bench.one, bench.two]) {
    const config = bench.network.config(node);
    config.setIptables(parseOwn(rules(endpoints)));
    config.addRoute({ destination: 'default', via: '192.168.56.1', device: 'eth0' });
  }
  for (const pod of [bench.near, bench.far]) {
    bench.network.listen(pod, { address: '0.0.0.0', port: 8080 }, 'test/web');
  }
  const ask = (from: NetnsRef, address: string, port = 80, more: Partial<ProbeRequest> = {}) =>
    bench.network.probe(from, { protocol: 'TCP', to: { address, port }, ...more });
  return { ...bench, ask };
}

describe('a ClusterIP', () => {
  it('leads to an endpoint on another node, which sees the pod itself', () => {
    const { ask, client } = cluster(['10.244.2.2']);
    const found = ask(client, '10.96.10.10');
    expect(found).toMatchObject({
      ending: 'delivered',
      seenSource: '10.244.1.3',
      reached: { address: '10.244.2.2', port: 8080, netns: 'far' },
    });
    expect(found.steps.find((step) => step.rule?.chain === 'KUBE-SVC')).toMatchObject({
      layer: 'nat',
      what: 'DNAT to 10.244.2.2:8080',
      changed: { destination: ['10.96.10.10:80', '10.244.2.2:8080'] },
    });
  });

  it('leads to an endpoint on the same bridge only while iptables sees bridged answers', () => {
    const { ask, client, network, one } = cluster(['10.244.1.2']);
    expect(ask(client, '10.96.10.10').ending).toBe('delivered');
    network.config(one).setSysctl('net.bridge.bridge-nf-call-iptables', '0');
    expect(ask(client, '10.96.10.10').ending).toBe('dropped');
  });

  it('leads a pod to itself only through a hairpin', () => {
    const { ask, near, network, one } = cluster(['10.244.1.2']);
    expect(ask(near, '10.96.10.10')).toMatchObject({
      ending: 'delivered',
      seenSource: '10.244.1.1',
    });
    network.config(one).setLink('vethnear', { hairpin: false });
    const failed = ask(near, '10.96.10.10');
    expect(failed.ending).toBe('dropped');
    expect(failed.steps.at(-1)?.what).toBe('hairpin is off on vethnear');
  });

  it('refuses where there is no endpoint, with the words of the rule', () => {
    const { ask, client } = cluster([]);
    const refused = ask(client, '10.96.99.99');
    expect(refused).toMatchObject({ ending: 'refused', where: { host: 'n1', netns: 'host' } });
    const rule = refused.steps.find((step) => step.layer === 'policy')?.rule?.text;
    expect(rule).toMatch(/^-A FORWARD -d 10.96.99.99\/32 .*--reject-with icmp-port-unreachable$/);
    expect(ask(client, '10.96.88.88').ending).toBe('rejected');
  });

  it('tracks the connection on the client’s node', () => {
    const { network, client, one, run } = cluster(['10.244.2.2']);
    const socket = network.connect(client, { address: '10.96.10.10', port: 80 }, 'test/a');
    run(SECOND / 2);
    expect(network.config(one).conntrack()).toMatchObject([
      {
        original: { source: '10.244.1.3', destination: '10.96.10.10', destinationPort: 80 },
        reply: { source: '10.244.2.2', sourcePort: 8080, destination: '10.244.1.3' },
        state: 'ESTABLISHED',
        assured: true,
      },
    ]);
    expect(network.config(one).counters('nat', 'KUBE-SERVICES').rules[0]?.packets).toBe(1);
    network.close(socket);
    run(SECOND / 10);
    expect(network.config(one).conntrack()).toMatchObject([{ state: 'CLOSE_WAIT' }]);
    run(61 * SECOND);
    expect(network.config(one).conntrack()).toEqual([]);
  });
});

describe('a NodePort', () => {
  it('makes the node the source of what it forwards', () => {
    const { ask, two, one } = cluster(['10.244.2.2']);
    expect(ask(two, '192.168.56.12', 30080)).toMatchObject({
      ending: 'delivered',
      seenSource: '192.168.56.12',
    });
    expect(ask(one, '192.168.56.12', 30080)).toMatchObject({
      ending: 'delivered',
      seenSource: '192.168.56.12',
    });
  });

  it('works on 127.0.0.1 only with route_localnet', () => {
    const { ask, one, network } = cluster(['10.244.2.2']);
    expect(ask(one, '127.0.0.1', 30080).ending).not.toBe('delivered');
    network.config(one).setSysctl('net.ipv4.conf.all.route_localnet', '1');
    expect(ask(one, '127.0.0.1', 30080).ending).toBe('delivered');
  });
});

describe('rejects, as the client hears them', () => {
  const cases = [
    ['10.96.99.99', 'ECONNREFUSED', 0.01],
    // The error comes while connect() itself runs, so it counts when the SYN is sent again.
    ['10.96.88.88', 'EHOSTUNREACH', 1],
  ] as const;
  it.each(cases)('%s ends with %s after %d s', (address, errno, seconds) => {
    const { network, client, heard, run, world } = cluster([]);
    const start = world.clock.now;
    network.connect(client, { address, port: 80 }, 'test/a');
    while (heard.length === 0) run(SECOND / 1000);
    expect(heard[0]?.event).toMatchObject({ event: 'failed', errno });
    expect((world.clock.now - start) / SECOND).toBeCloseTo(seconds, 1);
  });
});
