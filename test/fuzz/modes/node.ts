import type { DaemonSys } from '../../../src/emulator/host/syscalls.ts';
import type { NetworkConfig } from '../../../src/emulator/network/api.ts';
import { createNetwork } from '../../../src/emulator/network/network.ts';
import type { ProxyState } from '../../../src/emulator/programs/kube-proxy/state.ts';
import { sync } from '../../../src/emulator/programs/kube-proxy/sync.ts';
import { configOf, type ProxyMode } from '../../../src/emulator/proxy/config/config.ts';
import { createWorld, type Json, type World } from '../../../src/emulator/world/index.ts';
import type { Network } from '../../../src/emulator/network/api.ts';

/** The network namespace of the node. */
export const WHERE = { host: 'node', netns: 'host' };

/** A node on which kube-proxy has something to do. */
export interface ProxyNode {
  readonly world: World;
  readonly network: Network;
  /** Writes the rules of all that is new; names of Services, where only they changed. */
  sync(dirty?: readonly string[] | 'all'): void;
}

/** A node with kube-proxy in a mode, which has heard of objects by `service/NS/NAME` and so on. */
export function proxyNode(mode: ProxyMode, memory: Map<string, Json>): ProxyNode {
  const world = createWorld({ seed: 7, start: 1_790_000_000_000_000 });
  const network = createNetwork(world);
  network.addNetns(WHERE);
  const config = network.config(WHERE);
  config.addLink({ name: 'eth0', kind: 'physical', mac: '02:00:00:00:00:01' });
  config.setLink('eth0', { up: true });
  config.addAddress('eth0', { address: '192.168.49.3', prefix: 24, scope: 'global' });
  config.addRoute({ destination: 'default', via: '192.168.49.1', device: 'eth0' });
  config.addRoute({ destination: '10.244.0.0/16', device: 'eth0' });
  config.addRoute({ destination: '10.96.0.0/11', device: 'eth0' });
  config.setSysctl('net.ipv4.vs.conntrack', '1');
  let state = stateOf(mode);
  return {
    world,
    network,
    sync(dirty) {
      if (dirty) state = { ...state, dirty };
      sync(sysOf(config, memory, world.clock.now), state);
      state = { ...state, lastSync: world.clock.now, dirty: [] };
    },
  };
}

function stateOf(mode: ProxyMode): ProxyState {
  return {
    config: configOf({ mode, clusterCIDR: '10.244.0.0/16' }, 'node', 2),
    nodeIP: '192.168.49.3',
    labels: {},
    watches: {},
    listed: ['service', 'slice'],
    lastSync: 0,
    syncPlanned: false,
    dirty: 'all',
    servers: {},
  };
}

/** The few system calls that a sync makes. */
function sysOf(network: NetworkConfig, memory: Map<string, Json>, now: number): DaemonSys {
  const sys = {
    network,
    now,
    chance: { integer: () => 1, number: () => 0.5 },
    memory: (name: string) => memory.get(name),
    remember: (name: string, value: Json | undefined) =>
      void (value === undefined ? memory.delete(name) : memory.set(name, value)),
    memories: (prefix: string) => [...memory].filter(([name]) => name.startsWith(prefix)),
    setTimer: () => undefined,
    log: () => undefined,
  };
  return sys as unknown as DaemonSys;
}
