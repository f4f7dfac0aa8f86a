import {
  at,
  duplicate,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidIPForLegacyField } from '../../apimachinery/ip.ts';
import { validateEndpointIP } from '../endpoint-ip.ts';
import { familyOf, isHeadless, type ServiceSpec } from './shapes.ts';

const families = ['IPv4', 'IPv6'];
const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const PATH = 'spec.clusterIPs';

/** `ValidateServiceClusterIPsRelatedFields`: cluster IPs, families and their policy. */
export function validateClusterIPs(spec: ServiceSpec, old: ServiceSpec | undefined): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const { ipFamilyPolicy } = spec;
  const ips = spec.clusterIPs ?? [];
  const errors = [...inStep(spec.clusterIP ?? '', ips), ...familyErrors(spec)];
  if (ipFamilyPolicy !== undefined && !policies.includes(ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, policies));
  }
  let broken = false;
  ips.forEach((ip, index) => {
    if (index === 0 && ip === 'None') {
      if (ips.length === 1) return;
      broken = true;
      errors.push(invalid(PATH, [...ips], "'None' must be the first and only value"));
      return;
    }
    const texts = isValidIPForLegacyField(ip, true, old?.clusterIPs ?? []);
    broken ||= texts.length > 0;
    errors.push(...texts.map((text) => invalid(at(PATH, index), ip, text)));
  });
  if (ips.length > 2) errors.push(invalid(PATH, [...ips], 'may only hold up to 2 values'));
  // Words about the families of addresses that are none would only confuse.
  if (broken) return errors;
  if (ips.length > 1 && new Set(ips.map(familyOf)).size < 2) {
    const why = 'may specify no more than one IP for each IP family';
    errors.push(invalid(PATH, [...ips], why));
  }
  if (!isHeadless(spec)) errors.push(...mismatches(spec, ips));
  return errors;
}

/** `clusterIP` is the first of `clusterIPs`. */
function inStep(clusterIP: string, ips: readonly string[]): FieldError[] {
  if (clusterIP === '') {
    const why = 'must be empty when `clusterIP` is not specified';
    return ips.length > 0 ? [invalid(PATH, [...ips], why)] : [];
  }
  if (ips.length === 0) return [required(PATH, '')];
  return ips[0] === clusterIP
    ? []
    : [invalid(PATH, [...ips], 'first value must match `clusterIP`')];
}

function familyErrors({ ipFamilies = [] }: ServiceSpec): FieldError[] {
  return ipFamilies.flatMap((family, index) => {
    const path = at('spec', 'ipFamilies', index);
    return [
      ...(families.includes(family) ? [] : [notSupported(path, family, families)]),
      ...(ipFamilies.indexOf(family) < index ? [duplicate(path, family)] : []),
    ];
  });
}

function mismatches({ ipFamilies = [] }: ServiceSpec, ips: readonly string[]): FieldError[] {
  return ips.flatMap((ip, index) => {
    const family = ipFamilies[index];
    if (family === undefined || family === familyOf(ip) || !families.includes(family)) return [];
    const why = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    return [invalid(at(PATH, index), ip, why)];
  });
}

/** External IPs: addresses that endpoints might have as well. */
export function validateExternalIPs(
  { externalIPs = [] }: ServiceSpec,
  old: ServiceSpec | undefined,
): FieldError[] {
  return externalIPs.flatMap((ip, index) => {
    const path = at('spec', 'externalIPs', index);
    const texts = isValidIPForLegacyField(ip, true, old?.externalIPs ?? []);
    if (texts.length > 0) return texts.map((text) => invalid(path, ip, text));
    return validateEndpointIP(ip, path);
  });
}

const FIXED = 'may not change once set';

/** `validateUpgradeDowngradeClusterIPs`: only a second address may come and go. */
export function fixedClusterIPs(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  if (isHeadless(spec) && isHeadless(old)) return [];
  const [now, before] = [spec.clusterIPs ?? [], old.clusterIPs ?? []];
  const shown = spec.clusterIPs && [...spec.clusterIPs];
  const changed = (index: number) => invalid(at(PATH, index), shown, FIXED);
  if (now.length === before.length) {
    return before.flatMap((ip, index) => (ip === now[index] ? [] : [changed(index)]));
  }
  const errors: FieldError[] = [];
  if (now.length === 0) {
    errors.push(invalid(at(PATH, 0), shown, 'primary clusterIP can not be unset'));
  } else if (before.length > 0 && now[0] !== before[0]) errors.push(changed(0));
  if (now.length < before.length && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    const why = "must be set to 'SingleStack' when releasing the secondary clusterIP";
    errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, why));
  }
  return errors;
}

/** `validateUpgradeDowngradeIPFamilies`: likewise for families, except of headless Services. */
export function fixedFamilies(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (spec.type === 'ExternalName' || old.type === 'ExternalName') return [];
  if (isHeadless(spec) || isHeadless(old)) return [];
  const [now, before] = [spec.ipFamilies ?? [], old.ipFamilies ?? []];
  const path = 'spec.ipFamilies[0]';
  const shown = spec.ipFamilies && [...spec.ipFamilies];
  if (now.length === before.length) {
    return before.flatMap((each, index) =>
      each === now[index] ? [] : [invalid(path, shown, FIXED)],
    );
  }
  const errors: FieldError[] = [];
  const ips = spec.clusterIPs && [...spec.clusterIPs];
  if (now.length < before.length && (ips ?? []).length === 0) {
    errors.push(invalid(path, shown, 'primary ipFamily can not be unset'));
  }
  if (now.length > 0 && before.length > 0 && now[0] !== before[0]) {
    // Upstream shows the addresses here, not the families.
    errors.push(invalid(path, ips, FIXED));
  }
  if (now.length < before.length && now.length === 1 && spec.ipFamilyPolicy !== 'SingleStack') {
    const why = "must be set to 'SingleStack' when releasing the secondary ipFamily";
    errors.push(invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, why));
  }
  return errors;
}
