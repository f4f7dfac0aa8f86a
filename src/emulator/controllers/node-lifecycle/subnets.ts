import ipaddr from 'ipaddr.js';

/** `--node-cidr-mask-size-ipv4` and `--node-cidr-mask-size-ipv6`. */
const MASKS = { 4: 24, 6: 64 } as const;
const MOST = 65_536;

/**
 * The first subnet of a cluster's range that no node has (`cidrset.AllocateNext`); undefined where
 * all are given away, or the range is none.
 */
export function freeSubnet(range: string, used: ReadonlySet<string>): string | undefined {
  const [base = '', bits = ''] = range.split('/');
  if (!ipaddr.isValid(base)) return undefined;
  const bytes = ipaddr.parse(base).toByteArray();
  const mask = MASKS[bytes.length === 4 ? 4 : 6];
  const count = Math.min(2 ** (mask - Number(bits)), MOST);
  for (let i = 0; i < count; i++) {
    const cidr = `${subnetAt(bytes, mask, i)}/${mask}`;
    if (!used.has(cidr)) return cidr;
  }
  return undefined;
}

/** The network address of a subnet of whole bytes, by its number. */
function subnetAt(bytes: readonly number[], mask: number, number: number): string {
  const own = [...bytes];
  let rest = number;
  for (let at = mask / 8 - 1; at >= 0 && rest > 0; at--) {
    const sum = (own[at] ?? 0) + (rest % 256);
    own[at] = sum % 256;
    rest = Math.floor(rest / 256) + Math.floor(sum / 256);
  }
  const address = ipaddr.fromByteArray(own);
  return address.kind() === 'ipv6'
    ? (address as ipaddr.IPv6).toRFC5952String()
    : address.toString();
}
