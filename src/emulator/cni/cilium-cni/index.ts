import { readArgs } from '../arguments.ts';
import { reserved, type LxcEntry } from '../../network/bpf/maps.ts';
import { isNetns, openNetns, removeInterface } from '../interface.ts';
import { parseNet, networkIp, ipText } from '../ip.ts';
import {
  failure,
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniPlugin,
  type Invocation,
} from '../types.ts';
import { CILIUM_SOCKET, type CiliumEndpointState, type CiliumNodeState } from './state.ts';

/** Pods as endpoints of Cilium. */
const plugin: CniPlugin = {
  name: 'cilium-cni',
  run(invocation, node) {
    switch (invocation.command) {
      case 'ADD':
        return add(invocation, node);
      case 'DEL':
        return remove(invocation, node);
      case 'CHECK':
        return check(invocation, node);
      case 'STATUS': {
        const state = agent(node);
        return isError(state) ? { ...state, code: 50 } : undefined;
      }
      default:
        return undefined;
    }
  },
};

export default plugin;

/** What the agent tells of the node; its client's words where it does not run. */
function agent(node: CniNode): CiliumNodeState | CniError {
  const running = typeof node.files.stat(CILIUM_SOCKET) !== 'string';
  const found = node.host.bpfMap('config').find(([key]) => key === 'node');
  if (running && found) return found[1] as unknown as CiliumNodeState;
  const dial = `dial unix ${CILIUM_SOCKET}: connect: no such file or directory`;
  return failure(
    'unable to connect to Cilium agent: failed to create cilium agent client after 30.000000 ' +
      `seconds timeout: Get "http://localhost/v1/config": ${dial}\nIs the agent running?`,
  );
}

function add(invocation: Invocation, node: CniNode): Answer {
  const { request } = invocation;
  const state = agent(node);
  if (isError(state)) return state;
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  if (pod.links().some(({ name }) => name === request.ifName)) {
    return failure(`unable to set up link on host side: unable to create veth pair: file exists`);
  }
  const ip = freeAddress(node, state, request.containerID);
  if (ip === undefined)
    return failure('unable to allocate IP via local cilium agent: range is full');
  const purpose = `cilium/${request.containerID}`;
  const device = `lxc${node.chance.hex(`${purpose}/device`, 12)}`;
  const failed = pod.addLink({
    name: request.ifName,
    kind: 'veth',
    mtu: state.mtu,
    peer: { ...node.host.ref, name: device },
  });
  if (failed) return failure(`unable to create veth pair: ${failed}`);
  node.host.setLink(device, { up: true, mtu: state.mtu, options: { bpf: 'lxc' } });
  pod.addAddress(request.ifName, { address: ip, prefix: 32, scope: 'global' });
  pod.setLink(request.ifName, { up: true });
  const { router } = state;
  pod.addRoute({ destination: router, device: request.ifName, scope: 'link' });
  const route = { destination: 'default', via: router, device: request.ifName };
  pod.addRoute({ ...route, mtu: state.routeMtu });
  const mac = pod.links().find(({ name }) => name === request.ifName)?.mac ?? '';
  writeEndpoint(invocation, node, { ip, device, mac });
  const host = node.host.links().find(({ name }) => name === device)?.mac ?? '';
  return {
    interfaces: [
      { name: device, mac: host },
      { name: request.ifName, mac, sandbox: request.netns },
    ],
    ips: [{ interface: 1, address: `${ip}/32`, gateway: router }],
    routes: [{ dst: `${router}/32` }, { dst: '0.0.0.0/0', gw: router }],
  };
}

/** The endpoint's entry, and what the agent is to make of it. */
function writeEndpoint(
  { request }: Invocation,
  node: CniNode,
  { ip, device, mac }: { readonly ip: string; readonly device: string; readonly mac: string },
): void {
  const used = new Set(node.host.bpfMap('lxc').map(([, each]) => (each as unknown as LxcEntry).id));
  let id = 0;
  for (let attempt = 0; id === 0 || used.has(id); attempt++) {
    id = 1 + node.chance.integer(`cilium/${request.containerID}/id/${attempt}`, 4095);
  }
  const args = readArgs(request.args);
  const state: CiliumEndpointState = {
    id,
    ip,
    namespace: args.get('K8S_POD_NAMESPACE') ?? '',
    pod: args.get('K8S_POD_NAME') ?? '',
    containerID: request.containerID,
    ifName: request.ifName,
    device,
  };
  const entry: LxcEntry = { id, device, mac, identity: reserved.init };
  node.host.setBpfMap('lxc', [[ip, entry as never]]);
  node.host.setBpfMap('config', [[`endpoint/${id}`, state as never]]);
}

/** An address that nobody has, from a place in the range that differs from pod to pod. */
function freeAddress(node: CniNode, state: CiliumNodeState, id: string): string | undefined {
  const net = parseNet(state.podCIDR);
  if (!net) return undefined;
  const used = new Set([state.router, state.health, ...node.host.bpfMap('lxc').map(([ip]) => ip)]);
  const size = 2 ** (32 - net.prefix) - 2;
  const first = node.chance.integer(`cilium/${id}/address`, size);
  for (let step = 0; step < size; step++) {
    const value = networkIp(net).value + BigInt(1 + ((first + step) % size));
    const ip = ipText({ value, bits: 32 });
    if (!used.has(ip)) return ip;
  }
  return undefined;
}

function endpointOf({ request }: Invocation, node: CniNode): CiliumEndpointState | undefined {
  return node.host
    .bpfMap('config')
    .filter(([key]) => key.startsWith('endpoint/'))
    .map(([, value]) => value as unknown as CiliumEndpointState)
    .find((each) => each.containerID === request.containerID && each.ifName === request.ifName);
}

function remove(invocation: Invocation, node: CniNode): Answer {
  const found = endpointOf(invocation, node);
  if (found) {
    node.host.setBpfMap('lxc', [[found.ip, undefined]]);
    node.host.setBpfMap('policy', [[String(found.id), undefined]]);
    node.host.setBpfMap('config', [[`endpoint/${found.id}`, undefined]]);
  }
  const { netns, ifName } = invocation.request;
  const pod = netns === '' ? undefined : node.netns(netns);
  if (pod) removeInterface(pod, ifName);
  return undefined;
}

function check(invocation: Invocation, node: CniNode): Answer {
  const { request } = invocation;
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  if (!pod.links().some(({ name }) => name === request.ifName)) {
    return failure(`container interface ${request.ifName} not found`);
  }
  return endpointOf(invocation, node) ? undefined : failure('endpoint not found');
}
