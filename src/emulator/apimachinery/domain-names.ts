import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from './names.ts';

/**
 * Names with a domain in them, after apimachinery `util/validation`. Each function gives the
 * details of its errors; an empty text stands for upstream's `Required value` without a detail.
 */
const REQUIRED = '';

/** `example.com`, with or without the dot of the root: two labels at least. */
export function isFullyQualifiedDomainName(value: string): string[] {
  if (value === '') return [REQUIRED];
  const name = value.endsWith('.') ? value.slice(0, -1) : value;
  const errors = isDns1123Subdomain(name);
  if (errors.length > 0) return [errors.join(',')];
  const labels = name.split('.');
  if (labels.length < 2) return ['should be a domain with at least two segments separated by dots'];
  const wrong = labels.map(isDns1123Label).find((each) => each.length > 0);
  return wrong ? [wrong.join(',')] : [];
}

/** `a.example.com`: three labels at least, and no dot behind. */
export function isFullyQualifiedName(value: string): string[] {
  if (value === '') return [REQUIRED];
  const errors = isDns1123Subdomain(value);
  if (errors.length > 0) return [errors.join(',')];
  if (value.split('.').length >= 3) return [];
  return ['should be a domain with at least three segments separated by dots'];
}

/** `example.com/any/path`, as GatewayClasses name their controllers. */
export function isDomainPrefixedPath(value: string): string[] {
  if (value === '') return [REQUIRED];
  const cut = value.indexOf('/');
  if (cut <= 0 || cut === value.length - 1) {
    return ['must be a domain-prefixed path (such as "acme.io/foo")'];
  }
  const format = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  const errors = isDns1123Subdomain(value.slice(0, cut));
  if (new RegExp(`^${format}$`).test(value.slice(cut + 1))) return errors;
  return [...errors, `Invalid path (regex used for validation is '${format}')`];
}

/** `example.com/key`: a qualified name whose prefix is not optional. */
export function isDomainPrefixedKey(value: string): string[] {
  if (value === '') return [REQUIRED];
  const errors = isQualifiedName(value);
  if (errors.length > 0 || value.includes('/')) return errors;
  return ['must be a domain-prefixed key (such as "acme.io/foo")'];
}
