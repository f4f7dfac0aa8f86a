import { foldAddress } from './schedulers/hash.ts';
import type { VirtualServer } from './types.ts';

const NUMBERS = { tcp: 6, udp: 17, sctp: 132 } as const;

/** Virtual servers in the kernel's order: by hash (whose start differs), the newest first. */
export function inKernelOrder(
  servers: readonly VirtualServer[],
  seed: number,
): readonly VirtualServer[] {
  const bucket = ({ protocol, address, port, mark }: VirtualServer) =>
    mark === undefined
      ? (NUMBERS[protocol] ^ foldAddress(address) ^ seed ^ (port >> 8) ^ port) & 255
      : 256 + (mark & 255);
  return servers.toSorted((a, b) => bucket(a) - bucket(b) || b.order - a.order);
}
