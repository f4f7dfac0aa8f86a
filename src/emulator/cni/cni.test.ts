import { describe, expect, it } from 'vitest';
import { print } from '../network/netfilter/iptables/print.ts';
import { runChain } from './chain.ts';
import { conflist, planRoutes, subnetEnv, writeRules } from './flannel/routes.ts';
import { invoke } from './invoke.ts';
import { sha512 } from '../apimachinery/sha512.ts';
import { configFiles, loadNetwork } from './spec.ts';
import { createTestNode } from './testing.ts';

const course = JSON.stringify({
  cniVersion: '0.4.0',
  name: 'mynet',
  type: 'bridge',
  bridge: 'cni0',
  isGateway: true,
  ipMasq: true,
  ipam: { type: 'host-local', subnet: '10.22.0.0/16', routes: [{ dst: '0.0.0.0/0' }] },
});

const request = (id: string, netns = `/run/netns/${id}`) => ({
  containerID: id,
  netns,
  ifName: 'eth0',
});

describe('a chain with one bridge', () => {
  it('attaches pods: addresses in order, routes, masquerade, a lease file each', () => {
    const { node, files, addNetns } = createTestNode();
    for (const id of ['aa', 'bb']) addNetns(`/run/netns/${id}`);
    const first = runChain('ADD', course, request('aa'), node);
    const second = runChain('ADD', course, request('bb'), node);
    expect(first).toMatchObject({
      ok: true,
      result: {
        cniVersion: '0.4.0',
        interfaces: [{ name: 'cni0' }, {}, { name: 'eth0', sandbox: '/run/netns/aa' }],
        ips: [{ version: '4', interface: 2, address: '10.22.0.2/16', gateway: '10.22.0.1' }],
        routes: [{ dst: '0.0.0.0/0' }],
        dns: {},
      },
    });
    expect(second).toMatchObject({ result: { ips: [{ address: '10.22.0.3/16' }] } });
    expect(files.all.get('/var/lib/cni/networks/mynet/10.22.0.2')).toBe('aa\r\neth0');
    expect(files.all.get('/var/lib/cni/networks/mynet/last_reserved_ip.0')).toBe('10.22.0.3');
    const pod = node.netns('/run/netns/aa')!;
    expect(pod.routes().map(({ destination, via }) => [destination, via])).toEqual([
      ['default', '10.22.0.1'],
      ['10.22.0.0/16', undefined],
    ]);
    const text = print(node.host.iptables());
    expect(text).toContain('-d 10.22.0.0/16 -m comment --comment "name: \\"mynet\\" id: \\"aa\\""');
    expect(node.host.sysctl('net.ipv4.ip_forward')).toBe('1');
  });

  it('lets a pod go, and says nothing when it is gone already', () => {
    const { node, files, addNetns } = createTestNode();
    addNetns('/run/netns/aa');
    runChain('ADD', course, request('aa'), node);
    for (let i = 0; i < 2; i++) {
      expect(runChain('DEL', course, request('aa'), node)).toEqual({ ok: true });
    }
    expect(files.all.has('/var/lib/cni/networks/mynet/10.22.0.2')).toBe(false);
    expect(print(node.host.iptables())).not.toContain('CNI-');
    addNetns('/run/netns/bb');
    const next = runChain('ADD', course, request('bb'), node);
    expect(next).toMatchObject({ result: { ips: [{ address: '10.22.0.3/16' }] } });
  });

  it('leaves the interface of a failed ADD in the pod', () => {
    const { node, addNetns } = createTestNode();
    addNetns('/run/netns/aa');
    const bad = course.replace('10.22.0.0/16', '10.22.1.5/16');
    const failed = 'plugin type="bridge" name="mynet" failed (add): ';
    expect(runChain('ADD', bad, request('aa'), node)).toMatchObject({
      message:
        failed +
        'invalid range set 0: Network has host bits set. ' +
        'For a subnet mask of length 16 the network address is 10.22.0.0',
    });
    expect(runChain('ADD', course, request('aa'), node)).toMatchObject({
      message: `${failed}container veth name provided (eth0) already exists`,
    });
  });
});

