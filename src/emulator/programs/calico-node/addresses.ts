import {
  addressesOf,
  allocate,
  allocations,
  IPAM_STATE,
  newBlock,
  readBlocks,
  release,
  type Block,
} from '../../cni/calico-ipam/blocks.ts';
import { candidateBlocks, dashed, poolOf } from '../../cni/calico/pools.ts';
import type { Api } from '../../controllers/controller.ts';
import { isErrno } from '../../host/errno.ts';
import type { Call, DaemonSys } from '../../host/syscalls.ts';
import { equal, type Json } from '../../world/json.ts';
import { say } from './log.ts';
import { GROUP, type BlockObject, type PoolObject, type Seen } from './shapes.ts';

/** So many addresses are kept free: the plugin cannot ask for another block by itself. */
const SPARE = 8;

/** The node's blocks as the plugin left them. */
export function localBlocks(sys: DaemonSys): readonly Block[] {
  const file = sys.files.read(IPAM_STATE);
  return isErrno(file) ? [] : readBlocks(file.text);
}

/** Which tunnel a pool's packets take. */
export type Tunnel = 'ipip' | 'vxlan';

export function tunnelOf({ spec }: PoolObject): Tunnel | undefined {
  if (spec.ipipMode && spec.ipipMode !== 'Never') return 'ipip';
  return spec.vxlanMode && spec.vxlanMode !== 'Never' ? 'vxlan' : undefined;
}

const KINDS: Readonly<Record<Tunnel, string>> = {
  ipip: 'ipipTunnelAddress',
  vxlan: 'vxlanTunnelAddress',
};

/** Brings the node's blocks up to date, also for the plugin; gives the tunnels' addresses. */
export function* keepAddresses(
  sys: DaemonSys,
  api: Api,
  seen: Seen,
): Call<Readonly<Partial<Record<Tunnel, string>>>> {
  const node = seen.self.metadata.name;
  const usable = seen.pools.filter(({ spec }) => !spec.disabled && !spec.cidr.includes(':'));
  const before = localBlocks(sys);
  let blocks = yield* ownBlocks(api, seen, usable, before);
  const tunnels: Partial<Record<Tunnel, string>> = {};
  for (const tunnel of ['ipip', 'vxlan'] as const) {
    const handle = `${tunnel}-tunnel-addr-${node}`;
    const wanted = usable.some((pool) => tunnelOf(pool) === tunnel);
    if (!wanted) {
      blocks = release(blocks, handle);
      continue;
    }
    const known = addressesOf(blocks, handle)[0];
    const got = known
      ? undefined
      : allocate(blocks, { handle_id: handle, secondary: { node, type: KINDS[tunnel] } });
    blocks = got?.blocks ?? blocks;
    const address = known ?? got?.address;
    if (address !== undefined) tunnels[tunnel] = address;
    if (got) {
      say(
        sys,
        'INFO',
        'tunnel-ip-allocator/allocateip.go 340',
        `Assigned tunnel address to node ${node}: ${got.address}`,
      );
    }
  }
  if (!equal(blocks as unknown as Json, before as unknown as Json)) {
    sys.files.makeDirectory('/var/run/calico', { parents: true });
    sys.files.write(IPAM_STATE, JSON.stringify(blocks));
  }
  yield* publish(api, seen.blocks, blocks);
  return tunnels;
}

/** Blocks of this node that lie in a pool, with a new one where few addresses are left. */
function* ownBlocks(
  api: Api,
  { self, blocks }: Seen,
  pools: readonly PoolObject[],
  local: readonly Block[],
): Call<readonly Block[]> {
  const node = self.metadata.name;
  const affine = blocks.filter(({ spec }) => spec.affinity === `host:${node}`);
  const known = new Map(local.map((block) => [block.cidr, block]));
  const own = affine.map(({ spec }) => known.get(spec.cidr) ?? spec);
  // What the file has and the API has not was written by another cluster's life.
  const free = own
    .filter(({ cidr }) => poolOf(pools, cidr))
    .reduce((sum, { unallocated }) => sum + unallocated.length, 0);
  if (free >= SPARE) return own.map(plain);
  const claimed = yield* claim(api, node, pools, blocks);
  return [...own, ...(claimed ? [claimed] : [])].map(plain);
}

/** The part of a block's object that the plugin has too. */
function plain({
  cidr,
  affinity,
  allocations: own,
  attributes,
  unallocated,
  sequenceNumber,
}: Block) {
  return { cidr, affinity, allocations: own, attributes, unallocated, sequenceNumber };
}

function* claim(
  api: Api,
  node: string,
  pools: readonly PoolObject[],
  blocks: readonly BlockObject[],
): Call<Block | undefined> {
  const taken = new Set(blocks.map(({ spec }) => spec.cidr));
  for (const pool of pools) {
    for (const cidr of candidateBlocks(pool, node)) {
      if (taken.has(cidr)) continue;
      const block = newBlock(cidr, node);
      const made = yield* api.create(`ipamblocks.${GROUP}`, blockObject(block));
      if (made.status === 409) continue;
      if (made.status >= 300) return undefined;
      const spec = { cidr, deleted: 'false', node, state: 'confirmed' };
      const metadata = { name: `${node}-${dashed(cidr)}` };
      const affinity = { apiVersion: `${GROUP}/v1`, kind: 'BlockAffinity', metadata, spec };
      yield* api.create(`blockaffinities.${GROUP}`, affinity);
      return block;
    }
  }
  return undefined;
}

function blockObject(block: Block, metadata: object = { name: dashed(block.cidr) }): object {
  const { affinity, allocations: own, attributes, cidr, sequenceNumber, unallocated } = block;
  const spec = {
    affinity,
    allocations: own,
    attributes,
    cidr,
    deleted: false,
    sequenceNumber,
    strictAffinity: false,
    unallocated,
  };
  return { apiVersion: `${GROUP}/v1`, kind: 'IPAMBlock', metadata, spec };
}

/** Brings what was allocated on the node to the API, and handles of it. */
function* publish(api: Api, objects: readonly BlockObject[], blocks: readonly Block[]): Call<void> {
  for (const block of blocks) {
    const object = objects.find(({ spec }) => spec.cidr === block.cidr);
    if (!object || object.spec.sequenceNumber === block.sequenceNumber) continue;
    const updated = blockObject(block, object.metadata);
    yield* api.update(`ipamblocks.${GROUP}`, updated as BlockObject);
    const handles = (of: Block) => new Set(of.attributes.map(({ handle_id }) => handle_id));
    const [old, now] = [handles(object.spec), handles(block)];
    for (const handle of [...now].filter((each) => !old.has(each))) {
      const spec = { block: { [block.cidr]: 1 }, deleted: false, handleID: handle };
      const metadata = { name: handle.toLowerCase() };
      const made = { apiVersion: `${GROUP}/v1`, kind: 'IPAMHandle', metadata, spec };
      yield* api.create(`ipamhandles.${GROUP}`, made);
    }
    for (const handle of [...old].filter((each) => !now.has(each))) {
      yield* api.delete(`ipamhandles.${GROUP}`, undefined, handle.toLowerCase());
    }
  }
}

/** Addresses that the plugin gave to pods of this node, by `namespace/name`. */
export function podAddresses(
  blocks: readonly Block[],
): ReadonlyMap<string, { readonly address: string; readonly handle: string }> {
  return new Map(
    allocations(blocks).flatMap(({ address, attribute }) => {
      const { namespace, pod } = attribute.secondary;
      if (!namespace || !pod) return [];
      return [[`${namespace}/${pod}`, { address, handle: attribute.handle_id }] as const];
    }),
  );
}
