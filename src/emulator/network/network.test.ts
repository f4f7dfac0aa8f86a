import { describe, expect, it } from 'vitest';
import { SECOND } from '../world/time.ts';
import { parseOwn } from './netfilter/iptables/parse.ts';
import { twoNodes } from './testing.ts';

const A = 'test/a';
const B = 'test/b';

describe('TCP between pods', () => {
  it('connects over two nodes, carries data both ways, ends with FIN', () => {
    const { network, far, client, heard, run } = twoNodes();
    network.listen(far, { address: '0.0.0.0', port: 80 }, B);
    const socket = network.connect(client, { address: '10.244.2.2', port: 80 }, A);
    run(SECOND / 2);
    expect(heard.map(({ to, event }) => `${to} ${event.event}`)).toEqual([
      'test/a connected',
      'test/b accepted',
    ]);
    const accepted = heard[1]!.event as { accepted: string };
    network.send(socket, 'GET /');
    run(SECOND / 10);
    network.send(accepted.accepted, 'x'.repeat(4000));
    network.shutdown(accepted.accepted);
    run(SECOND / 10);
    const said = heard.slice(2).map(({ event }) => event);
    expect(said[0]).toMatchObject({ event: 'data', payload: 'GET /' });
    const payloads = said.flatMap((event) => (event.event === 'data' ? [event.payload] : []));
    expect(payloads.join('')).toBe(`GET /${'x'.repeat(4000)}`);
    expect(said.at(-1)).toMatchObject({ event: 'end' });
    network.close(socket);
    network.close(accepted.accepted);
    run(SECOND);
    expect(
      network
        .config(client)
        .sockets()
        .map((s) => s.state),
    ).toEqual([]);
    expect(
      network
        .config(far)
        .sockets()
        .map((s) => s.state),
    ).toEqual(['LISTEN', 'TIME-WAIT']);
    run(61 * SECOND);
    expect(
      network
        .config(far)
        .sockets()
        .map((s) => s.state),
    ).toEqual(['LISTEN']);
  });

  it('is refused where nobody listens', () => {
    const { network, client, heard, run } = twoNodes();
    network.connect(client, { address: '10.244.2.2', port: 81 }, A);
    run(SECOND / 2);
    expect(heard[0]?.event).toMatchObject({ event: 'failed', errno: 'ECONNREFUSED' });
  });

  it('has no way to an address that nobody on the link has', () => {
    const { network, client, heard, run } = twoNodes();
    network.connect(client, { address: '10.244.1.99', port: 81 }, A);
    run(2.9 * SECOND);
    expect(heard).toEqual([]);
    run(0.3 * SECOND);
    expect(heard[0]?.event).toMatchObject({
      event: 'failed',
      errno: 'EHOSTUNREACH',
      from: '10.244.1.3',
    });
    expect(network.config(client).neighbours()).toMatchObject([
      { address: '10.244.1.99', state: 'FAILED' },
    ]);
  });

  it('times out after 127 seconds where packets are lost', () => {
    const { network, client, far, heard, run } = twoNodes();
    network.config(far).setIptables(parseOwn('*filter\n-A INPUT -p tcp -j DROP\nCOMMIT\n'));
    network.connect(client, { address: '10.244.2.2', port: 80 }, A);
    run(126 * SECOND);
    expect(heard).toEqual([]);
    run(5 * SECOND);
    expect(heard[0]?.event).toMatchObject({ event: 'failed', errno: 'ETIMEDOUT' });
    expect(network.config(far).counters('filter', 'INPUT').rules).toEqual([
      { packets: 7, bytes: 420 },
    ]);
  });

  it('reaches its own listener on the loopback device only', () => {
    const { network, client, near, heard, run } = twoNodes();
    network.listen(near, { address: '127.0.0.1', port: 80 }, B);
    network.connect(near, { address: '127.0.0.1', port: 80 }, A);
    run(SECOND / 10);
    expect(heard[0]?.event.event).toBe('connected');
    network.connect(client, { address: '10.244.1.2', port: 80 }, A);
    run(SECOND / 10);
    expect(heard.at(-1)?.event).toMatchObject({ errno: 'ECONNREFUSED' });
  });

  it('knows what is in use and what has no route', () => {
    const { network, near } = twoNodes();
    network.listen(near, { address: '0.0.0.0', port: 80 }, B);
    expect(network.listen(near, { address: '10.244.1.2', port: 80 }, B)).toBe('EADDRINUSE');
    expect(network.listen(near, { address: '10.9.9.9', port: 81 }, B)).toBe('EADDRNOTAVAIL');
    network.config(near).removeRoute({ destination: 'default' });
    expect(network.connect(near, { address: '8.8.8.8', port: 80 }, A)).toBe('ENETUNREACH');
  });
});

