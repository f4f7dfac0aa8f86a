// Plugins that give a pod a link of their own kind, or change what another one made.
import { expect, it } from 'vitest';
import { runChain } from './chain.ts';
import { collectGarbage } from './chain.ts';
import { parseList, type NetworkList } from './spec.ts';
import { createTestNode } from './testing.ts';

const request = (id: string) => ({ containerID: id, netns: `/run/netns/${id}`, ifName: 'eth0' });
const ipam = { type: 'host-local', subnet: '192.168.56.0/24', rangeStart: '192.168.56.100' };

function list(...plugins: readonly object[]): string {
  return JSON.stringify({ cniVersion: '1.0.0', name: 'n', plugins });
}

function bench(...ids: readonly string[]) {
  const made = createTestNode();
  for (const id of ids) made.addNetns(`/run/netns/${id}`);
  const link = (id: string) =>
    made.node
      .netns(`/run/netns/${id}`)
      ?.links()
      .find(({ name }) => name === 'eth0');
  return { ...made, link };
}

it.each(['macvlan', 'ipvlan', 'vlan'])('%s stands on the card of the node', (type) => {
  const { node, link } = bench('aa');
  const conf = list({ type, master: 'eth0', vlanId: 5, ipam });
  expect(runChain('ADD', conf, request('aa'), node)).toMatchObject({
    ok: true,
    result: { ips: [{ interface: 0, address: '192.168.56.100/24' }] },
  });
  const card = node.host.links().find(({ name }) => name === 'eth0');
  expect(link('aa')).toMatchObject({ kind: type, up: true, lower: { name: 'eth0' } });
  expect(link('aa')?.mac === card?.mac).toBe(type !== 'macvlan');
  expect(runChain('CHECK', conf, request('aa'), node)).toEqual({ ok: true });
  expect(runChain('DEL', conf, request('aa'), node)).toEqual({ ok: true });
  expect(link('aa')).toBeUndefined();
  const none = list({ type, master: 'eth7', ipam });
  expect(runChain('ADD', none, request('aa'), node)).toMatchObject({
    message: expect.stringMatching(/Link not found$/),
  });
});

it('host-device lends a device and gets it back under its name', () => {
  const { node, link } = bench('aa');
  node.host.addLink({ name: 'd0', kind: 'dummy' });
  const conf = list({ type: 'host-device', device: 'd0', ipam });
  expect(runChain('ADD', conf, request('aa'), node)).toMatchObject({ ok: true });
  expect(link('aa')).toMatchObject({ kind: 'dummy', up: true });
  expect(node.host.links().some(({ name }) => name === 'd0')).toBe(false);
  expect(runChain('DEL', conf, request('aa'), node)).toEqual({ ok: true });
  expect(node.host.links().some(({ name }) => name === 'd0')).toBe(true);
});

it('tuning, bandwidth and sbr work on what the bridge made', () => {
  const { node, link } = bench('aa');
  const conf = list(
    { type: 'bridge', isGateway: true, ipam: { type: 'host-local', subnet: '10.1.0.0/24' } },
    { type: 'tuning', mtu: 1400, sysctl: { 'net.ipv4.conf.IFNAME.arp_notify': '0' } },
    { type: 'bandwidth', capabilities: { bandwidth: true } },
    { type: 'sbr' },
  );
  const bandwidth = { ingressRate: 1_000_000, ingressBurst: 8_000_000 };
  const asked = { ...request('aa'), capabilities: { bandwidth } };
  expect(runChain('ADD', conf, asked, node)).toMatchObject({ ok: true });
  expect(link('aa')?.mtu).toBe(1400);
  const veth = link('aa')?.peer?.name ?? '';
  expect(node.host.qdisc(veth)).toMatchObject({ kind: 'tbf', rate: 125_000, burst: 1_000_000 });
  const pod = node.netns('/run/netns/aa');
  expect(pod?.rules()).toContainEqual(
    expect.objectContaining({ from: '10.1.0.2/32', table: '100' }),
  );
  expect(runChain('CHECK', conf, asked, node)).toEqual({ ok: true });
  expect(runChain('DEL', conf, asked, node)).toEqual({ ok: true });
  expect(runChain('ADD', list({ type: 'sbr' }), asked, node)).toMatchObject({
    message: 'plugin type="sbr" failed (add): This plugin must be called as chained plugin',
  });
});

it('dhcp has no daemon to ask', () => {
  const { node } = bench('aa');
  const conf = list({ type: 'macvlan', master: 'eth0', ipam: { type: 'dhcp' } });
  expect(runChain('ADD', conf, request('aa'), node)).toMatchObject({
    message:
      'plugin type="macvlan" failed (add): error dialing DHCP daemon: ' +
      'dial unix /run/cni/dhcp.sock: connect: no such file or directory',
  });
});

it('GC lets go of attachments that nobody asked to keep', () => {
  const { node, files } = bench('aa', 'bb');
  const text = JSON.stringify({
    cniVersion: '1.1.0',
    name: 'n',
    plugins: [{ type: 'bridge', ipam: { type: 'host-local', subnet: '10.1.0.0/24' } }],
  });
  for (const id of ['aa', 'bb']) runChain('ADD', text, request(id), node);
  files.write('/var/lib/cni/networks/n/10.1.0.9', 'cc\r\neth0');
  const valid = [{ containerID: 'bb', ifname: 'eth0' }];
  expect(collectGarbage(parseList(text) as NetworkList, valid, node)).toEqual([]);
  const leases = files.list('/var/lib/cni/networks/n');
  expect(leases).toEqual(['10.1.0.3', 'last_reserved_ip.0', 'lock']);
});
