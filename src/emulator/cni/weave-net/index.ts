import { configureInterface, isNetns, openNetns, removeInterface } from '../interface.ts';
import {
  failure,
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniPlugin,
  type CniResult,
  type Invocation,
} from '../types.ts';
import {
  addressText,
  readWeave,
  WEAVE_PORT,
  WEAVE_PREFIX,
  writeWeave,
  type WeaveState,
} from './state.ts';

/** Pods on Weave's bridge. */
const plugin: CniPlugin = {
  name: 'weave-net',
  run(invocation, node) {
    switch (invocation.command) {
      case 'ADD':
        return add(invocation, node);
      case 'DEL':
        return remove(invocation, node);
      case 'CHECK': {
        const pod = openNetns(node, invocation.request.netns);
        return isNetns(pod) ? undefined : pod;
      }
      default:
        return undefined;
    }
  },
};

export default plugin;

/** The router's state; its client's words where it does not answer. */
function router(node: CniNode, containerID: string, method: string): WeaveState | CniError {
  const answers = node.host
    .sockets()
    .some(({ local, state }) => local.port === WEAVE_PORT && state === 'LISTEN');
  const state = readWeave(node.files);
  if (answers && state) return state;
  const url = `http://127.0.0.1:${WEAVE_PORT}/ip/${containerID}`;
  const dial = `dial tcp 127.0.0.1:${WEAVE_PORT}: connect: connection refused`;
  const what = method === 'Post' ? 'allocate' : 'release';
  return failure(`unable to ${what} IP address: ${method} "${url}": ${dial}`);
}

function add({ request, conf }: Invocation, node: CniNode): Answer {
  const state = router(node, request.containerID, 'Post');
  if (isError(state)) return state;
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  const ip = freeAddress(state);
  if (ip === undefined) return failure('unable to allocate IP address: no free addresses');
  const host = `vethwepl${node.chance.hex(`weave/${request.containerID}/${request.ifName}`, 7)}`;
  const failed = pod.addLink({
    name: request.ifName,
    kind: 'veth',
    mtu: state.mtu,
    peer: { ...node.host.ref, name: host },
  });
  if (failed) {
    return failure(`adding interface "${request.ifName}": file exists`);
  }
  writeWeave(node.files, { ...state, leases: { ...state.leases, [ip]: request.containerID } });
  node.host.setLink(host, { up: true, mtu: state.mtu });
  const hairpin = conf['hairpinMode'] !== false;
  const joined = node.host.setLink(host, { master: 'weave', hairpin });
  if (joined) return failure('bridge "weave" not present; did you launch weave?');
  const result: CniResult = {
    ips: [{ interface: 0, address: `${ip}/${WEAVE_PREFIX}`, gateway: state.bridge }],
    routes: [{ dst: '0.0.0.0/0', gw: state.bridge }],
  };
  pod.setSysctl(`net.ipv4.conf.${request.ifName}.arp_notify`, '1');
  const configured = configureInterface(pod, request.ifName, result);
  if (configured) return configured;
  const mac = pod.links().find(({ name }) => name === request.ifName)?.mac ?? '';
  return { ...result, interfaces: [{ name: request.ifName, mac, sandbox: request.netns }] };
}

function freeAddress({ first, size, leases, bridge }: WeaveState): string | undefined {
  for (let value = first; value < first + size; value++) {
    const ip = addressText(value);
    const edge = value % 2 ** 20 === 0 || value % 2 ** 20 === 2 ** 20 - 1;
    if (!edge && ip !== bridge && leases[ip] === undefined) return ip;
  }
  return undefined;
}

function remove({ request }: Invocation, node: CniNode): Answer {
  const state = router(node, request.containerID, 'Delete');
  if (isError(state)) return state;
  const leases = Object.fromEntries(
    Object.entries(state.leases).filter(([, owner]) => owner !== request.containerID),
  );
  writeWeave(node.files, { ...state, leases });
  const pod = request.netns === '' ? undefined : node.netns(request.netns);
  if (pod) removeInterface(pod, request.ifName);
  return undefined;
}
