import type { ApiObject } from '../apimachinery/object.ts';
import { isReady } from '../controllers/pods.ts';
import type { Condition, Pod } from '../resources/pod-template/shapes.ts';
import { MILLISECOND, SECOND } from '../world/time.ts';
import type { Cluster } from './api.ts';
import { bootstrap } from './bootstrap.ts';
import { addMachine } from './machines.ts';
import { kubeletFlags } from './manifests/units.ts';
import { assemble, type Beginning } from './resume.ts';
import type { Machine, Topology } from './topology.ts';
import type { Variant, Wired } from './wire.ts';

export type { Beginning };

/** Nodes join one after another, the first when its API server answers. */
const JOIN = 700 * MILLISECOND;
/** The longest that a boot may take, in virtual time. */
const LONGEST = 120 * SECOND;

/** A running cluster made of these parts: booted anew, or made again from a save. */
export function start(variant: Variant, name: string, options: Beginning): Cluster {
  return assemble(variant, name, options, bringUp);
}

const isNode = ({ role }: Machine) => role === 'control-plane' || role === 'worker';

/** What kubeadm init and join do, and the time until all is ready. */
function bringUp(topology: Topology, { world, network, hosts, api }: Wired): void {
  for (const machine of topology.machines) addMachine(hosts, network, topology, machine);
  bootstrap(topology, api);
  for (const { name, role } of topology.machines) {
    if (role === 'outside') hosts.start(name, ['dnsmasq']);
  }
  const until = world.clock.now + LONGEST;
  const pass = (time: number) =>
    world.clock.runUntil(world.clock.now + time, world.limits.eventsPerRun);
  for (const machine of topology.machines.filter(isNode)) {
    hosts.start(machine.name, ['/usr/bin/containerd']);
    hosts.start(machine.name, ['/usr/bin/kubelet', ...kubeletFlags(machine)]);
    pass(JOIN);
  }
  while (world.clock.now < until && !isSettled(topology, { world })) pass(SECOND);
}

interface Node extends ApiObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** Whether all nodes are ready and all system pods are there and ready, as far as they can be. */
function isSettled(topology: Topology, { world }: Pick<Wired, 'world'>): boolean {
  const { machines, network } = topology;
  const nodeReady = ({ status }: Node) =>
    status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True');
  const pods = world.store.list<Pod>('/registry/pods/').map(([, pod]) => pod);
  const nodes = machines.filter(isNode).length;
  // Without a network only what runs on the nodes' own comes up.
  if (network === 'none') {
    return pods.filter(({ spec }) => spec.hostNetwork).filter(isReady).length >= nodes + 4;
  }
  if (!world.store.list<Node>('/registry/nodes/').every(([, node]) => nodeReady(node))) {
    return false;
  }
  // Two agents on each node, the control plane's four, two of CoreDNS, and Calico's controllers.
  const others = network === 'calico' ? 7 : 6;
  return pods.length >= nodes * 2 + others && pods.every(isReady);
}
