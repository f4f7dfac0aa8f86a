import { isIPv4, isIPv6 } from '../../host/resolver/getaddrinfo.ts';
import { absolute, reverseName } from '../../host/resolver/message.ts';

/** Whether a text can be a domain name: no empty label, at most 63 letters in each. */
export function isDomainName(text: string): boolean {
  if (text === '.') return true;
  const labels = text.replace(/\.$/, '').split('.');
  return (
    text !== '' && labels.every((label) => label !== '' && label.length <= 63) && text.length < 256
  );
}

/** Whether a name is a zone or lies in it; both with a final dot, whatever the case. */
export function isInZone(zone: string, name: string): boolean {
  const [inner, outer] = [name.toLowerCase(), zone.toLowerCase()];
  return outer === '.' || inner === outer || inner.endsWith(`.${outer}`);
}

/** The longest of the zones that a name lies in; undefined if none. */
export function matchZone(zones: readonly string[], name: string): string | undefined {
  let best: string | undefined;
  for (const zone of zones) {
    if (isInZone(zone, name) && zone.length > (best?.length ?? 0)) best = zone;
  }
  return best;
}

/** A host, zone or CIDR of a Corefile without scheme and port (plugin.Host.NormalizeExact). */
export function normalizeHost(text: string): string[] {
  const bare = text.replace(/^(dns|tls|grpc|https|quic):\/\//, '');
  const cidr = reverseZones(bare.replace(/:\d+$/, (port) => (bare.includes('::') ? port : '')));
  if (cidr) return cidr;
  const match = /^(.*?)(?::(\d+))?$/.exec(bare);
  const host = isIPv6(bare) ? bare : (match?.[1] ?? bare);
  if (!isDomainName(host)) return [];
  return [absolute(host).toLowerCase()];
}

/** Zones of a plugin: its arguments, or those of its server block. */
export function originsOf(args: readonly string[], keys: readonly string[]): string[] {
  return (args.length > 0 ? args : keys).flatMap((each) => normalizeHost(each));
}

/** The reverse zones that an IPv4 network in CIDR form covers; undefined for what is none. */
export function reverseZones(text: string): string[] | undefined {
  const [, address = '', length = ''] = /^([0-9a-fA-F.:]+)\/(\d+)$/.exec(text) ?? [];
  const bits = Number(length);
  if (length === '') return undefined;
  if (isIPv6(address) && bits <= 128) {
    const labels = reverseName(address)
      .split('.')
      .slice(32 - Math.floor(bits / 4));
    return [labels.join('.')];
  }
  if (!isIPv4(address) || bits > 32) return undefined;
  const octets = Math.max(1, Math.ceil(bits / 8));
  const parts = address.split('.').map(Number).slice(0, octets);
  const free = octets * 8 - bits;
  const size = 2 ** Math.max(0, Math.min(8, free));
  const base = (parts.at(-1) ?? 0) - ((parts.at(-1) ?? 0) % size);
  return Array.from({ length: size }, (_each, index) => {
    const own = [...parts.slice(0, -1), base + index];
    return `${own.reverse().join('.')}.in-addr.arpa.`;
  });
}

/** The address that a reverse name stands for; undefined for others and for incomplete ones. */
export function addressFromReverse(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower.endsWith('.in-addr.arpa.')) {
    const address = lower.slice(0, -'.in-addr.arpa.'.length).split('.').reverse().join('.');
    return isIPv4(address) ? address : undefined;
  }
  if (!lower.endsWith('.ip6.arpa.')) return undefined;
  const digits = lower.slice(0, -'.ip6.arpa.'.length).split('.').reverse();
  if (digits.length !== 32 || digits.some((digit) => !/^[0-9a-f]$/.test(digit))) return undefined;
  const groups = Array.from({ length: 8 }, (_each, index) =>
    digits
      .slice(index * 4, index * 4 + 4)
      .join('')
      .replace(/^0{1,3}/, ''),
  );
  return compressIPv6(groups);
}

export const isReverse = (name: string) => /(^|\.)(in-addr|ip6)\.arpa\.$/i.test(name);

/** Eight groups as text with the longest run of zeros left out (RFC 5952). */
export function compressIPv6(groups: readonly string[]): string {
  let [best, bestLength] = [-1, 1];
  for (let i = 0; i < groups.length; i++) {
    let length = 0;
    while (groups[i + length] === '0') length += 1;
    if (length > bestLength) [best, bestLength] = [i, length];
    i += length;
  }
  if (best < 0) return groups.join(':');
  return `${groups.slice(0, best).join(':')}::${groups.slice(best + bestLength).join(':')}`;
}
