import { expect, it } from 'vitest';
import { parseOwn } from '../netfilter/iptables/parse.ts';
import { twoNodes } from '../testing.ts';
import type { VirtualServer } from './types.ts';

const RULES = `*nat
:KUBE-MARK-MASQ - [0:0]
-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE
-A PREROUTING ! -s 10.244.0.0/16 -d 10.96.10.10/32 -j KUBE-MARK-MASQ
-A OUTPUT ! -s 10.244.0.0/16 -d 10.96.10.10/32 -j KUBE-MARK-MASQ
-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000
COMMIT
`;

function serve() {
  const bench = twoNodes();
  const { network, one, near, far } = bench;
  const config = network.config(one);
  config.setIptables(parseOwn(RULES));
  config.setSysctl('net.ipv4.vs.conntrack', '1');
  config.addLink({ name: 'kube-ipvs0', kind: 'dummy' });
  config.addAddress('kube-ipvs0', { address: '10.96.10.10', prefix: 32, scope: 'global' });
  const real = (address: string) =>
    ({ address, port: 8080, weight: 1, method: 'masq', upper: 0, lower: 0 }) as const;
  const server: VirtualServer = {
    protocol: 'tcp',
    address: '10.96.10.10',
    port: 80,
    scheduler: 'rr',
    flags: [],
    order: 1,
    realServers: [real('10.244.2.2'), real('10.244.1.2')],
  };
  config.ipvs.write([['tcp-10.96.10.10-80', server]]);
  for (const pod of [near, far]) {
    network.listen(pod, { address: '0.0.0.0', port: 8080 }, 'test/server');
  }
  return { ...bench, config, server };
}

it('sends connections to real servers by turns, and their answers come from the address', () => {
  const { network, client, run, heard, config, server } = serve();
  for (let i = 0; i < 4; i++) {
    network.connect(client, { address: '10.96.10.10', port: 80 }, 'test/client');
    run(1_000_000);
  }
  const peers = heard.flatMap(({ event }) =>
    event.event === 'connected' ? [event.peer.address] : [],
  );
  expect(peers).toEqual(['10.96.10.10', '10.96.10.10', '10.96.10.10', '10.96.10.10']);
  const loads = server.realServers.map((real) => config.ipvs.load(server, real).active);
  expect(loads).toEqual([2, 2]);
  expect(config.ipvs.stats(server).totals.connections).toBe(4);
  const [entry] = config.conntrack() as unknown as { reply: { sourcePort: number } }[];
  expect(entry?.reply.sourcePort).toBe(8080);
});

it('masquerades what the node itself asks, because its source is the address', () => {
  const { network, one, run, heard } = serve();
  network.connect(one, { address: '10.96.10.10', port: 80 }, 'test/node');
  network.connect(one, { address: '10.96.10.10', port: 80 }, 'test/node');
  run(2_000_000);
  const from = heard.flatMap(({ event }) =>
    event.event === 'accepted' ? [event.peer.address] : [],
  );
  expect(from.toSorted()).toEqual(['10.244.1.1', '192.168.56.12']);
});

it('refuses at once without real servers, and forgets what has run out', () => {
  const { network, client, run, heard, config, server } = serve();
  network.connect(client, { address: '10.96.10.10', port: 80 }, 'test/client');
  run(1_000_000);
  expect(config.ipvs.connections()).toHaveLength(1);
  run(901_000_000);
  expect(config.ipvs.connections()).toHaveLength(0);
  config.ipvs.write([['tcp-10.96.10.10-80', { ...server, realServers: [] }]]);
  network.connect(client, { address: '10.96.10.10', port: 80 }, 'test/late');
  run(100_000);
  expect(heard.at(-1)?.event).toMatchObject({ event: 'failed', errno: 'ECONNREFUSED' });
});
