import type { CniPlugin } from '../types.ts';
import { failure } from '../types.ts';

/** Brings `lo` of the pod up; its addresses are the kernel's. */
const plugin: CniPlugin = {
  name: 'loopback',
  run({ command, request }, node) {
    const pod = node.netns(request.netns);
    if (!pod) {
      if (command === 'DEL') return undefined;
      const { netns } = request;
      return failure(`failed to Statfs "${netns}": no such file or directory`);
    }
    const up = command !== 'DEL';
    const link = pod.links().find((each) => each.name === 'lo');
    if (command === 'CHECK') {
      return link?.up ? undefined : failure('loopback interface is down');
    }
    if (command !== 'ADD' && command !== 'DEL') return undefined;
    pod.setLink('lo', { up });
    if (command === 'DEL') return undefined;
    if (link?.addresses.length === 0) {
      pod.addAddress('lo', { address: '127.0.0.1', prefix: 8, scope: 'host' });
    }
    return {
      interfaces: [{ name: 'lo', mac: '00:00:00:00:00:00', sandbox: request.netns }],
      ips: [
        { interface: 0, address: '127.0.0.1/8' },
        { interface: 0, address: '::1/128' },
      ],
    };
  },
};

export default plugin;
