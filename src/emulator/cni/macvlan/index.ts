import { readArgs } from '../arguments.ts';
import { addOwnLink, checkOwnLink, defaultDevice, removeOwnLink } from '../own-link.ts';
import { failure, isError, type CniPlugin, type Invocation } from '../types.ts';

const MODES = ['bridge', 'private', 'vepa', 'passthru'];

/** Pods as neighbours of the node on its own segment (plugins/main/macvlan). */
const plugin: CniPlugin = {
  name: 'macvlan',
  run(invocation, node) {
    const { command, conf, request } = invocation;
    if (command === 'DEL') return removeOwnLink(invocation, node);
    if (command !== 'ADD' && command !== 'CHECK') return undefined;
    const master =
      typeof conf['master'] === 'string' && conf['master'] ? conf['master'] : undefined;
    const device = master ?? defaultDevice(node.host);
    if (isError(device)) return device;
    const lower = node.host.links().find(({ name }) => name === device);
    if (!lower) return failure('Link not found');
    const mtu = Number(conf['mtu'] ?? 0);
    if (mtu < 0 || mtu > lower.mtu) {
      return failure(`invalid MTU ${mtu}, must be [0, master MTU(${lower.mtu})]`);
    }
    const mode = String(conf['mode'] || 'bridge');
    if (!MODES.includes(mode)) return failure(`unknown macvlan mode: ${JSON.stringify(mode)}`);
    if (command === 'CHECK') return checkOwnLink(invocation, node, 'macvlan');
    const mac = macOf(invocation);
    return addOwnLink(invocation, node, {
      ipamOptional: true,
      undone: true,
      make(pod) {
        const failed = pod.addLink({
          name: request.ifName,
          kind: 'macvlan',
          lower: { ...node.host.ref, name: device },
          options: { mode },
          ...(mac ? { mac } : {}),
        });
        if (failed) return failure(`failed to create macvlan: ${textOf(failed)}`);
        if (mtu > 0) pod.setLink(request.ifName, { mtu });
        return undefined;
      },
    });
  },
};

export default plugin;

function macOf({ conf, request }: Invocation): string | undefined {
  const runtime = conf.runtimeConfig?.['mac'] as string | undefined;
  return runtime ?? readArgs(request.args).get('MAC') ?? (conf['mac'] as string | undefined);
}

function textOf(errno: string): string {
  if (errno === 'EEXIST') return 'file exists';
  return errno === 'EBUSY' ? 'device or resource busy' : 'invalid argument';
}