describe('flannel', () => {
  it('delegates to bridge with the subnet of the node, and portmap adds host ports', () => {
    const { node, files, addNetns } = createTestNode();
    addNetns('/run/netns/aa');
    const asked = {
      ...request('aa'),
      capabilities: {
        portMappings: [{ hostPort: 8088, containerPort: 80, protocol: 'tcp' }],
      },
    };
    const early = runChain('ADD', conflist, asked, node);
    expect(early).toMatchObject({
      message:
        'plugin type="flannel" failed (add): loadFlannelSubnetEnv failed: ' +
        'open /run/flannel/subnet.env: no such file or directory',
    });
    files.write('/run/flannel/subnet.env', subnetEnv('10.244.0.0/16', '10.244.1.0/24', 1500, true));
    const done = runChain('ADD', conflist, asked, node);
    expect(done).toMatchObject({ ok: true, result: { ips: [{ address: '10.244.1.2/24' }] } });
    expect(
      node
        .netns('/run/netns/aa')!
        .routes()
        .map((route) => route.destination),
    ).toEqual(['default', '10.244.0.0/16', '10.244.1.0/24']);
    expect(print(node.host.iptables())).toContain('--to-destination 10.244.1.2:80');
    expect(runChain('DEL', conflist, asked, node)).toEqual({ ok: true });
    expect(print(node.host.iptables())).not.toContain('10.244.1.2');
  });

  it('plans a route for each other node and drops those of nodes that are gone', () => {
    const nodes = [
      { name: 'n1', address: '192.168.56.12', podCIDR: '10.244.1.0/24' },
      { name: 'n2', address: '192.168.56.13', podCIDR: '10.244.2.0/24' },
    ];
    const old = { destination: '10.244.3.0/24', via: '192.168.56.14', device: 'eth0' };
    const plan = planRoutes('n1', nodes, 'eth0', '10.244.0.0/16', [old]);
    expect(plan.add).toEqual([
      { destination: '10.244.2.0/24', via: '192.168.56.13', device: 'eth0' },
    ]);
    expect(plan.remove).toEqual([old]);
  });

  it('writes its rules once', () => {
    const { node } = createTestNode();
    const write = () =>
      writeRules(node.host, '10.244.0.0/16', '10.244.1.0/24', { ipMasq: true, forward: true });
    write();
    const text = print(node.host.iptables());
    write();
    expect(print(node.host.iptables())).toBe(text);
    expect(text).toContain(
      '-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -m comment --comment "flanneld masq"',
    );
  });
});

describe('configuration files', () => {
  it('are tried in the order of their names', () => {
    const { files } = createTestNode();
    expect(loadNetwork(files)).toMatchObject({ error: expect.stringContaining('not initialized') });
    files.write(
      '/etc/cni/net.d/99-loopback.conf',
      '{"cniVersion":"0.4.0","name":"lo","type":"loopback"}',
    );
    files.write('/etc/cni/net.d/10-flannel.conflist', conflist);
    files.write('/etc/cni/net.d/README', '');
    expect(configFiles(files).length).toBe(2);
    expect(loadNetwork(files)).toMatchObject({ list: { name: 'cbr0' } });
  });
});

describe('an executable run by hand', () => {
  it('checks its variables and its standard input', () => {
    const { node } = createTestNode();
    const env = { CNI_COMMAND: 'ADD', CNI_NETNS: '/run/netns/a', CNI_PATH: '/opt/cni/bin' };
    expect(invoke('bridge', env, course, node).stdout).toContain(
      'required env variables [CNI_CONTAINERID,CNI_IFNAME] missing',
    );
    const full = { ...env, CNI_CONTAINERID: 'a', CNI_IFNAME: 'eth0' };
    expect(invoke('bridge', full, '{ not json', node)).toEqual({
      stdout:
        '{\n    "code": 6,\n    "msg": "error unmarshall network config: ' +
        "invalid character 'n' looking for beginning of object key string\"\n}",
      stderr: '',
      exit: 1,
    });
  });
});

describe('chain names', () => {
  it('are the first digits of a SHA-512', () => {
    expect(sha512('abc').slice(0, 16)).toBe('ddaf35a193617aba');
    expect(sha512('mynet4f3c2a9b1d7e4c21').slice(0, 24)).toBe('5c9c455fe16d5c2a469428d9');
  });
});
