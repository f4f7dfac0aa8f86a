// A pod, DNS servers and the node between them, for what was recorded of names.
import type { ApiServer } from '../../../src/emulator/apiserver/request.ts';
import { executables } from '../../../src/emulator/cluster/catalogs.ts';
import { createHosts, type Hosts } from '../../../src/emulator/host/hosts.ts';
import { sandboxKey, type Descriptor } from '../../../src/emulator/host/kernel/records.ts';
import type { Image } from '../../../src/emulator/host/runtime-api.ts';
import type { Daemon } from '../../../src/emulator/host/syscalls.ts';
import type { Network } from '../../../src/emulator/network/api.ts';
import { createNetwork } from '../../../src/emulator/network/network.ts';
import { createWorld, type Json, type World } from '../../../src/emulator/world/index.ts';

const HOST = 'worker-1';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const SECOND = 1_000_000;

/** A namespace with a card on each of its networks. */
interface Place {
  readonly name: string;
  readonly cards: readonly {
    readonly bridge: string;
    readonly address: string;
    readonly via?: string;
  }[];
}

const SERVICE = '10.96.0.10';
const bridges = [
  { name: 'cni0', address: '10.244.1.1' },
  { name: 'cni1', address: '10.244.0.1' },
  { name: 'lan0', address: '192.168.49.2' },
];

const places: readonly Place[] = [
  { name: 'client', cards: [{ bridge: 'cni0', address: '10.244.1.3', via: '10.244.1.1' }] },
  // A pod that listens at no port.
  { name: 'db-0', cards: [{ bridge: 'cni0', address: '10.244.1.2', via: '10.244.1.1' }] },
  {
    name: 'coredns',
    cards: [
      { bridge: 'cni1', address: '10.244.0.2', via: '10.244.0.1' },
      { bridge: 'lan0', address: '192.168.49.9' },
    ],
  },
  { name: 'upstream', cards: [{ bridge: 'lan0', address: '192.168.49.53', via: '192.168.49.2' }] },
  { name: 'stub', cards: [{ bridge: 'lan0', address: '192.168.49.54', via: '192.168.49.2' }] },
];

const nobody = { handle: () => ({ status: 503, headers: {}, body: null }) } as unknown as ApiServer;

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | undefined;
}

/** A program that stays. */
export interface Started {
  /** Standard output so far. */
  said(): string;
  /** Standard error so far. */
  complained(): string;
  /** Its exit code, once it has ended. */
  ended(): number | undefined;
  kill(signal: 'TERM'): void;
}

/** The place where records are played. */
export interface Lab {
  readonly world: World;
  readonly hosts: Hosts;
  /** Starts a program that stays. */
  start(place: string, argv: readonly string[], env?: Env): Started;
  run(place: string, command: string): Ran;
  wait(time: number): void;
  write(place: string, path: string, text: string): void;
}

type Env = Readonly<Record<string, string>>;

/** Builds the lab; `api` is what an API server at 192.168.49.2:16443 would say. */
export function createLab(daemons: readonly Daemon[], api?: (world: World) => ApiServer): Lab {
  const world = createWorld({ seed: 7, start: 1_795_399_200 * SECOND });
  const network = createNetwork(world);
  const image: Image = {
    names: ['recorded'],
    programs: [...executables, ...daemons].map(({ name }) => name),
    entrypoint: ['bash'],
    size: 0,
  };
  const hosts = createHosts(world, {
    executables: [...executables, ...daemons],
    images: [image],
    network,
    api: api?.(world) ?? nobody,
    authenticate: () => ({ name: 'coredns', groups: [] }),
  });
  hosts.addHost(HOST, 'recorded', 'root');
  wireUp(network);
  for (const { name } of places) addSandbox(world, name);
  if (api) hosts.start(HOST, ['/usr/local/bin/kube-apiserver', '--secure-port=16443']);
  const lab = operate(world, hosts);
  // The cards' neighbours get to know one another.
  lab.wait(SECOND);
  return lab;
}

