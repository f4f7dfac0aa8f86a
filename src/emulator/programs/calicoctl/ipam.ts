import type { ApiObject } from '../../apimachinery/object.ts';
import { addressAt, type Block } from '../../cni/calico-ipam/blocks.ts';
import { poolOf, type IpPool } from '../../cni/calico/pools.ts';
import type { Call, Sys } from '../../host/syscalls.ts';
import { parseArgs } from './args.ts';
import { connect, isFailure, type Client, type Failure } from './client.ts';
import { grid } from './grid.ts';

const GROUP = 'crd.projectcalico.org';

/** `calicoctl ipam show`. */
export function* ipam(args: readonly string[], sys: Sys): Call<Failure | undefined> {
  const [, command] = args;
  if (command !== 'show') {
    const known = ['check', 'release', 'configure', 'split'].includes(command ?? '');
    if (known) return { error: `calicoctl ipam ${command ?? ''} is not modelled here` };
    return parseArgs([...args, '--nothing'], {}) as Failure;
  }
  const parsed = parseArgs(args, {
    '--ip': true,
    '--show-blocks': false,
    '--show-borrowed': false,
    '--show-configuration': false,
  });
  if (isFailure(parsed)) return parsed;
  const client = connect(sys);
  if (isFailure(client)) return client;
  if (parsed.has('--show-borrowed')) {
    return { error: 'calicoctl ipam show --show-borrowed is not modelled here' };
  }
  if (parsed.has('--show-configuration')) return yield* configuration(sys, client);
  const blocks = yield* client.list(`ipamblocks.${GROUP}`);
  if (isFailure(blocks)) return blocks;
  const specs = blocks.map((block) => block['spec'] as Block);
  const ip = parsed.value('--ip');
  if (ip !== undefined) {
    yield* sys.write(1, attributesOf(specs, ip));
    return undefined;
  }
  const pools = yield* client.list(`ippools.${GROUP}`);
  if (isFailure(pools)) return pools;
  const rows = usage(
    pools as unknown as readonly (ApiObject & IpPool)[],
    specs,
    parsed.has('--show-blocks'),
  );
  const headings = ['GROUPING', 'CIDR', 'IPS TOTAL', 'IPS IN USE', 'IPS FREE'];
  yield* sys.write(1, grid(headings, rows));
  return undefined;
}

function* configuration(sys: Sys, client: Client): Call<Failure | undefined> {
  const config = yield* client.get(`ipamconfigs.${GROUP}`, undefined, 'default');
  const spec = (config?.['spec'] ?? {}) as Readonly<Record<string, unknown>>;
  const rows = [
    ['StrictAffinity', String(spec['strictAffinity'] ?? false)],
    ['AutoAllocateBlocks', String(spec['autoAllocateBlocks'] ?? true)],
    ['MaxBlocksPerHost', String(spec['maxBlocksPerHost'] ?? 0)],
  ];
  yield* sys.write(1, grid(['PROPERTY', 'VALUE'], rows));
  return undefined;
}

function attributesOf(blocks: readonly Block[], ip: string): string {
  for (const block of blocks) {
    const place = block.allocations.findIndex((_at, index) => addressAt(block, index) === ip);
    const at = place < 0 ? undefined : block.allocations[place];
    if (at === undefined || at === null) continue;
    const attribute = block.attributes[at];
    const lines = Object.entries(attribute?.secondary ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `  ${name}: ${value}\n`);
    return `IP ${ip} is in use\nAttributes:\n${lines.join('')}\n`;
  }
  return `${ip} is not assigned\n`;
}

function usage(
  pools: readonly (ApiObject & IpPool)[],
  blocks: readonly Block[],
  each: boolean,
): readonly (readonly string[])[] {
  return pools.flatMap((pool) => {
    const own = blocks.filter(({ cidr }) => poolOf([pool], cidr));
    const used = own.reduce((sum, block) => sum + inUse(block), 0);
    const rows = each
      ? own
          .toSorted((a, b) => (a.cidr < b.cidr ? -1 : 1))
          .map((block) => row('Block', block.cidr, inUse(block)))
      : [];
    return [row('IP Pool', pool.spec.cidr, used), ...rows];
  });
}

const inUse = ({ allocations }: Block) => allocations.filter((at) => at !== null).length;

function row(what: string, cidr: string, used: number): readonly string[] {
  const total = 2 ** (32 - Number(cidr.split('/')[1]));
  const share = (count: number) => `${count} (${Math.round((100 * count) / total)}%)`;
  return [what, cidr, String(total), share(used), share(total - used)];
}
