import ipaddr from 'ipaddr.js';

/** Whether a CIDR holds an address; false where either is malformed or of the other family. */
export function containsAddress(cidr: string, address: string): boolean {
  if (!ipaddr.isValidCIDR(cidr) || !ipaddr.isValid(address)) return false;
  const [network, prefix] = ipaddr.parseCIDR(cidr);
  const parsed = ipaddr.parse(address);
  if (network.kind() !== parsed.kind()) return false;
  return parsed.match(network as ipaddr.IPv4 & ipaddr.IPv6, prefix);
}

/** Whether `nodePortAddresses` means every address of the node. */
export function matchesAll(cidrs: readonly string[]): boolean {
  return cidrs.length === 0 || cidrs.some((cidr) => cidr.endsWith('/0'));
}

/** Addresses of the node that NodePorts are opened on, in the order of the node's addresses. */
export function nodePortAddresses(
  cidrs: readonly string[],
  addresses: readonly string[],
): readonly string[] {
  return addresses.filter((address) => cidrs.some((cidr) => containsAddress(cidr, address)));
}