function wireUp(network: Network): void {
  const ref = { host: HOST, netns: 'host' };
  const node = network.config(ref);
  for (const { name, address } of bridges) {
    node.addLink({ name, kind: 'bridge', mtu: 1500, options: {} });
    node.setLink(name, { up: true });
    node.addAddress(name, { address, prefix: 24, scope: 'global', label: name });
  }
  for (const { name, cards } of places) {
    network.addNetns({ host: HOST, netns: name });
    const config = network.config({ host: HOST, netns: name });
    config.setLink('lo', { up: true });
    cards.forEach(({ bridge, address, via }, index) => {
      const card = `eth${index}`;
      const end = `veth-${name}-${index}`;
      config.addLink({
        name: card,
        kind: 'veth',
        mtu: 1500,
        peer: { ...ref, name: end },
        options: {},
      });
      config.setLink(card, { up: true });
      config.addAddress(card, { address, prefix: 24, scope: 'global', label: card });
      node.setLink(end, { up: true, master: bridge });
      if (via) config.addRoute({ destination: 'default', via, device: card });
    });
  }
  node.setSysctl('net.ipv4.ip_forward', '1');
  // The Service's address is the server's own: no rule has to lead there.
  const server = network.config({ host: HOST, netns: 'coredns' });
  server.addAddress('eth0', { address: SERVICE, prefix: 32, scope: 'global', label: 'eth0' });
  node.addRoute({ destination: SERVICE, via: '10.244.0.2', device: 'cni1' });
}

function addSandbox(world: World, name: string): void {
  const sandbox = {
    id: name,
    host: HOST,
    netns: name,
    hostname: name,
    image: 'recorded',
    mounts: [],
    env: {},
    cwd: '/',
    user: 'root',
  };
  world.store.commit(world.cause('test'), [
    { key: sandboxKey(HOST, name), value: sandbox as unknown as Json },
  ]);
}

const MARK = '==exit==';

function operate(world: World, hosts: Hosts): Lab {
  const { clock, queue } = world;
  return {
    world,
    hosts,
    wait: (time) => void clock.runUntil(clock.now + time, 1_000_000),
    write(place, path, text) {
      const files = hosts.files(HOST, place);
      files.makeDirectory(path.replace(/\/[^/]*$/, '') || '/', { parents: true });
      files.write(path, text);
    },
    start(place, argv, env = {}) {
      const [out, err] = [hosts.kernel.nextPipe++, hosts.kernel.nextPipe++];
      for (const id of [out, err]) hosts.kernel.sinks.set(id, { text: '' });
      const made = hosts.kernel.spawn(HOST, argv, {
        parent: 1,
        sandbox: place,
        user: 'root',
        env: { PATH, ...env },
        cwd: '/',
        fds: new Map<number, Descriptor>([
          [0, { type: 'null' }],
          [1, { type: 'sink', id: out }],
          [2, { type: 'sink', id: err }],
        ]),
      });
      hosts.kernel.drain();
      const running = typeof made === 'string' ? undefined : made;
      return {
        said: () => hosts.kernel.sinks.get(out)?.text ?? '',
        complained: () => hosts.kernel.sinks.get(err)?.text ?? '',
        ended() {
          const status = running?.status;
          if (!running) return 127;
          return status && ('exited' in status ? status.exited : 143);
        },
        kill(signal) {
          if (running) hosts.kernel.signal(HOST, running.pid, signal);
          hosts.kernel.drain();
        },
      };
    },
    run(place, command) {
      const started = hosts.script(`${command}\necho "${MARK}$?"`, {
        host: HOST,
        sandbox: place,
        user: 'root',
        cwd: '/',
        env: { PATH },
        shell: 'bash',
      });
      if (!started) return { stdout: '', stderr: '', exit: undefined };
      const process = hosts.kernel.find(HOST, started.pid);
      const until = clock.now + 120 * SECOND;
      while (process && !process.status && clock.now < until) {
        const next = queue.peek();
        if (!next) break;
        clock.runUntil(Math.min(until, next.at), 5_000);
      }
      const text = hosts.kernel.sinks.get(started.out)?.text ?? '';
      const [stdout = '', exit] = text.split(MARK);
      const stderr = hosts.kernel.sinks.get(started.err)?.text ?? '';
      return { stdout, stderr, exit: exit === undefined ? undefined : Number(exit) };
    },
  };
}
