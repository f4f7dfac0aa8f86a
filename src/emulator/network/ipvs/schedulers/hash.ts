import { toGroups, toNumber } from '../../netfilter/iptables/address.ts';

/** An address as one number: groups of IPv6 are folded together. */
export function foldAddress(address: string): number {
  const groups = toGroups(address);
  if (!groups) return toNumber(address) ?? 0;
  let folded = 0;
  for (let i = 0; i < 8; i += 2) folded ^= ((groups[i] ?? 0) << 16) | (groups[i + 1] ?? 0);
  return folded >>> 0;
}

/** `hash_32` of include/linux/hash.h: a multiplication, of which the upper bits are kept. */
export function hash32(value: number, bits: number): number {
  return Math.imul(value, 0x61c88647) >>> (32 - bits);
}

const MASK = 0xffff_ffff_ffff_ffffn;
const rotate = (value: bigint, by: bigint) => ((value << by) | (value >> (64n - by))) & MASK;

/** SipHash-1-3 of four bytes, cut to 32 bits: the kernel's `hsiphash` on 64-bit machines. */
export function hsiphash(value: number, key: readonly [bigint, bigint]): number {
  const state = [
    0x736f6d6570736575n ^ key[0],
    0x646f72616e646f6dn ^ key[1],
    0x6c7967656e657261n ^ key[0],
    0x7465646279746573n ^ key[1],
  ];
  const block = (4n << 56n) | BigInt(value >>> 0);
  state[3] = (state[3] as bigint) ^ block;
  round(state);
  state[0] = (state[0] as bigint) ^ block;
  state[2] = (state[2] as bigint) ^ 0xffn;
  for (let i = 0; i < 3; i++) round(state);
  const [a = 0n, b = 0n, c = 0n, d = 0n] = state;
  return Number((a ^ b ^ c ^ d) & 0xffff_ffffn);
}

function round(state: bigint[]): void {
  let [a = 0n, b = 0n, c = 0n, d = 0n] = state;
  a = (a + b) & MASK;
  b = rotate(b, 13n) ^ a;
  a = rotate(a, 32n);
  c = (c + d) & MASK;
  d = rotate(d, 16n) ^ c;
  a = (a + d) & MASK;
  d = rotate(d, 21n) ^ a;
  c = (c + b) & MASK;
  b = rotate(b, 17n) ^ c;
  c = rotate(c, 32n);
  state.splice(0, 4, a, b, c, d);
}
