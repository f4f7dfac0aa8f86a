/** An IPv6 address as eight groups of 16 bits. */
export type Groups = readonly number[];

/** Whether a text is meant as an IPv6 address: those have colons, the others have none. */
export function isInet6(address: string): boolean {
  return address.includes(':');
}

/** Reads an IPv6 address (`inet_pton`); undefined if it is none. */
export function parse6(text: string): Groups | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left, right] = halves.map(readGroups);
  if (left === undefined || (halves.length === 2 && right === undefined)) return undefined;
  if (right === undefined) return left.length === 8 ? left : undefined;
  const missing = 8 - left.length - right.length;
  if (missing < 1) return undefined;
  return [...left, ...Array.from({ length: missing }, () => 0), ...right];
}

function readGroups(text: string): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const words = text.split(':');
  for (const [index, word] of words.entries()) {
    if (word.includes('.') && index === words.length - 1) {
      const bytes = word.split('.').map(Number);
      const fine =
        bytes.length === 4 && bytes.every((b) => Number.isInteger(b) && b >= 0 && b < 256);
      if (!fine) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = bytes;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(parseInt(word, 16));
    else return undefined;
  }
  return groups.length <= 8 ? groups : undefined;
}

/** The text of an address as the kernel's tools print it (RFC 5952). */
export function text6(groups: Groups): string {
  let [best, length] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end += 1;
    if (end - start > length) [best, length] = [start, end - start];
  }
  const words = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  if (best < 0) return words(0, 8);
  if (best === 0 && length === 5 && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6);
    return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  return `${words(0, best)}::${words(best + length, 8)}`;
}

/** An address in its one form; undefined if it is none. */
export function canonical6(text: string): string | undefined {
  const groups = parse6(text);
  return groups && text6(groups);
}

/** The address with all bits behind a prefix cleared. */
export function network6(groups: Groups, prefix: number): Groups {
  return groups.map((group, index) => group & maskOf(index, prefix));
}

/** The last address of a network. */
export function last6(groups: Groups, prefix: number): Groups {
  return groups.map((group, index) => group | (~maskOf(index, prefix) & 0xffff));
}

function maskOf(index: number, prefix: number): number {
  const bits = Math.max(0, Math.min(16, prefix - index * 16));
  return (0xffff << (16 - bits)) & 0xffff;
}

/** `fd00::/64` or a single address; `default` is `::/0`. */
export function parseCidr6(text: string): { network: Groups; prefix: number } | undefined {
  const slash = text.indexOf('/');
  const groups = parse6(slash < 0 ? text : text.slice(0, slash));
  const length = slash < 0 ? '128' : text.slice(slash + 1);
  if (!groups || !/^\d{1,3}$/.test(length) || Number(length) > 128) return undefined;
  return { network: network6(groups, Number(length)), prefix: Number(length) };
}

/** The CIDR in the form in which routes are kept: a bare address for /128. */
export function cidrText6(network: Groups, prefix: number): string {
  return prefix === 128 ? text6(network) : `${text6(network)}/${prefix}`;
}

/** The link-local address that the kernel makes of a MAC address (EUI-64, RFC 4291 appendix A). */
export function linkLocal(mac: string): string {
  const bytes = mac.split(':').map((part) => parseInt(part, 16));
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = bytes;
  const host = [((a ^ 2) << 8) | b, (c << 8) | 0xff, 0xfe00 | d, (e << 8) | f];
  return text6([0xfe80, 0, 0, 0, ...host]);
}

/** Whether an address counts on its own link only (fe80::/10). */
export function isLinkLocal6(address: string): boolean {
  return /^fe[89ab]/.test(address);
}

/** Whether an address is of a group (ff00::/8). */
export function isMulticast6(address: string): boolean {
  return address.startsWith('ff');
}

/** The group in which the holder of an address is asked for its MAC address (RFC 4291 2.7.1). */
export function solicitedNode(address: string): string {
  const [high = 0, low = 0] = (parse6(address) ?? []).slice(6);
  return text6([0xff02, 0, 0, 0, 0, 1, 0xff00 | (high & 255), low]);
}

/** The MAC address of a group (RFC 2464 7). */
export function groupMac(address: string): string {
  const [high = 0, low = 0] = (parse6(address) ?? []).slice(6);
  const bytes = [high >> 8, high & 255, low >> 8, low & 255];
  return ['33', '33', ...bytes.map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}
