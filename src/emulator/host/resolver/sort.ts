import type { Sys } from '../syscalls.ts';

const toNumber = (address: string) =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/**
 * The order in which getaddrinfo gives addresses (RFC 3484, as far as it matters here): those that
 * have a route first (rule 1), IPv6 before IPv4 (rule 6), then the nearest of the sender's own
 * subnet (rule 9, which glibc applies to IPv4 only inside the subnet). What is equal keeps the
 * order of the answer.
 */
export function sortAddresses(sys: Sys, addresses: readonly string[]): readonly string[] {
  if (addresses.length < 2) return addresses;
  const ranked = addresses.map((address, index) => ({ address, index, ...rank(sys, address) }));
  ranked.sort(
    (a, b) =>
      Number(b.usable) - Number(a.usable) ||
      Number(b.address.includes(':')) - Number(a.address.includes(':')) ||
      b.matching - a.matching ||
      a.index - b.index,
  );
  return ranked.map(({ address }) => address);
}

function rank(sys: Sys, address: string): { usable: boolean; matching: number } {
  if (address.includes(':')) {
    return { usable: sys.network.routeTo(address) !== undefined, matching: 0 };
  }
  const route = sys.network.routeTo(address);
  const own = sys.network
    .links()
    .flatMap((link) => link.addresses)
    .find((each) => each.address === route?.source);
  if (!route || !own || own.address.includes(':')) return { usable: Boolean(route), matching: 0 };
  const difference = (toNumber(own.address) ^ toNumber(address)) >>> 0;
  const common = difference === 0 ? 32 : Math.clz32(difference);
  return { usable: true, matching: common >= own.prefix ? common : 0 };
}
