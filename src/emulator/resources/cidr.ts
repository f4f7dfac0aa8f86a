import ipaddr from 'ipaddr.js';

/** An address as a number, so that ranges can be counted. */
export function toNumber(address: string): bigint {
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

export function fromNumber(value: bigint, family: string): string {
  const length = family === 'IPv6' ? 16 : 4;
  const bytes = Array.from({ length }, (_, i) =>
    Number((value >> BigInt(8 * (length - 1 - i))) & 255n),
  );
  return ipaddr.fromByteArray(bytes).toString();
}

/** Network address of a CIDR, and how many addresses it has. */
export function firstOf(cidr: string): bigint {
  const [address = '', prefix = '32'] = cidr.split('/');
  const bits = address.includes(':') ? 128 : 32;
  const host = BigInt(bits - Number(prefix));
  return (toNumber(address) >> host) << host;
}

export function sizeOf(cidr: string): bigint {
  const [address = '', prefix = '32'] = cidr.split('/');
  return 1n << BigInt((address.includes(':') ? 128 : 32) - Number(prefix));
}

/** Whether a range holds an address of its own family. */
export function holds(cidr: string, address: string): boolean {
  if (cidr.includes(':') !== address.includes(':')) return false;
  const value = toNumber(address);
  return value >= firstOf(cidr) && value < firstOf(cidr) + sizeOf(cidr);
}
