import { at, invalid, type FieldError } from '../../apimachinery/field-error.ts';
import { validateClusterIPs } from './validate-addresses.ts';
import { familyOf, sameList, type ServiceSpec } from './shapes.ts';

type Result = { readonly spec: ServiceSpec } | { readonly errors: readonly FieldError[] };

const POLICY = 'spec.ipFamilyPolicy';

/**
 * `initIPFamilyFields`: fills `ipFamilyPolicy` and `ipFamilies` from what the client said and
 * what the cluster has. `offered` are the cluster's families, its default one first.
 */
export function initFamilies(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  offered: readonly string[],
): Result {
  if (spec.type === 'ExternalName' || staysPreferDualStack(spec, old)) return { spec };
  const headless = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  const policy =
    spec.ipFamilyPolicy ??
    old?.ipFamilyPolicy ??
    // Who has neither an address nor pods may name endpoints of both families.
    (headless ? 'RequireDualStack' : 'SingleStack');
  const given = { ...spec, ipFamilyPolicy: policy };
  const wrong = validateClusterIPs(given, old);
  if (wrong.length > 0) return { errors: wrong };
  const next = old && policy === 'SingleStack' ? released(given, old) : given;
  const errors = [
    ...(old && policy !== 'SingleStack' ? reduced(next, old) : []),
    ...(policy === 'SingleStack' ? several(next) : []),
  ];
  const inferred = inferFamilies(next, offered);
  errors.push(...inferred.errors);
  if (errors.length > 0) return { errors };
  const families = inferred.families;
  if (headless) {
    return { spec: withFamilies(next, families, offered[0] as string, policy !== 'SingleStack') };
  }
  const missing = unoffered(policy, families, offered);
  if (missing.length > 0) return { errors: missing };
  const both = policy !== 'SingleStack' && offered.length === 2;
  return { spec: withFamilies(next, families, offered[0] as string, both) };
}

function withFamilies(
  spec: ServiceSpec,
  families: readonly string[],
  byDefault: string,
  both: boolean,
): ServiceSpec {
  const first = families[0] ?? byDefault;
  const ipFamilies =
    both && families.length < 2
      ? [first, first === 'IPv4' ? 'IPv6' : 'IPv4']
      : families.length > 0
        ? families
        : [first];
  return { ...spec, ipFamilies };
}

/** A PreferDualStack Service does not change when its cluster gains or loses a family. */
export function staysPreferDualStack(spec: ServiceSpec, old: ServiceSpec | undefined): boolean {
  if (!old || old.type !== spec.type || spec.ipFamilyPolicy !== 'PreferDualStack') return false;
  if (old.ipFamilyPolicy && old.ipFamilyPolicy !== 'PreferDualStack') return false;
  return sameList('clusterIPs', old, spec) && sameList('ipFamilies', old, spec);
}

/** The policy alone says that the second address and family are to go. */
function released(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const { clusterIPs, ipFamilies } = spec;
  return {
    ...spec,
    ...(clusterIPs && sameList('clusterIPs', old, spec) && { clusterIPs: clusterIPs.slice(0, 1) }),
    ...(ipFamilies && sameList('ipFamilies', old, spec) && { ipFamilies: ipFamilies.slice(0, 1) }),
  };
}

function reduced(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const fewer = (key: 'clusterIPs' | 'ipFamilies') => {
    const count = spec[key]?.length ?? 0;
    return count > 0 && count < (old[key]?.length ?? 0);
  };
  const must = (what: string) =>
    invalid(POLICY, spec.ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(fewer('clusterIPs') ? [must('cluster IP')] : []),
    ...(fewer('ipFamilies') ? [must('IP family')] : []),
  ];
}

function several(spec: ServiceSpec): FieldError[] {
  const must = (what: string) =>
    invalid(
      POLICY,
      spec.ipFamilyPolicy,
      `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
    );
  return [
    ...(spec.clusterIPs?.length === 2 ? [must('cluster IPs')] : []),
    ...(spec.ipFamilies?.length === 2 ? [must('IP families')] : []),
  ];
}

/** Families of addresses whose families were not said. */
function inferFamilies(
  spec: ServiceSpec,
  offered: readonly string[],
): { readonly families: readonly string[]; readonly errors: readonly FieldError[] } {
  const families = [...(spec.ipFamilies ?? [])];
  const errors: FieldError[] = [];
  for (const [index, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === 'None') break;
    if (index < families.length) continue;
    const family = familyOf(ip);
    if (offered.includes(family)) families.push(family);
    else {
      const why = `${family} is not configured on this cluster`;
      errors.push(invalid(at('spec', 'clusterIPs', index), [...(spec.clusterIPs ?? [])], why));
    }
  }
  return { families, errors };
}

function unoffered(
  policy: string,
  families: readonly string[],
  offered: readonly string[],
): FieldError[] {
  const errors: FieldError[] = [];
  if (policy === 'RequireDualStack' && offered.length < 2) {
    errors.push(invalid(POLICY, policy, 'this cluster is not configured for dual-stack services'));
  }
  families.forEach((family, index) => {
    if (offered.includes(family)) return;
    const path = at('spec', 'ipFamilies', index);
    errors.push(invalid(path, family, 'not configured on this cluster'));
  });
  return errors;
}
