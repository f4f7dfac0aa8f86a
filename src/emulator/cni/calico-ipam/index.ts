import { readArgs } from '../arguments.ts';
import { failure, type Answer, type CniNode, type CniPlugin, type Invocation } from '../types.ts';
import { allocate, IPAM_STATE, readBlocks, release, type Block } from './blocks.ts';

/** Calico's IPAM plugin (cni-plugin/pkg/ipamplugin): a free address of one of the node's blocks. */
const plugin: CniPlugin = {
  name: 'calico-ipam',
  run(invocation, node) {
    switch (invocation.command) {
      case 'ADD':
        return add(invocation, node);
      case 'DEL':
        return remove(invocation, node);
      default:
        return undefined;
    }
  },
};

export default plugin;

const handleOf = ({ conf, request }: Invocation) => `${conf.name ?? ''}.${request.containerID}`;

function read(node: CniNode): readonly Block[] {
  const file = node.files.read(IPAM_STATE);
  return typeof file === 'string' ? [] : readBlocks(file.text);
}

function write(node: CniNode, blocks: readonly Block[]): void {
  node.files.write(IPAM_STATE, JSON.stringify(blocks));
}

function add(invocation: Invocation, node: CniNode): Answer {
  const args = readArgs(invocation.request.args);
  const blocks = read(node);
  const attribute = {
    handle_id: handleOf(invocation),
    secondary: {
      namespace: args.get('K8S_POD_NAMESPACE') ?? '',
      node: node.host.ref.host,
      pod: args.get('K8S_POD_NAME') ?? '',
    },
  };
  const wanted = (invocation.conf.ipam as { readonly ip?: string } | undefined)?.ip;
  const got = allocate(blocks, attribute, wanted);
  if (!got) {
    return failure(
      blocks.length === 0
        ? 'failed to request IPv4 addresses: no configured Calico pools'
        : 'failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; ' +
            'No more free affine blocks and strict affinity enabled: pools=[]',
    );
  }
  write(node, got.blocks);
  return { ips: [{ address: `${got.address}/32` }] };
}

function remove(invocation: Invocation, node: CniNode): Answer {
  const blocks = read(node);
  const after = release(blocks, handleOf(invocation));
  if (after.some((block, index) => block !== blocks[index])) write(node, after);
  return undefined;
}
