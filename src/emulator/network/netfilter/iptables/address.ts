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
      part = (part < 0 ? 0 : part) * 10 + (code - 48);
      if (part > 255) return undefined;
    } else return undefined;
  }
  return dots === 3 && part >= 0 ? value * 256 + part : undefined;
}

/** The dotted form of a number. */
export function toAddress(value: number): string {
  return `${(value >>> 24) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The network mask of a prefix length as an unsigned number. */
export function maskOf(prefix: number): number {
  return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}

/**
 * An address with `/prefix` or `/mask` as iptables takes it: host bits are cleared. Undefined if
 * it is none; masks with holes are not known here.
 */
export function parseNetwork(
  text: string,
): { readonly address: string; readonly prefix: number } | undefined {
  const [head, tail, ...more] = text.split('/');
  if (more.length > 0 || head === undefined) return undefined;
  const address = toNumber(head);
  if (address === undefined) return undefined;
  const prefix = tail === undefined ? 32 : parsePrefix(tail);
  if (prefix === undefined) return undefined;
  return { address: toAddress((address & maskOf(prefix)) >>> 0), prefix };
}

function parsePrefix(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text) <= 32 ? Number(text) : undefined;
  const mask = toNumber(text);
  if (mask === undefined) return undefined;
  for (let prefix = 0; prefix <= 32; prefix++) if (maskOf(prefix) === mask) return prefix;
  return undefined;
}
