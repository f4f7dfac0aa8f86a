import ipaddr from 'ipaddr.js';

/**
 * Addresses and ranges as Kubernetes validates them. Old fields take what Go took before 1.17,
 * leading zeros and IPv4-mapped addresses included; new ones only the canonical text (KEP-4858).
 */
const IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const CIDR = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const INTERFACE = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';

/** An address read with the old, lenient rules. */
interface Address {
  /** Four bytes, also for IPv4-mapped IPv6, which Go does not tell from IPv4. */
  readonly bytes: readonly number[];
  /** Whether it was written with colons. */
  readonly colons: boolean;
  readonly leadingZeros: boolean;
  readonly mapped: boolean;
}

/** A field that is new: strict, and in its canonical form. */
export function isValidIP(value: string): string[] {
  const errors = isValidIPForLegacyField(value, true, []);
  if (errors.length > 0) return errors;
  const canonical = textOf((parseAddress(value) as Address).bytes);
  return value === canonical ? [] : [`must be in canonical form ("${canonical}")`];
}

/** An old field: lenient unless `strict`; values that were there before stay valid. */
export function isValidIPForLegacyField(
  value: string,
  strict: boolean,
  validOld: readonly string[],
): string[] {
  if (validOld.includes(value)) return [];
  const address = parseAddress(value);
  if (!address) return [IP];
  if (strict && address.leadingZeros) return ['must not have leading 0s'];
  if (strict && address.mapped) return ['must not be an IPv4-mapped IPv6 address'];
  return [];
}

/** A range in a field that is new. */
export function isValidCidr(value: string): string[] {
  const errors = isValidCidrForLegacyField(value, true, []);
  if (errors.length > 0) return errors;
  const { address, length } = parseCidr(value) as Cidr;
  const canonical = `${textOf(address.bytes)}/${length}`;
  return value === canonical ? [] : [`must be in canonical form ("${canonical}")`];
}

/** A range in an old field. */
export function isValidCidrForLegacyField(
  value: string,
  strict: boolean,
  validOld: readonly string[],
): string[] {
  if (validOld.includes(value)) return [];
  const cidr = parseCidr(value);
  if (!cidr) return [CIDR];
  if (!strict) return [];
  const { address, length, paddedLength } = cidr;
  if (address.leadingZeros || paddedLength) {
    return ['must not have leading 0s in IP or prefix length'];
  }
  if (address.mapped) return ['must not have an IPv4-mapped IPv6 address'];
  if (hasHostBits(address.bytes, length))
    return ['must not have bits set beyond the prefix length'];
  return [];
}

/** An interface's address with the length of its network, such as `192.168.0.5/16`. */
export function isValidInterfaceAddress(value: string): string[] {
  const cidr = parseCidr(value);
  if (!cidr) return [INTERFACE];
  const { address, length } = cidr;
  const shown = address.mapped && length > 32 ? length - 96 : length;
  const canonical = `${textOf(address.bytes)}/${shown}`;
  return value === canonical ? [] : [`must be in canonical form ("${canonical}")`];
}

/** An address as Go's lenient `ParseIPSloppy` reads it: its bytes and canonical text. */
export function parseIP(
  value: string,
): { readonly bytes: readonly number[]; readonly text: string } | undefined {
  const address = parseAddress(value);
  return address && { bytes: address.bytes, text: textOf(address.bytes) };
}

/** `GetWarningsForIP`: an address that is valid still, but not in the form that it should have. */
export function ipWarnings(value: string, path: string): string[] {
  const address = parseAddress(value);
  if (!address) return [];
  const canonical = textOf(address.bytes);
  if (address.leadingZeros || address.mapped) {
    const why = 'will be considered invalid in a future Kubernetes release';
    return [`${path}: non-standard IP address "${value}" ${why}: use "${canonical}"`];
  }
  if (!address.colons || canonical === value) return [];
  return [
    `${path}: IPv6 address "${value}" should be in RFC 5952 canonical format ("${canonical}")`,
  ];
}

