import { isNetns, openNetns } from '../interface.ts';
import { addOwnLink, checkOwnLink } from '../own-link.ts';
import {
  failure,
  isError,
  type Answer,
  type CniError,
  type CniNode,
  type CniPlugin,
  type Invocation,
} from '../types.ts';

/** A device of the node in the pod (plugins/main/host-device). */
const plugin: CniPlugin = {
  name: 'host-device',
  run(invocation, node) {
    const { command, conf } = invocation;
    if (!['ADD', 'DEL', 'CHECK'].includes(command)) return undefined;
    const given = ['device', 'hwaddr', 'kernelpath', 'pciBusID'].filter((name) => conf[name]);
    if (given.length === 0) {
      return failure('specify either "device", "hwaddr", "kernelpath" or "pciBusID"');
    }
    if (!given.includes('device') && !given.includes('hwaddr')) {
      return failure(`${given[0]} is not modelled here`);
    }
    if (command === 'CHECK') return checkOwnLink(invocation, node);
    return command === 'ADD' ? add(invocation, node) : remove(invocation, node);
  },
};

export default plugin;

function add(invocation: Invocation, node: CniNode): Answer {
  const { request } = invocation;
  return addOwnLink(invocation, node, {
    ipamOptional: true,
    undone: false,
    make(pod) {
      const device = find(invocation, node);
      if (isError(device)) return failure(`failed to find host device: ${device.msg}`);
      if (pod.links().some(({ name }) => name === request.ifName)) {
        const why = `failed to rename device "${device}" to "${request.ifName}": file exists`;
        return failure(`failed to move link ${why}`);
      }
      const failed = node.host.moveLink(device, pod.ref);
      if (failed) return failure('failed to move link invalid argument');
      // The alias of the device tells what it was called.
      pod.setLink(device, { up: false, name: request.ifName, options: { alias: device } });
      pod.setLink(request.ifName, { up: true });
      return undefined;
    },
  });
}

function find({ conf }: Invocation, node: CniNode): string | CniError {
  const links = node.host.links();
  const { device, hwaddr } = conf as { device?: string; hwaddr?: string };
  if (device) {
    return links.some(({ name }) => name === device) ? device : failure('Link not found');
  }
  const found = links.find(({ mac }) => mac === hwaddr?.toLowerCase());
  return found?.name ?? failure('failed to find physical interface');
}

function remove({ conf, request, delegate }: Invocation, node: CniNode): Answer {
  if (request.netns === '') return undefined;
  const pod = openNetns(node, request.netns);
  if (!isNetns(pod)) return pod;
  if (conf.ipam?.type) {
    const failed = delegate(conf.ipam.type, 'DEL', conf);
    if (isError(failed)) return failed;
  }
  const link = pod.links().find(({ name }) => name === request.ifName);
  if (!link) return failure(`failed to find "${request.ifName}": Link not found`);
  const alias = String(link.options?.['alias'] ?? '');
  pod.setLink(request.ifName, { up: false, ...(alias ? { name: alias } : {}) });
  const failed = pod.moveLink(alias || request.ifName, node.host.ref);
  return failed ? failure(`failed to move "${alias}" to host netns: file exists`) : undefined;
}
