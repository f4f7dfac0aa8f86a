import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import * as names from '../../apimachinery/names.ts';
import type { PodSpec } from './shapes.ts';

const policies = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];

/** `validateDNSPolicy` and `validatePodDNSConfig`. */
export function validateDns(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { dnsPolicy, dnsConfig } = spec;
  if (dnsPolicy && !policies.includes(dnsPolicy)) {
    errors.push(notSupported(at(path, 'dnsPolicy'), dnsPolicy, policies));
  }
  const config = at(path, 'dnsConfig');
  if (dnsPolicy === 'None') {
    const why = `must provide \`dnsConfig\` when \`dnsPolicy\` is None`;
    if (!dnsConfig) return [...errors, required(config, why)];
    if ((dnsConfig.nameservers ?? []).length === 0) {
      return [
        ...errors,
        required(
          at(config, 'nameservers'),
          `must provide at least one DNS nameserver when \`dnsPolicy\` is None`,
        ),
      ];
    }
  }
  if (!dnsConfig) return errors;
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  if (nameservers.length > 3) {
    errors.push(
      invalid(at(config, 'nameservers'), nameservers, `must not have more than 3 nameservers`),
    );
  }
  nameservers.forEach((server, index) => {
    if (!names.isIP(server)) {
      errors.push(
        invalid(
          at(config, 'nameservers', index),
          server,
          'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        ),
      );
    }
  });
  if (searches.length > 32) {
    errors.push(
      invalid(at(config, 'searches'), searches, 'must not have more than 32 search paths'),
    );
  }
  if (searches.join(' ').length > 2048) {
    errors.push(
      invalid(
        at(config, 'searches'),
        searches,
        'must not have more than 2048 characters (including spaces) in the search list',
      ),
    );
  }
  searches.forEach((search, index) => {
    const bare = search.replace(/\.$/, '');
    if (search === '.') return;
    const relaxed = bare.replaceAll('_', 'a');
    const bad = names.isDns1123Subdomain(relaxed);
    errors.push(...bad.map((each) => invalid(at(config, 'searches', index), search, each)));
  });
  options.forEach((option, index) => {
    if (!option.name) errors.push(required(at(config, 'options', index), 'must not be empty'));
  });
  return errors;
}
