import {
  at,
  duplicate,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import * as names from '../../apimachinery/names.ts';
import { isHeadless, needsClusterIP, type ServiceSpec } from './shapes.ts';

const BAD_IP = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

/** Cluster IPs, families, external IPs; and that what is fixed stays on update. */
export function validateAddresses(spec: ServiceSpec, old: ServiceSpec | undefined): FieldError[] {
  return [...clusterIPs(spec), ...families(spec), ...externalIPs(spec), ...fixed(spec, old)];
}

function clusterIPs(spec: ServiceSpec): FieldError[] {
  if (!needsClusterIP(spec)) return [];
  const ips = spec.clusterIPs?.length ? spec.clusterIPs : spec.clusterIP ? [spec.clusterIP] : [];
  const errors: FieldError[] = [];
  if (spec.clusterIPs?.length) {
    if (!spec.clusterIP)
      errors.push(
        required(
          'spec.clusterIP',
          'must be set when clusterIPs[0] is set'.replace(
            'must be set when clusterIPs[0] is set',
            'when `clusterIPs` is set, `clusterIP` must be set as well',
          ),
        ),
      );
    else if (spec.clusterIP !== spec.clusterIPs[0]) {
      errors.push(
        invalid('spec.clusterIPs', [...spec.clusterIPs], 'first value must match `clusterIP`'),
      );
    }
  }
  if (ips.length > 1 && ips.includes('None')) {
    errors.push(invalid('spec.clusterIPs', [...ips], "'None' must be the first and only value"));
  }
  ips.forEach((ip, index) => {
    if (ip === 'None') return;
    if (!names.isIP(ip)) errors.push(invalid(at('spec', 'clusterIPs', index), ip, BAD_IP));
  });
  if (ips.length > 2)
    errors.push(invalid('spec.clusterIPs', [...ips], 'may only hold up to 2 values'));
  if (
    ips.length === 2 &&
    ips.every(names.isIP) &&
    ips[0]!.includes(':') === ips[1]!.includes(':')
  ) {
    errors.push(
      invalid('spec.clusterIPs', [...ips], 'may specify no more than one IP for each IP family'),
    );
  }
  return errors;
}

function families(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (!needsClusterIP(spec)) {
    if (spec.ipFamilyPolicy)
      errors.push({
        path: 'spec.ipFamilyPolicy',
        type: 'Forbidden',
        detail: 'may not be set for ExternalName services',
      });
    if (spec.ipFamilies?.length)
      errors.push({
        path: 'spec.ipFamilies',
        type: 'Forbidden',
        detail: 'may not be set for ExternalName services',
      });
    return errors;
  }
  if (spec.ipFamilyPolicy && !policies.includes(spec.ipFamilyPolicy)) {
    errors.push(
      notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, [
        'PreferDualStack',
        'RequireDualStack',
        'SingleStack',
      ]),
    );
  }
  const seen = new Set<string>();
  (spec.ipFamilies ?? []).forEach((family, index) => {
    const path = at('spec', 'ipFamilies', index);
    if (!['IPv4', 'IPv6'].includes(family))
      errors.push(notSupported(path, family, ['IPv4', 'IPv6']));
    if (seen.has(family)) errors.push(duplicate(path, family));
    seen.add(family);
  });
  if (!isHeadless(spec)) {
    (spec.clusterIPs ?? []).forEach((ip, index) => {
      const family = spec.ipFamilies?.[index];
      const own = ip.includes(':') ? 'IPv6' : 'IPv4';
      if (family && names.isIP(ip) && family !== own) {
        errors.push(
          invalid(
            at('spec', 'clusterIPs', index),
            ip,
            `expected an ${family} value as indicated by \`ipFamilies[${index}]\``,
          ),
        );
      }
    });
  }
  return errors;
}

function externalIPs(spec: ServiceSpec): FieldError[] {
  return (spec.externalIPs ?? []).flatMap((ip, index) => {
    const path = at('spec', 'externalIPs', index);
    if (!names.isIP(ip)) return [invalid(path, ip, BAD_IP)];
    if (ip.startsWith('127.') || ip === '::1')
      return [invalid(path, ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
    if (ip === '0.0.0.0' || ip === '::')
      return [invalid(path, ip, 'may not be unspecified (0.0.0.0 or ::)')];
    if (ip.startsWith('169.254.'))
      return [invalid(path, ip, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')];
    return [];
  });
}

/** A cluster IP, once given, stays; so does the first family. */
function fixed(spec: ServiceSpec, old: ServiceSpec | undefined): FieldError[] {
  if (!old || !needsClusterIP(spec) || !needsClusterIP(old)) return [];
  const errors: FieldError[] = [];
  const [before, now] = [
    old.clusterIPs?.[0] ?? old.clusterIP,
    spec.clusterIPs?.[0] ?? spec.clusterIP,
  ];
  if (before && now !== before) {
    errors.push(
      invalid(
        'spec.clusterIPs[0]',
        [...(spec.clusterIPs ?? [now ?? ''])],
        'may not change once set',
      ),
    );
  }
  const family = old.ipFamilies?.[0];
  if (family && spec.ipFamilies?.length && spec.ipFamilies[0] !== family) {
    errors.push(invalid('spec.ipFamilies[0]', spec.ipFamilies[0], 'may not change once set'));
  }
  return errors;
}
