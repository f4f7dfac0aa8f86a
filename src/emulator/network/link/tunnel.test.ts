import { describe, expect, it } from 'vitest';
import { SECOND } from '../../world/time.ts';
import { createBench } from '../testing.ts';

/** Two nodes joined by flannel.1 devices, as the vxlan backend of Flannel sets them up. */
function overlay() {
  const bench = createBench();
  const macs = { n1: '7a:1c:5b:02:9d:12', n2: 'e6:44:0f:7b:31:13' };
  const addresses = { n1: '192.168.56.12', n2: '192.168.56.13' };
  const networks = { n1: '10.244.1.0', n2: '10.244.2.0' };
  for (const name of ['n1', 'n2'] as const) {
    const other = name === 'n1' ? 'n2' : 'n1';
    const node = bench.node(name, addresses[name], `${networks[name]}/24`);
    const config = bench.network.config(node);
    const options = { id: 1, local: addresses[name], port: 8472 };
    config.addLink({ name: 'flannel.1', kind: 'vxlan', mac: macs[name], options });
    config.addAddress('flannel.1', { address: networks[name], prefix: 32, scope: 'global' });
    config.setLink('flannel.1', { up: true });
    const via = networks[other];
    config.addRoute({ destination: `${via}/24`, via, device: 'flannel.1', onlink: true });
    const entry = { address: via, device: 'flannel.1', mac: macs[other] };
    config.setNeighbour({ ...entry, state: 'PERMANENT' });
    config.setFdb(macs[other], 'flannel.1', addresses[other]);
  }
  const client = bench.pod('n1', 'client', '10.244.1.3');
  const far = bench.pod('n2', 'far', '10.244.2.2');
  return { ...bench, client, far, n1: { host: 'n1', netns: 'host' }, macs };
}

describe('vxlan', () => {
  it('carries frames between nodes in UDP packets of the right size', () => {
    const { network, client, n1, heard, run } = overlay();
    network.capture(n1, 'eth0', 'test/eth0');
    const socket = network.openIcmp(client, 'test/a');
    for (const ttl of [2, 64]) {
      network.echo(socket, '10.244.2.2', { sequence: ttl, size: 56, ttl });
    }
    run(SECOND);
    const answers = heard.flatMap(({ event }) => (event.event === 'icmp' ? [event] : []));
    expect(answers).toMatchObject([
      { kind: 'time-exceeded', from: '10.244.2.0' },
      { kind: 'echo-reply', ttl: 62 },
    ]);
    const sizes = heard.flatMap(({ event }) =>
      event.event === 'packet' && event.frame.body.kind === 'ip' ? [event.frame.body.size] : [],
    );
    expect(sizes).toContain(134);
  });

  it('loses what has no entry in the forwarding database', () => {
    const { network, client, n1, macs } = overlay();
    const ask = () =>
      network.probe(client, { protocol: 'ICMP', to: { address: '10.244.2.2', port: 0 } });
    expect(ask().ending).toBe('delivered');
    network.config(n1).removeFdb(macs.n2, 'flannel.1');
    expect(ask()).toMatchObject({ ending: 'dropped', where: n1 });
  });

  it('lists what bridges learned beside what was made by hand', () => {
    const { network, client, n1, run } = overlay();
    const socket = network.openIcmp(client, 'test/a');
    network.echo(socket, '10.244.2.2', { sequence: 1, size: 56 });
    run(SECOND);
    const mac = network.config(client).links()[1]?.mac;
    const fdb = network.config(n1).fdb();
    expect(fdb).toContainEqual({
      mac,
      device: 'vethclient',
      master: 'cni0',
      permanent: false,
    });
    expect(fdb.find((each) => each.destination)?.destination).toBe('192.168.56.13');
  });
});

describe('ipip', () => {
  it('carries packets between nodes, and finds the smaller MTU', () => {
    const bench = createBench();
    const { network, heard, run } = bench;
    const nodes = [
      ['n1', '192.168.56.12', '10.244.1.0/24', '10.244.1.128'],
      ['n2', '192.168.56.13', '10.244.2.0/24', '10.244.2.128'],
    ] as const;
    for (const [name, address, pods, own] of nodes) {
      const config = network.config(bench.node(name, address, pods));
      config.addLink({ name: 'tunl0', kind: 'ipip' });
      config.addAddress('tunl0', { address: own, prefix: 32, scope: 'global' });
      config.setLink('tunl0', { up: true });
      const [, via, destination] = nodes[name === 'n1' ? 1 : 0];
      config.addRoute({ destination, via, device: 'tunl0', onlink: true, protocol: 'bird' });
    }
    const client = bench.pod('n1', 'client', '10.244.1.3');
    bench.pod('n2', 'far', '10.244.2.2');
    const socket = network.openIcmp(client, 'test/a');
    const echo = (size: number) =>
      network.echo(socket, '10.244.2.2', { sequence: size, size, dontFragment: true });
    echo(56);
    echo(1453);
    run(SECOND);
    expect(echo(1453)).toBe('EMSGSIZE');
    expect(heard.map(({ event }) => event)).toMatchObject([
      { kind: 'frag-needed', mtu: 1480, from: '10.244.1.1' },
      { kind: 'echo-reply', ttl: 62 },
    ]);
  });
});
