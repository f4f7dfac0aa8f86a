import { expect, test } from 'vitest';
import { createBench, type Bench } from '../../testing.ts';
import type { NetnsRef } from '../../api.ts';
import { privateKey, publicKey } from './keys.ts';

const SECOND = 1_000_000;
const secret = (n: number) => privateKey(String(n).repeat(64).slice(0, 64));

/** Two nodes with a pod each, whose networks reach one another through wg0 only. */
function tunnelled(): Bench & { readonly pods: NetnsRef[]; readonly nodes: NetnsRef[] } {
  const bench = createBench();
  const nodes = [1, 2].map((n) => bench.node(`node-${n}`, `192.168.9.${n}`, `10.244.${n}.0/24`));
  const pods = [1, 2].map((n) => bench.pod(`node-${n}`, `pod-${n}`, `10.244.${n}.5`));
  for (const n of [1, 2]) {
    const config = bench.network.config(nodes[n - 1] as NetnsRef);
    const other = 3 - n;
    config.addLink({ name: 'wg0', kind: 'wireguard' });
    config.setWireguard('wg0', {
      privateKey: secret(n),
      listenPort: 51_820,
      peers: [
        {
          publicKey: publicKey(secret(other)) as string,
          endpoint: { address: `192.168.9.${other}`, port: 51_820 },
          allowedIps: [`10.244.${other}.0/24`],
        },
      ],
    });
    config.setLink('wg0', { up: true });
    config.addRoute({ destination: `10.244.${other}.0/24`, device: 'wg0' });
  }
  return { ...bench, pods, nodes };
}

const ping = ({ network, pods, heard, run }: ReturnType<typeof tunnelled>, source = 0) => {
  const before = heard.length;
  const socket = network.openIcmp(pods[source] as NetnsRef, 'test/ping');
  network.echo(socket, `10.244.${2 - source}.5`, { sequence: 1, size: 56 });
  run(SECOND);
  return heard.slice(before).map(({ event }) => (event.event === 'icmp' ? event.kind : ''));
};

test('the public key of RFC 7748 belongs to its private key', () => {
  const hex = '77076d0a7318a57d3c16c17251b26645ba9ab3f1b2b5d7a8c6a1c0e3b0f4a2c1';
  const key = privateKey(hex);
  expect(publicKey(key)).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  expect(publicKey('dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=')).toBe(
    'hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=',
  );
});

test('packets go to the peer whose networks hold them, after a handshake', () => {
  const bench = tunnelled();
  expect(ping(bench)).toEqual(['echo-reply']);
  const [peer] = bench.network.config(bench.nodes[0] as NetnsRef).wireguard('wg0')?.peers ?? [];
  // 148 and 92 bytes of handshake, then 96 of a packet's 84 and 32 around it.
  expect(peer).toMatchObject({ sent: 148 + 128, received: 92 + 128 });
  expect(ping(bench, 1)).toEqual(['echo-reply']);
});

test('a peer is refused without the key, and so is a source that it may not have', () => {
  const bench = tunnelled();
  const second = bench.network.config(bench.nodes[1] as NetnsRef);
  const info = second.wireguard('wg0');
  const [peer] = info?.peers ?? [];
  if (!info || !peer) throw new Error('no device');
  second.setWireguard('wg0', { ...info, peers: [{ ...peer, allowedIps: ['10.9.0.0/16'] }] });
  expect(ping(bench)).toEqual([]);
  expect(bench.network.recentTraces(1)[0]?.steps.at(-1)?.what).toContain('allowed-ips');
  second.setWireguard('wg0', { ...info, peers: [] });
  bench.run(200 * SECOND);
  expect(ping(bench)).toEqual([]);
  second.setWireguard('wg0', { ...info, peers: [peer] });
  bench.run(10 * SECOND);
  expect(ping(bench)).toEqual(['echo-reply']);
});
