import { addOwnLink, checkOwnLink, removeOwnLink } from '../own-link.ts';
import { failure, type CniPlugin } from '../types.ts';

/** A VLAN of the node's card in the pod (plugins/main/vlan). */
const plugin: CniPlugin = {
  name: 'vlan',
  run(invocation, node) {
    const { command, conf, request } = invocation;
    if (command === 'DEL') return removeOwnLink(invocation, node);
    if (command !== 'ADD' && command !== 'CHECK') return undefined;
    const master = String(conf['master'] ?? '');
    const id = Number(conf['vlanId'] ?? 0);
    if (master === '') {
      return failure(
        '"master" field is required. It specifies the host interface name to create the VLAN for.',
      );
    }
    if (id < 0 || id > 4094) {
      return failure(`invalid VLAN ID ${id} (must be between 0 and 4095 inclusive)`);
    }
    const lower = node.host.links().find(({ name }) => name === master);
    if (!lower) return failure('Link not found');
    const mtu = Number(conf['mtu'] ?? 0);
    if (mtu < 0 || mtu > lower.mtu) {
      return failure(`invalid MTU ${mtu}, must be [0, master MTU(${lower.mtu})]`);
    }
    if (command === 'CHECK') return checkOwnLink(invocation, node, 'vlan');
    return addOwnLink(invocation, node, {
      ipamOptional: true,
      undone: false,
      make(pod) {
        const failed = pod.addLink({
          name: request.ifName,
          kind: 'vlan',
          lower: { ...node.host.ref, name: master },
          options: { id },
        });
        const why = failed === 'EEXIST' ? 'file exists' : 'invalid argument';
        if (failed) return failure(`failed to create vlan: ${why}`);
        if (mtu > 0) pod.setLink(request.ifName, { mtu });
        return undefined;
      },
    });
  },
};

export default plugin;
