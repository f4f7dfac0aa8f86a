import { ipText, parseNet } from '../ip.ts';

/** Where a node's blocks lie between the plugin and calico-node. */
export const IPAM_STATE = '/var/run/calico/ipam.lock';

/** Whose an address is (`AllocationAttribute`). */
export interface Attribute {
  readonly handle_id: string;
  readonly secondary: Readonly<Record<string, string>>;
}

/** A block as an IPAMBlock has it: for each address the attribute's place, or null. */
export interface Block {
  readonly cidr: string;
  readonly affinity: string;
  readonly allocations: readonly (number | null)[];
  readonly attributes: readonly Attribute[];
  /** Free places in the order in which they are given out; what comes back goes to the end. */
  readonly unallocated: readonly number[];
  readonly sequenceNumber: number;
}

/** A block in which all is free. */
export function newBlock(cidr: string, host: string): Block {
  const size = 2 ** (32 - Number(cidr.split('/')[1]));
  return {
    cidr,
    affinity: `host:${host}`,
    allocations: Array.from({ length: size }, () => null),
    attributes: [],
    unallocated: Array.from({ length: size }, (_none, index) => index),
    sequenceNumber: 0,
  };
}

/** The address at a place of a block. */
export function addressAt({ cidr }: Block, place: number): string {
  const net = parseNet(cidr);
  if (!net) return '';
  const base = net.ip.value - (net.ip.value % (1n << BigInt(32 - net.prefix)));
  return ipText({ value: base + BigInt(place), bits: 32 });
}

/** The first free address of the blocks, or the one that is wanted, with the blocks after that. */
export function allocate(
  blocks: readonly Block[],
  attribute: Attribute,
  wanted?: string,
): { readonly address: string; readonly blocks: readonly Block[] } | undefined {
  for (const [index, block] of blocks.entries()) {
    const place = block.unallocated.find(
      (each) => wanted === undefined || addressAt(block, each) === wanted,
    );
    if (place === undefined) continue;
    const known = block.attributes.findIndex((each) => each.handle_id === attribute.handle_id);
    const at = known < 0 ? block.attributes.length : known;
    const changed: Block = {
      ...block,
      allocations: block.allocations.with(place, at),
      attributes: known < 0 ? [...block.attributes, attribute] : block.attributes,
      unallocated: block.unallocated.filter((each) => each !== place),
      sequenceNumber: block.sequenceNumber + 1,
    };
    return { address: addressAt(block, place), blocks: blocks.with(index, changed) };
  }
  return undefined;
}

/** The blocks without what a handle has. */
export function release(blocks: readonly Block[], handle: string): readonly Block[] {
  return blocks.map((block) => {
    const at = block.attributes.findIndex((each) => each.handle_id === handle);
    if (at < 0) return block;
    const freed = block.allocations.flatMap((own, place) => (own === at ? [place] : []));
    return {
      ...block,
      allocations: block.allocations.map((own) =>
        own === null || own === at ? null : own > at ? own - 1 : own,
      ),
      attributes: block.attributes.filter((_each, index) => index !== at),
      unallocated: [...block.unallocated, ...freed],
      sequenceNumber: block.sequenceNumber + 1,
    };
  });
}

/** Addresses of a handle. */
export function addressesOf(blocks: readonly Block[], handle: string): readonly string[] {
  return blocks.flatMap((block) => {
    const at = block.attributes.findIndex((each) => each.handle_id === handle);
    return block.allocations.flatMap((own, place) =>
      at >= 0 && own === at ? [addressAt(block, place)] : [],
    );
  });
}

/** What each allocated address is for. */
export function allocations(
  blocks: readonly Block[],
): readonly { readonly address: string; readonly attribute: Attribute }[] {
  return blocks.flatMap((block) =>
    block.allocations.flatMap((at, place) => {
      const attribute = at === null ? undefined : block.attributes[at];
      return attribute ? [{ address: addressAt(block, place), attribute }] : [];
    }),
  );
}

/** The node's blocks out of their file; none where it is not there yet. */
export function readBlocks(text: string): readonly Block[] {
  return text.trim() === '' ? [] : (JSON.parse(text) as readonly Block[]);
}
