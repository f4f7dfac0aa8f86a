// kube-proxy's table, loaded into the nodes of a small network and asked by packets.
import { describe, expect, it } from 'vitest';
import type { NetnsRef } from '../../network/api.ts';
import { noTables } from '../../network/netfilter/nftables/ast.ts';
import { runText } from '../../network/netfilter/nftables/parse.ts';
import { printRuleset } from '../../network/netfilter/nftables/print.ts';
import { plainPrint } from '../../network/netfilter/nftables/print-expr.ts';
import { twoNodes } from '../../network/testing.ts';
import {
  allServicePorts,
  endpointsByPort,
  type EndpointSliceObject,
  type ServiceObject,
} from '../services.ts';
import { withPlan } from './load.ts';
import { plan } from './plan.ts';

const service = (name: string, clusterIP: string, more: object = {}): ServiceObject => ({
  metadata: { name, namespace: 'default' },
  spec: { clusterIP, ports: [{ port: 80 }], ...more },
});

const slice = (name: string, ...addresses: readonly string[]): EndpointSliceObject => ({
  metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: addresses.map((each) => ({ addresses: [each], conditions: { ready: true } })),
  ports: [{ port: 8080 }],
});

const services = [
  service('web', '10.96.10.10', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] }),
  service('sticky', '10.96.30.30', { sessionAffinity: 'ClientIP' }),
  service('empty', '10.96.99.99'),
];
const slices = [slice('web', '10.244.2.2'), slice('sticky', '10.244.1.2', '10.244.2.2')];

function planned(given: readonly ServiceObject[] = services) {
  return plan(allServicePorts(given, 'IPv4'), endpointsByPort(slices, 'IPv4', 'one'), {
    family: 'IPv4',
    node: { name: 'one', labels: {} },
    nodeIP: '192.168.56.11',
    nodeAddresses: ['127.0.0.1', '192.168.56.11', '192.168.56.12'],
    localTraffic: { ifLocal: 'ip saddr 10.244.0.0/16', ifNotLocal: 'ip saddr != 10.244.0.0/16' },
    masqueradeAll: false,
    masqueradeMark: '0x4000',
    nodePortAddresses: ['192.168.56.0/24'],
    serviceCIDRs: ['10.96.0.0/12'],
  });
}

function cluster() {
  const bench = twoNodes();
  const { rules } = withPlan(noTables, planned(), { now: 0, stale: {} });
  for (const node of [bench.one, bench.two]) {
    bench.network.config(node).setNftables(rules);
    bench.network
      .config(node)
      .addRoute({ destination: 'default', via: '192.168.56.1', device: 'eth0' });
  }
  for (const pod of [bench.near, bench.far]) {
    bench.network.listen(pod, { address: '0.0.0.0', port: 8080 }, 'test/web');
  }
  const ask = (from: NetnsRef, address: string, port = 80) =>
    bench.network.probe(from, { protocol: 'TCP', to: { address, port } });
  return { ...bench, ask };
}

describe('packets', () => {
  it('to a ClusterIP reach an endpoint, by the rule that is told', () => {
    const { ask, client } = cluster();
    const found = ask(client, '10.96.10.10');
    expect(found).toMatchObject({ ending: 'delivered', seenSource: '10.244.1.3' });
    expect(found.reached).toMatchObject({ address: '10.244.2.2', port: 8080, netns: 'far' });
    const step = found.steps.find(({ layer }) => layer === 'nat');
    expect(step?.rule).toEqual({
      table: 'ip kube-proxy',
      chain: 'service-PFISGYVC-default/web/tcp/',
      text: 'meta l4proto tcp dnat ip to numgen random mod 1 map { 0 : 10.244.2.2 . 8080 }',
    });
  });

  it('are refused without endpoints and at other ports, dropped where nothing is', () => {
    const { ask, client } = cluster();
    expect(ask(client, '10.96.99.99').ending).toBe('refused');
    expect(ask(client, '10.96.10.10', 81).ending).toBe('refused');
    expect(ask(client, '10.96.77.77').ending).toBe('dropped');
  });

  it('to a node port come from the node', () => {
    const { ask, two } = cluster();
    const found = ask(two, '192.168.56.11', 30_080);
    expect(found).toMatchObject({ ending: 'delivered', reached: { netns: 'far' } });
  });

  it('of one client stay with one endpoint, while the set remembers it', () => {
    const { network, client, run, heard, one } = cluster();
    const to = { address: '10.96.30.30', port: 80 };
    for (let i = 0; i < 6; i++) {
      network.connect(client, to, 'test/client');
      run(1_000_000);
    }
    expect(heard.filter(({ event }) => event.event === 'connected')).toHaveLength(6);
    const live = network.config(one).nftablesLive();
    const table = network.config(one).nftables().tables[0];
    const sets = (table?.sets ?? []).filter(({ name }) => name.startsWith('affinity-'));
    const remembered = sets.map((set) => live.elements(table as never, set).length);
    expect(remembered.toSorted()).toEqual([0, 1]);
    const chosen = network.config(one).conntrack() as unknown as { reply: { source: string } }[];
    expect(new Set(chosen.map(({ reply }) => reply.source)).size).toBe(1);
  });
});

describe('the table', () => {
  it('can be read again as it is printed', () => {
    const { rules } = withPlan(noTables, planned(), { now: 0, stale: {} });
    const text = printRuleset(rules, plainPrint);
    const again = runText(noTables, { name: 'test', lines: text.split('\n') });
    expect(again.problems).toEqual([]);
    expect(printRuleset(again.rules, plainPrint)).toBe(text);
  });

  it('keeps what is not due, empties chains at once and deletes them a second later', () => {
    const first = withPlan(noTables, planned(), { now: 0, stale: {} });
    const fewer = planned(services.slice(1));
    const changed = new Set(['default/web']);
    const second = withPlan(first.rules, fewer, { now: 5_000_000, stale: first.stale, changed });
    const chains = (rules: typeof first.rules) => rules.tables[0]?.chains ?? [];
    const sticky = (rules: typeof first.rules) =>
      chains(rules).filter(({ name }) => name.includes('/sticky/'));
    expect(sticky(second.rules)).toEqual(sticky(first.rules));
    const web = chains(second.rules).filter(({ name }) => name.includes('/web/'));
    expect(web.map(({ rules }) => rules.length)).toEqual([0, 0]);
    const third = withPlan(second.rules, fewer, { now: 9_000_000, stale: second.stale, changed });
    expect(chains(third.rules).some(({ name }) => name.includes('/web/'))).toBe(false);
    expect(third.stale).toEqual({});
  });
});
