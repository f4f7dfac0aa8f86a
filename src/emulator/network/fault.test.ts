import { describe, expect, it } from 'vitest';
import { SECOND } from '../world/time.ts';
import { twoNodes } from './testing.ts';

function transfer(bench: ReturnType<typeof twoNodes>, text: string, seconds: number): string {
  const { network, far, client, heard, run } = bench;
  network.listen(far, { address: '0.0.0.0', port: 80 }, 'test/b');
  const socket = network.connect(client, { address: '10.244.2.2', port: 80 }, 'test/a');
  for (let i = 0; i < 400 && !heard.some(({ event }) => event.event === 'connected'); i++) {
    run(SECOND / 10);
  }
  network.send(socket, text);
  network.shutdown(socket);
  run(seconds * SECOND);
  return heard
    .flatMap(({ to, event }) => (to === 'test/b' && event.event === 'data' ? [event.payload] : []))
    .join('');
}

describe('faults in the path', () => {
  it.each([0.1, 0.3])('data arrives whole and in order where %d of packets are lost', (drop) => {
    const bench = twoNodes();
    bench.network.setFault(bench.one, 'eth0', { drop });
    const text = Array.from({ length: 3000 }, (_each, i) => String(i)).join(' ');
    expect(transfer(bench, text, 300)).toBe(text);
    expect(bench.heard.at(-1)?.event.event).toBe('end');
  });

  it('a delay is added to each way', () => {
    const { network, one, client, heard, run, world } = twoNodes();
    const socket = network.openIcmp(client, 'test/a');
    network.echo(socket, '10.244.2.2', { sequence: 1, size: 56 });
    run(SECOND);
    network.setFault(one, 'eth0', { delay: 50_000 });
    const start = world.clock.now;
    network.echo(socket, '10.244.2.2', { sequence: 2, size: 56 });
    while (heard.length < 2) run(1000);
    expect(world.clock.now - start).toBeGreaterThan(100_000);
    network.setFault(one, 'eth0', { cut: true });
    network.echo(socket, '10.244.2.2', { sequence: 3, size: 56 });
    run(SECOND);
    expect(heard.length).toBe(2);
    network.setFault(one, 'eth0', undefined);
    network.echo(socket, '10.244.2.2', { sequence: 4, size: 56 });
    run(SECOND);
    expect(heard.length).toBe(3);
  });

  it('a smaller MTU on the way is found out', () => {
    const bench = twoNodes();
    for (const node of [bench.one, bench.two]) {
      bench.network.config(node).setLink('eth0', { mtu: 1000 });
    }
    const text = 'y'.repeat(5000);
    expect(transfer(bench, text, 5)).toBe(text);
    const { network, near, heard, run } = bench;
    const socket = network.openIcmp(near, 'test/a');
    const options = { sequence: 1, size: 1200, dontFragment: true };
    expect(network.echo(socket, '10.244.2.2', { ...options, size: 2000 })).toBe('EMSGSIZE');
    network.echo(socket, '10.244.2.2', options);
    run(SECOND);
    expect(heard.at(-1)?.event).toMatchObject({ kind: 'frag-needed', mtu: 1000 });
  });
});

describe('captures', () => {
  it('see frames at one device, in both directions, until they end', () => {
    const { network, client, heard, run } = twoNodes();
    const capture = network.capture(client, 'eth0', 'test/tcpdump');
    const socket = network.openIcmp(client, 'test/a');
    network.echo(socket, '10.244.1.2', { sequence: 1, size: 56 });
    run(SECOND);
    const seen = heard.flatMap(({ event }) =>
      event.event === 'packet' ? [`${event.direction} ${event.frame.body.kind}`] : [],
    );
    // The bridge port is a hairpin, so the pod hears its own broadcast before the answer.
    const expected = ['Out arp', 'In arp', 'In arp', 'Out ip', 'In ip'];
    expect(seen.slice(0, 5)).toEqual(expected);
    network.endCapture(capture);
    const before = heard.length;
    network.echo(socket, '10.244.1.2', { sequence: 2, size: 56 });
    run(SECOND);
    expect(heard.length).toBe(before + 1);
  });
});

describe('the same seed', () => {
  it('gives the same bytes, another one gives others', () => {
    const save = (seed: number) => {
      const bench = twoNodes(seed);
      bench.network.setFault(bench.one, 'eth0', { drop: 0.2 });
      transfer(bench, 'z'.repeat(20_000), 30);
      return JSON.stringify(bench.world.save());
    };
    const first = save(1);
    expect(save(1)).toBe(first);
    expect(save(2)).not.toBe(first);
  });
});
