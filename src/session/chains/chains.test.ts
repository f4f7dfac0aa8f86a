import { beforeAll, expect, it } from 'vitest';
import { boot } from '../../emulator/cluster/boot.ts';
import type { Cluster } from '../../emulator/cluster/api.ts';
import { chainWalk, spread } from './index.ts';
import { factsOf, servicePortsOf } from './facts.ts';
import { iptablesView } from './iptables.ts';

let cluster: Cluster;

beforeAll(() => {
  cluster = boot('two-nodes', { seed: 7 });
  const done = cluster.script(
    [
      'kubectl create deployment web --image=nginx --replicas=3',
      'kubectl expose deployment web --port=80 --type=NodePort',
      'kubectl create service clusterip none --tcp=80',
      'kubectl run client --image=nicolaka/netshoot -- sleep 9999',
      'kubectl wait --for=condition=Ready pod --all && sleep 5',
    ].join('\n'),
  );
  expect(done.exit).toBe(0);
});

it('reads the chances of each endpoint from the rules that are loaded', () => {
  const answer = chainWalk(cluster, { service: 'default/web' });
  const [iptables] = answer.modes;
  expect(answer.modes.filter(({ active }) => active).map(({ mode }) => mode)).toEqual(['iptables']);
  expect(iptables?.entry.map(({ place }) => place)).toEqual([
    ...['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-NODEPORTS'],
  ]);
  expect(iptables?.choices).toHaveLength(3);
  expect(iptables?.choices.map(({ arrives }) => arrives.toFixed(2))).toEqual([
    '0.33',
    '0.50',
    '1.00',
  ]);
  for (const { all } of iptables?.choices ?? []) expect(all).toBeCloseTo(1 / 3, 6);
  expect(iptables?.lines.filter((line) => line.includes('DNAT'))).toHaveLength(3);
});

it('computes the same lines as are loaded', () => {
  const port = servicePortsOf(cluster).find(({ service }) => service === 'web')!;
  const facts = factsOf(cluster, port, 'worker-1');
  expect(iptablesView(facts, false).lines).toEqual(iptablesView(facts, true).lines);
});

it('shows what refuses where there is no endpoint', () => {
  const [iptables] = chainWalk(cluster, { service: 'default/none' }).modes;
  expect(iptables?.choices).toEqual([]);
  expect(iptables?.refuses[0]).toContain('has no endpoints');
});

it('spreads packets as the chances say, and leaves the cluster as it was', () => {
  const { address = '' } = chainWalk(cluster, { service: 'default/web' });
  const before = cluster.world.store.revision;
  const request = { from: 'default/client', to: address, port: 80, protocol: 'TCP' as const };
  const { reached, sent, last } = spread(cluster, { ...request, times: 300, turn: 1 });
  expect(cluster.world.store.revision).toBe(before);
  expect(sent).toBe(300);
  expect(Object.keys(reached)).toHaveLength(3);
  for (const count of Object.values(reached)) expect(Math.abs(count - 100)).toBeLessThan(35);
  expect(last.some((text) => text.includes('-j DNAT'))).toBe(true);
});

it('computes what would be, where something is supposed', () => {
  const [endpoint = ''] = Object.keys(
    Object.fromEntries(
      chainWalk(cluster, { service: 'default/web' }).modes[0]!.choices.map((c) => [c.endpoint, 1]),
    ),
  );
  const suppose = { without: [endpoint], affinity: true };
  const { modes, supposed } = chainWalk(cluster, { service: 'default/web', suppose });
  expect(supposed).toBe(true);
  expect(modes[0]?.choices.map(({ arrives }) => arrives.toFixed(2))).toEqual(['0.50', '1.00']);
  expect(modes[0]?.affinity).toHaveLength(2);
});

it('shows the other modes as kube-proxy would load them, with the same doors', () => {
  const { modes } = chainWalk(cluster, { service: 'default/web' });
  const [iptables, nftables, ipvs] = modes;
  expect(modes.map(({ mode }) => mode)).toEqual(['iptables', 'nftables', 'ipvs']);
  const doors = iptables?.choices.map(({ endpoint }) => endpoint);
  expect(nftables?.choices.map(({ endpoint }) => endpoint)).toEqual(doors);
  expect(ipvs?.choices.map(({ endpoint }) => endpoint)).toEqual(doors);
  expect(nftables?.entry.map(({ place }) => place)).toEqual(['service-ips', 'service-nodeports']);
  expect(nftables?.lines.some((line) => line.includes('numgen random mod 3 map'))).toBe(true);
  const none = chainWalk(cluster, { service: 'default/none' }).modes[1];
  expect(none?.refuses[0]).toContain('goto reject-chain');
  const sticky = chainWalk(cluster, { service: 'default/web', suppose: { affinity: true } });
  expect(sticky.modes[1]?.affinity).toHaveLength(3);
  expect(sticky.modes[1]?.choices.map(({ endpoint }) => endpoint)).toEqual(doors);
  expect(sticky.modes[2]?.affinity[0]).toContain('persistent 10800');
});
