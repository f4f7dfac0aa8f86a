import { containsIp, ipText, networkIp, parseIp, parseNet } from '../ip.ts';

/** What is read of an IPPool. */
export interface IpPool {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly cidr: string;
    readonly blockSize?: number;
    readonly ipipMode?: 'Always' | 'CrossSubnet' | 'Never';
    readonly vxlanMode?: 'Always' | 'CrossSubnet' | 'Never';
    readonly natOutgoing?: boolean;
    readonly disabled?: boolean;
    readonly disableBGPExport?: boolean;
    readonly nodeSelector?: string;
    readonly allowedUses?: readonly string[];
  };
}

/** Name of the pool that calico-node makes where there is none. */
export const DEFAULT_POOL = 'default-ipv4-ippool';

/** The pool that holds an address or block. */
export function poolOf<T extends IpPool>(pools: readonly T[], text: string): T | undefined {
  const ip = parseIp(text.split('/')[0] ?? '');
  return pools.find(({ spec }) => {
    const net = parseNet(spec.cidr);
    return net !== undefined && ip !== undefined && containsIp(net, ip);
  });
}

/** Blocks of a pool from a place on that hangs on the node, so that nodes seldom meet. */
export function* candidateBlocks({ spec }: IpPool, node: string): Generator<string> {
  const net = parseNet(spec.cidr);
  const size = spec.blockSize ?? 26;
  if (!net || net.ip.bits !== 32 || size < net.prefix) return;
  const count = 2 ** (size - net.prefix);
  const base = networkIp(net).value;
  const start = fnv32(node) % count;
  for (let at = 0; at < count; at++) {
    const offset = BigInt((start + at) % count) << BigInt(32 - size);
    yield `${ipText({ value: base + offset, bits: 32 })}/${size}`;
  }
}

/** FNV-1 of 32 bits, as Go's `fnv.New32` makes it. */
function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash, 0x01000193) ^ byte;
  }
  return hash >>> 0;
}

/** A network as part of an object's name: `10-244-1-64-26`. */
export const dashed = (cidr: string): string => cidr.replace(/[./:]/g, '-');
