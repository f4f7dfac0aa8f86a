import { addOwnLink, checkOwnLink, defaultDevice, removeOwnLink } from '../own-link.ts';
import { readResult } from '../result.ts';
import {
  failure,
  isError,
  type CniError,
  type CniNode,
  type CniPlugin,
  type Invocation,
} from '../types.ts';

/** Pods behind the MAC address of the node's card (plugins/main/ipvlan). */
const plugin: CniPlugin = {
  name: 'ipvlan',
  run(invocation, node) {
    const { command, conf, request } = invocation;
    if (command === 'DEL') return removeOwnLink(invocation, node);
    if (command === 'CHECK') return checkOwnLink(invocation, node, 'ipvlan');
    if (command !== 'ADD') return undefined;
    const master = masterOf(invocation, node);
    if (typeof master !== 'string') return master;
    const mode = String(conf['mode'] || 'l2');
    if (!['l2', 'l3', 'l3s'].includes(mode)) {
      return failure(`unknown ipvlan mode: ${JSON.stringify(mode)}`);
    }
    return addOwnLink(invocation, node, {
      ipamOptional: false,
      undone: false,
      make(pod) {
        if (!node.host.links().some(({ name }) => name === master)) {
          return failure(`failed to lookup master ${JSON.stringify(master)}: Link not found`);
        }
        const failed = pod.addLink({
          name: request.ifName,
          kind: 'ipvlan',
          lower: { ...node.host.ref, name: master },
          options: { mode },
        });
        if (failed === 'EEXIST') {
          return failure(`failed to rename ipvlan to "${request.ifName}": file exists`);
        }
        const why = failed === 'EBUSY' ? 'device or resource busy' : 'invalid argument';
        if (failed) return failure(`failed to create ipvlan: ${why}`);
        const mtu = Number(conf['mtu'] ?? 0);
        if (mtu > 0) pod.setLink(request.ifName, { mtu });
        return undefined;
      },
    });
  },
};

export default plugin;

function masterOf({ conf }: Invocation, node: CniNode): string | CniError {
  if (typeof conf['master'] === 'string' && conf['master']) return conf['master'];
  const previous = readResult(conf.prevResult);
  if (isError(previous)) return previous;
  if (!previous) return defaultDevice(node.host);
  const [only, ...others] = previous.interfaces ?? [];
  if (only?.name && others.length === 0) return only.name;
  return failure('chained master failure. PrevResult lacks a single named interface');
}
