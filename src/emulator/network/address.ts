/** An IPv4 address in dotted form as an unsigned number, or undefined if it is none. */
export function toNumber(address: string): number | undefined {
  let value = 0;
  let part = -1;
  let dots = 0;
  for (let i = 0; i < address.length; i++) {
    const code = address.charCodeAt(i);
    if (code === 46) {
      if (part < 0) return undefined;
      value = value * 256 + part;
      part = -1;
      dots += 1;
    } else if (code >= 48 && code <= 57) {
      part = (part < 0 ? 0 : part * 10) + (code - 48);
      if (part > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && part >= 0 ? value * 256 + part : undefined;
}

/** The dotted form of a number. */
export function toText(value: number): string {
  return `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The network that an address of a prefix length lies in, as an unsigned number. */
export function networkOf(address: number, prefix: number): number {
  return prefix === 0 ? 0 : (address & (0xffffffff << (32 - prefix))) >>> 0;
}

/** Last address of a network. */
export function broadcastOf(address: number, prefix: number): number {
  const size = 2 ** (32 - prefix);
  return networkOf(address, prefix) + size - 1;
}

/** `10.244.1.0/24`, `default` or a single address, as numbers; undefined if it is none. */
export function parseCidr(text: string): { network: number; prefix: number } | undefined {
  if (text === 'default') return { network: 0, prefix: 0 };
  const slash = text.indexOf('/');
  const address = toNumber(slash < 0 ? text : text.slice(0, slash));
  const prefix = slash < 0 ? 32 : Number(text.slice(slash + 1));
  if (address === undefined || !Number.isInteger(prefix) || prefix < 0 || prefix > 32) {
    return undefined;
  }
  return { network: networkOf(address, prefix), prefix };
}

/** The CIDR as iproute2 prints it: `default`, a bare address for /32, else with its prefix. */
export function cidrText(network: number, prefix: number): string {
  if (prefix === 0) return 'default';
  return prefix === 32 ? toText(network) : `${toText(network)}/${prefix}`;
}

/** Whether an address lies in 127.0.0.0/8. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.');
}

/** Whether an address lies in 224.0.0.0/4. */
export function isMulticast(address: string): boolean {
  const first = Number(address.slice(0, address.indexOf('.')));
  return first >= 224 && first < 240;
}
