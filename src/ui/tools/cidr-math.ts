import ipaddr from 'ipaddr.js';

/** A range of addresses as a block of bits. */
export interface Block {
  readonly text: string;
  readonly family: 4 | 6;
  readonly prefix: number;
  /** First and last address as numbers. */
  readonly first: bigint;
  readonly last: bigint;
}

/** Reads `10.244.0.0/16`; the network is what counts, host bits are cleared. */
export function readBlock(text: string): Block | undefined {
  const trimmed = text.trim();
  if (!/^[\da-fA-F.:]+\/\d{1,3}$/.test(trimmed) || !ipaddr.isValidCIDR(trimmed)) return undefined;
  const [address, prefix] = ipaddr.parseCIDR(trimmed);
  const family = address.kind() === 'ipv4' ? 4 : 6;
  const bits = BigInt((family === 4 ? 32 : 128) - prefix);
  const number = numberOf(address.toByteArray());
  const first = (number >> bits) << bits;
  const last = first + (1n << bits) - 1n;
  return { text: `${show(first, family)}/${prefix}`, family, prefix, first, last };
}

const numberOf = (bytes: readonly number[]) =>
  bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** An address in its usual form. */
export function show(number: bigint, family: 4 | 6): string {
  const length = family === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, at) =>
    Number((number >> BigInt(8 * (length - 1 - at))) & 255n),
  );
  return ipaddr.fromByteArray(bytes).toString();
}

/** Whether two ranges have an address in common. */
export function overlap(a: Block, b: Block): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** How many addresses a range has. */
export const sizeOf = ({ first, last }: Block) => last - first + 1n;

/** What a cluster's plan comes to. */
export interface Plan {
  /** Ranges for nodes that the pods' range is cut into. */
  readonly nodeBlocks: bigint;
  /** Addresses for pods on one node: without network, gateway and broadcast. */
  readonly podsByAddress: bigint;
  /** What a node really runs: the lesser of addresses and the kubelet's limit. */
  readonly podsPerNode: bigint;
  readonly podsInAll: bigint;
  /** The first ranges, node by node. */
  readonly first: readonly string[];
  /** Whether there are ranges enough, and addresses enough on each. */
  readonly enoughNodes: boolean;
  readonly enoughPods: boolean;
}

export interface Wish {
  readonly pods: Block;
  /** `--node-cidr-mask-size`. */
  readonly nodeMask: number;
  readonly nodes: number;
  readonly podsPerNode: number;
}

/** Nodes whose ranges are written out. */
const WRITTEN = 8;

/**
 * Cuts the pods' range into one range for each node, as the node IPAM controller does. host-local
 * keeps the network address, the bridge's own and, in IPv4, the broadcast address to itself.
 */
export function planPods({ pods, nodeMask, nodes, podsPerNode }: Wish): Plan | 'mask' | 'many' {
  const bits = pods.family === 4 ? 32 : 128;
  if (nodeMask < pods.prefix || nodeMask > bits) return 'mask';
  // The controller manager refuses more than 16 bits of subnets.
  if (nodeMask - pods.prefix > 16) return 'many';
  const nodeBlocks = 1n << BigInt(nodeMask - pods.prefix);
  const size = 1n << BigInt(bits - nodeMask);
  const kept = pods.family === 4 ? 3n : 2n;
  const podsByAddress = size > kept ? size - kept : 0n;
  const wished = BigInt(podsPerNode);
  const perNode = podsByAddress < wished ? podsByAddress : wished;
  const count = Math.min(WRITTEN, nodes, Number(nodeBlocks));
  return {
    nodeBlocks,
    podsByAddress,
    podsPerNode: perNode,
    podsInAll: perNode * (nodeBlocks < BigInt(nodes) ? nodeBlocks : BigInt(nodes)),
    first: Array.from(
      { length: count },
      (_, at) => `${show(pods.first + size * BigInt(at), pods.family)}/${nodeMask}`,
    ),
    enoughNodes: BigInt(nodes) <= nodeBlocks,
    enoughPods: wished <= podsByAddress,
  };
}

/** What a Services' range holds, and how much of it is kept for addresses chosen by hand. */
export function planServices(services: Block): {
  readonly usable: bigint;
  readonly byHand: bigint;
  readonly tooLarge: boolean;
} {
  const size = sizeOf(services);
  // The network address is never given, nor is IPv4's broadcast address.
  const usable = size - (services.family === 4 ? 2n : 1n);
  const sixteenth = size / 16n;
  const band = sixteenth < 16n ? 16n : sixteenth > 256n ? 256n : sixteenth;
  // kube-apiserver takes at most 20 bits of Services.
  const bits = (services.family === 4 ? 32 : 128) - services.prefix;
  return { usable, byHand: usable < band ? 0n : band, tooLarge: bits > 20 };
}
