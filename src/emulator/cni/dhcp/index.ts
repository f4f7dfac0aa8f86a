import { failure, type CniPlugin } from '../types.ts';

const SOCKET = '/run/cni/dhcp.sock';

/** The dhcp IPAM plugin without its daemon (plugins/ipam/dhcp). */
const plugin: CniPlugin = {
  name: 'dhcp',
  run({ command, conf }) {
    // A DEL without a daemon has nothing to give back.
    if (command === 'STATUS' || command === 'GC') return undefined;
    const own = conf.ipam?.['daemonSocketPath'];
    const path = typeof own === 'string' && own ? own : SOCKET;
    const why = `dial unix ${path}: connect: no such file or directory`;
    return failure(`error dialing DHCP daemon: ${why}`);
  },
};

export default plugin;