describe('ICMP and UDP', () => {
  it('answers a ping over two nodes with a time to live of 62', () => {
    const { network, client, heard, run } = twoNodes();
    const socket = network.openIcmp(client, A);
    network.echo(socket, '10.244.2.2', { sequence: 1, size: 56 });
    run(SECOND);
    expect(heard[0]?.event).toMatchObject({ kind: 'echo-reply', ttl: 62, size: 64, sequence: 1 });
  });

  it('says where the time to live ran out', () => {
    const { network, client, heard, run } = twoNodes();
    const socket = network.openIcmp(client, A);
    for (const ttl of [1, 2, 3])
      network.echo(socket, '10.244.2.2', { sequence: ttl, size: 56, ttl });
    run(SECOND);
    expect(
      heard.map(({ event }) => (event.event === 'icmp' ? `${event.kind} ${event.from}` : '')),
    ).toEqual(['time-exceeded 10.244.1.1', 'time-exceeded 192.168.56.13', 'echo-reply 10.244.2.2']);
  });

  it('delivers datagrams, and port unreachable to who sent to nothing', () => {
    const { network, client, far, heard, run } = twoNodes();
    network.openUdp(far, B, { port: 53 });
    const socket = network.openUdp(client, A);
    network.sendTo(socket, { address: '10.244.2.2', port: 53 }, 'hello');
    network.sendTo(socket, { address: '10.244.2.2', port: 54 }, 'hello');
    run(SECOND);
    expect(heard[0]?.event).toMatchObject({ event: 'datagram', payload: 'hello' });
    expect(heard[1]?.event).toMatchObject({ kind: 'port-unreachable', from: '10.244.2.2' });
  });
});

describe('probe', () => {
  it('changes nothing in the world and says how the way ends', () => {
    const { world, network, client, far } = twoNodes();
    network.listen(far, { address: '0.0.0.0', port: 80 }, B);
    const before = JSON.stringify(world.save());
    const ask = (address: string, port: number) =>
      network.probe(client, { protocol: 'TCP', to: { address, port } });
    const found = ask('10.244.2.2', 80);
    expect(found).toMatchObject({
      ending: 'delivered',
      seenSource: '10.244.1.3',
      reached: { address: '10.244.2.2', port: 80, host: 'n2', netns: 'far' },
      owner: B,
    });
    expect(ask('10.244.2.2', 81).ending).toBe('refused');
    expect(ask('10.244.1.99', 80).ending).toBe('unreachable');
    expect(JSON.stringify(world.save())).toBe(before);
  });
});

describe('the world', () => {
  it('goes on exactly from a save', () => {
    const first = twoNodes();
    first.network.listen(first.far, { address: '0.0.0.0', port: 80 }, B);
    first.network.connect(first.client, { address: '10.244.2.2', port: 80 }, A);
    first.run(400);
    const saved = JSON.parse(JSON.stringify(first.world.save()));
    const second = twoNodes();
    second.world.load(saved);
    for (const each of [first, second]) each.run(3 * SECOND);
    expect(second.world.save()).toEqual(first.world.save());
    expect(second.heard).toEqual(first.heard);
  });
});
