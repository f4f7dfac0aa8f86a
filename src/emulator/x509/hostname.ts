import { altNamesOf, commonNameOf, type Certificate } from './certificate.ts';
import { ipv6Groups, isAddress } from './ip-octets.ts';

/** Whether a pattern of a certificate (`*.example.com`) is for a name (RFC 6125). */
export function matchesName(pattern: string, name: string): boolean {
  const [a, b] = [pattern.toLowerCase(), name.toLowerCase().replace(/\.$/, '')];
  if (!a.startsWith('*.')) return a === b;
  const rest = b.indexOf('.');
  return rest > 0 && a.slice(2).includes('.') && b.slice(rest) === a.slice(1);
}

const sameAddress = (a: string, b: string): boolean =>
  a.includes(':') && b.includes(':')
    ? ipv6Groups(a).join(':') === ipv6Groups(b).join(':')
    : a === b;

/**
 * The name in a certificate that is for a host, with where it stands; undefined where none is.
 * The common name counts only for a certificate without DNS names.
 */
export function nameFor(
  certificate: Certificate,
  host: string,
): { readonly from: 'alternative' | 'common'; readonly text: string } | undefined {
  const names = altNamesOf(certificate) ?? [];
  if (isAddress(host)) {
    const found = names.find(({ type, text }) => type === 'IP' && sameAddress(text, host));
    return found && { from: 'alternative', text: found.text };
  }
  const found = names.find(({ type, text }) => type === 'DNS' && matchesName(text, host));
  if (found) return { from: 'alternative', text: found.text };
  if (names.some(({ type }) => type === 'DNS')) return undefined;
  const common = commonNameOf(certificate);
  return common !== undefined && matchesName(common, host)
    ? { from: 'common', text: common }
    : undefined;
}
