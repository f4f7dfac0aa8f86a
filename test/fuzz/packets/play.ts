// Properties of packets on random networks: each is delivered once at most, and where it is not
// delivered its trace names the reason; nothing goes on for ever.
import { seeded } from './random.ts';
import { build, datagrams, disturb, type Playground } from './topology.ts';

/** Events that one question may cause: a loop ends by its time to live, a flood by its ports. */
const MOST_EVENTS = 50_000;
const SECOND = 1_000_000;

/** Plays so many networks; gives what broke a property, with what was done to the network. */
export function playPackets(seed: number, count: number): readonly string[] {
  const wrong: string[] = [];
  for (let index = 0; index < count; index++) {
    const random = seeded(seed * 1_000_003 + index);
    const ground = build(random, seed + index);
    disturb(ground, random, random.below(5));
    const said = [...sendAll(ground), ...probeAll(ground)];
    wrong.push(...said.map((each) => `network ${index} (${ground.done.join('; ')}): ${each}`));
  }
  return wrong;
}

const targets = ({ pods, nodes }: Playground) => [
  ...pods.map(({ address }) => address),
  ...nodes.map((_, index) => `192.168.9.${index + 1}`),
  '10.250.0.1',
  '10.244.1.99',
  '203.0.113.9',
];

/** Every pod sends a datagram to everybody; each one must come once, or its trace says why not. */
function sendAll(ground: Playground): readonly string[] {
  const { bench, pods } = ground;
  const { network, world, heard } = bench;
  for (const { ref } of pods) network.openUdp(ref, 'test/server', { port: 53 });
  const wrong: string[] = [];
  for (const { ref, address } of pods) {
    for (const to of targets(ground)) {
      const before = heard.length;
      const payload = `${address}>${to}`;
      const socket = network.openUdp(ref, 'test/client');
      if (!socket.startsWith('/')) continue;
      const refused = network.sendTo(socket, { address: to, port: 53 }, payload);
      const { events } = world.clock.runUntil(world.clock.now + 12 * SECOND, MOST_EVENTS);
      network.close(socket);
      if (events >= MOST_EVENTS) wrong.push(`${payload}: more than ${MOST_EVENTS} events`);
      const times = datagrams(heard.slice(before)).filter((each) => each === payload).length;
      if (times > 1) wrong.push(`${payload}: delivered ${times} times`);
      if (times === 0 && refused === undefined) {
        const [trace] = network.recentTraces(1);
        const last = trace?.steps.at(-1)?.what;
        if (trace?.ending === undefined)
          wrong.push(`${payload}: lost without a word after ${last}`);
      }
    }
  }
  return wrong;
}

/** Questions end, leave nothing behind, and say the same twice. */
function probeAll(ground: Playground): readonly string[] {
  const { bench, pods } = ground;
  const { network, world } = bench;
  const wrong: string[] = [];
  for (const { ref } of pods) {
    for (const address of targets(ground)) {
      const revision = world.store.revision;
      const ask = () => network.probe(ref, { protocol: 'ICMP', to: { address, port: 0 } });
      const [first, second] = [ask(), ask()];
      if (world.store.revision !== revision) wrong.push(`${address}: a question changed the world`);
      if (JSON.stringify(first) !== JSON.stringify(second)) {
        wrong.push(`${address}: two answers to one question`);
      }
      if (first.ending !== 'delivered' && first.steps.length === 0) {
        wrong.push(`${address}: ${first.ending} without a reason`);
      }
    }
  }
  return wrong;
}
