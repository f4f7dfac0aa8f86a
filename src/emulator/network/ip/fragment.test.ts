import { expect, it } from 'vitest';
import { twoNodes } from '../testing.ts';

/** Sends an echo request of some size to a pod on the other node; the ICMP events that came. */
function ask(size: number, count = 1) {
  const bench = twoNodes();
  const { network, client } = bench;
  const socket = network.openIcmp(client, 'test/ping');
  network.capture(bench.one, 'eth0', 'test/capture');
  for (let sequence = 1; sequence <= count; sequence++) {
    network.echo(socket, '10.244.2.2', { sequence, size });
    bench.run(100_000);
  }
  const frames = bench.heard.flatMap(({ event }) =>
    event.event === 'packet' && event.frame.body.kind === 'ip' ? [event.frame.body.size] : [],
  );
  const answers = bench.heard.filter(
    ({ event }) => event.event === 'icmp' && event.kind === 'echo-reply',
  ).length;
  return { frames, answers };
}

it('cuts what does not fit, and puts it together at the other end', () => {
  const { frames, answers } = ask(3000);
  expect(answers).toBe(1);
  // 3008 bytes of ICMP: 1480, 1480 and 48 with a header each, there and back.
  expect(frames).toEqual([1500, 1500, 68, 1500, 1500, 68]);
});

it('leaves what fits in one piece', () => {
  expect(ask(1472)).toEqual({ frames: [1500, 1500], answers: 1 });
});
