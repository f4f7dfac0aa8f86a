import { addOwnLink, checkOwnLink, removeOwnLink } from '../own-link.ts';
import { failure, type CniPlugin } from '../types.ts';

/** A dummy device in the pod (plugins/main/dummy). */
const plugin: CniPlugin = {
  name: 'dummy',
  run(invocation, node) {
    const { command, conf, request } = invocation;
    if (command === 'DEL') return removeOwnLink(invocation, node);
    if (command === 'CHECK') return checkOwnLink(invocation, node, 'dummy');
    if (command !== 'ADD') return undefined;
    if (!conf.ipam?.type) return failure('dummy interface requires an IPAM configuration');
    return addOwnLink(invocation, node, {
      ipamOptional: false,
      undone: true,
      make(pod) {
        const failed = pod.addLink({ name: request.ifName, kind: 'dummy' });
        return failed ? failure('failed to create dummy: file exists') : undefined;
      },
    });
  },
};

export default plugin;
