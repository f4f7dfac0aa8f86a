import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidIPForLegacyField } from '../../apimachinery/ip.ts';
import * as names from '../../apimachinery/names.ts';
import type { PodSpec } from './shapes.ts';

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARS = 2048;
const policies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

/** `validateDNSPolicy`. */
export function validateDnsPolicy(policy: string | undefined, path: string): FieldError[] {
  if (policy === undefined || policies.includes(policy)) return [];
  return policy === '' ? [required(path, '')] : [notSupported(path, policy, policies)];
}

/**
 * `validatePodDNSConfig`: limits of `resolv.conf`, and that something stands in for no policy.
 * `relaxed` is the feature gate RelaxedDNSSearchValidation: underscores, and the lone dot.
 */
export function validateDnsConfig(
  config: PodSpec['dnsConfig'],
  policy: string | undefined,
  path: string,
  relaxed = true,
): FieldError[] {
  const errors: FieldError[] = [];
  if (policy === 'None') {
    const why = 'must provide `dnsConfig` when `dnsPolicy` is None';
    if (!config) return [required(path, why)];
    if ((config.nameservers ?? []).length === 0) {
      const text = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return [required(at(path, 'nameservers'), text)];
    }
  }
  if (!config) return errors;
  const { nameservers = [], searches = [], options = [] } = config;
  if (nameservers.length > MAX_SERVERS) {
    const why = `must not have more than ${MAX_SERVERS} nameservers`;
    errors.push(invalid(at(path, 'nameservers'), [...nameservers], why));
  }
  nameservers.forEach((server, index) => {
    const place = at(path, 'nameservers', index);
    const texts = isValidIPForLegacyField(server, true, []);
    errors.push(...texts.map((each) => invalid(place, server, each)));
  });
  errors.push(...validateSearches([...searches], at(path, 'searches'), relaxed));
  options.forEach((option, index) => {
    if (!option.name) errors.push(required(at(path, 'options', index), 'must not be empty'));
  });
  return errors;
}

function validateSearches(searches: string[], path: string, relaxed: boolean): FieldError[] {
  const errors: FieldError[] = [];
  if (searches.length > MAX_SEARCHES) {
    errors.push(invalid(path, searches, `must not have more than ${MAX_SEARCHES} search paths`));
  }
  if (searches.join(' ').length > MAX_SEARCH_CHARS) {
    const count = `must not have more than ${MAX_SEARCH_CHARS} characters`;
    errors.push(invalid(path, searches, `${count} (including spaces) in the search list`));
  }
  searches.forEach((search, index) => {
    const bare = search.replace(/\.$/, '');
    if (relaxed && search === '.') return;
    const bad = relaxed
      ? names.isDns1123SubdomainWithUnderscore(bare)
      : names.isDns1123Subdomain(bare);
    errors.push(...bad.map((each) => invalid(at(path, index), bare, each)));
  });
  return errors;
}