/** `GetWarningsForCIDR`: likewise for ranges; one with bits behind its prefix is ambiguous. */
export function cidrWarnings(value: string, path: string): string[] {
  const cidr = parseCidr(value);
  if (!cidr) return [];
  const { address, length, paddedLength } = cidr;
  const whole = `${textOf(address.bytes)}/${length}`;
  if (hasHostBits(address.bytes, length)) {
    const masked = textOf(address.bytes.map((byte, index) => byte & maskAt(length, index)));
    const single = `${textOf(address.bytes)}/${address.bytes.length * 8}`;
    const better = `should be "${masked}/${length}" or "${single}"?`;
    return [`${path}: CIDR value "${value}" is ambiguous in this context (${better})`];
  }
  if (address.leadingZeros || address.mapped || paddedLength) {
    const why = 'will be considered invalid in a future Kubernetes release';
    return [`${path}: non-standard CIDR value "${value}" ${why}: use "${whole}"`];
  }
  if (!address.colons || whole === value) return [];
  return [
    `${path}: IPv6 CIDR value "${value}" should be in RFC 5952 canonical format ("${whole}")`,
  ];
}

/** The bits of a byte that belong to a prefix. */
function maskAt(length: number, index: number): number {
  return 0xff & ~(0xff >> Math.min(8, Math.max(0, length - index * 8)));
}

interface Cidr {
  readonly address: Address;
  readonly length: number;
  readonly paddedLength: boolean;
}

function parseCidr(value: string): Cidr | undefined {
  const cut = value.indexOf('/');
  const digits = value.slice(cut + 1);
  const address = cut < 0 ? undefined : parseAddress(value.slice(0, cut));
  if (!address || !/^\d+$/.test(digits)) return undefined;
  const length = Number(digits);
  if (length > (address.colons ? 128 : 32)) return undefined;
  return { address, length, paddedLength: String(length) !== digits };
}

function parseAddress(value: string): Address | undefined {
  return value.includes(':') ? parseIPv6(value) : parseIPv4(value);
}

function parseIPv4(value: string): Address | undefined {
  const parts = value.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d+$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  const leadingZeros = parts.some((part) => String(Number(part)) !== part);
  return { bytes: parts.map(Number), colons: false, leadingZeros, mapped: false };
}

function parseIPv6(value: string): Address | undefined {
  const tail = value.slice(value.lastIndexOf(':') + 1);
  const inner = tail.includes('.') ? parseIPv4(tail) : undefined;
  if (tail.includes('.') && !inner) return undefined;
  const head = inner ? `${value.slice(0, -tail.length)}${hextets(inner.bytes)}` : value;
  if (!/^[0-9a-fA-F:]+$/.test(head) || head.includes(':::')) return undefined;
  const halves = head.split('::');
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = left.length + right.length;
  if (halves.length === 1 ? given !== 8 : given > 7) return undefined;
  const groups = [...left, ...Array.from({ length: 8 - given }, () => '0'), ...right];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const bytes = groups.flatMap((group) => {
    const number = parseInt(group, 16);
    return [number >> 8, number & 255];
  });
  const mapped =
    bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return {
    bytes: mapped ? bytes.slice(12) : bytes,
    colons: true,
    leadingZeros: inner?.leadingZeros ?? false,
    mapped,
  };
}

function hextets([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string {
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

/** The text that Go prints: RFC 5952 for IPv6. */
function textOf(bytes: readonly number[]): string {
  const address = ipaddr.fromByteArray([...bytes]);
  return address.kind() === 'ipv6'
    ? (address as ipaddr.IPv6).toRFC5952String()
    : address.toString();
}

function hasHostBits(bytes: readonly number[], length: number): boolean {
  return bytes.some((byte, index) => {
    const kept = Math.min(8, Math.max(0, length - index * 8));
    return (byte & (255 >> kept)) !== 0;
  });
}
