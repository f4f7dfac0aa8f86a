import {
  at,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import {
  isValidCidrForLegacyField,
  isValidIPForLegacyField,
  parseIP,
} from '../../apimachinery/ip.ts';
import * as names from '../../apimachinery/names.ts';
import type { Ingress, Service, ServiceSpec } from './shapes.ts';

const ONLY = "may only be used when `type` is 'LoadBalancer'";
const ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** Fields that only load balancers have. */
export function validateLoadBalancer(service: Service, old: Service | undefined): FieldError[] {
  const { spec } = service;
  const errors = sourceRanges(service, old);
  const allocate = spec.allocateLoadBalancerNodePorts;
  if (allocate !== undefined && spec.type !== 'LoadBalancer') {
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', ONLY));
  }
  if (allocate === undefined && spec.type === 'LoadBalancer') {
    errors.push(required('allocateLoadBalancerNodePorts', ''));
  }
  return [...errors, ...loadBalancerClass(spec)];
}

/** The class: a qualified name, of load balancers only. */
export function loadBalancerClass(spec: ServiceSpec): FieldError[] {
  const { loadBalancerClass: name } = spec;
  if (name === undefined) return [];
  if (spec.type !== 'LoadBalancer') return [forbidden('spec.loadBalancerClass', ONLY)];
  return names.isQualifiedName(name).map((each) => invalid('spec.loadBalancerClass', name, each));
}

/** Source ranges: of the field, or else of the annotation that there was before it. */
function sourceRanges({ spec, metadata }: Service, old: Service | undefined): FieldError[] {
  const check = (path: string, range: string, before: readonly string[]) =>
    isValidCidrForLegacyField(range, true, before).map((each) => invalid(path, range, each));
  const alone = (path: string) => (spec.type === 'LoadBalancer' ? [] : [forbidden(path, ONLY)]);
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) {
    const path = 'spec.LoadBalancerSourceRanges';
    const before = (old?.spec.loadBalancerSourceRanges ?? []).map((range) => range.trim());
    return [
      ...alone(path),
      ...ranges.flatMap((range, index) => check(at(path, index), range.trim(), before)),
    ];
  }
  const text = metadata.annotations?.[ANNOTATION];
  if (text === undefined) return [];
  const path = `metadata.annotations[${ANNOTATION}]`;
  // The annotation is one text: whoever changes anything in it has to mend all of it.
  const kept = text.trim() === '' || old?.metadata.annotations?.[ANNOTATION] === text;
  const each = kept ? [] : text.trim().split(',');
  return [...alone(path), ...each.flatMap((range) => check(path, range.trim(), []))];
}

/** `ValidateLoadBalancerStatus`: where the load balancer says that traffic comes in. */
export function validateLoadBalancerStatus(
  ingress: readonly Ingress[],
  old: readonly Ingress[],
  spec: ServiceSpec,
  path: string,
): FieldError[] {
  const list = at(path, 'ingress');
  if (spec.type !== 'LoadBalancer' && ingress.length > 0) {
    return [forbidden(list, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const before = old.flatMap(({ ip }) => (ip ? [ip] : []));
  return ingress.flatMap((each, index) => validateIngress(each, before, at(list, index)));
}

function validateIngress(
  { ip = '', ipMode, hostname = '' }: Ingress,
  before: readonly string[],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (ip) {
    const texts = isValidIPForLegacyField(ip, true, before);
    errors.push(...texts.map((each) => invalid(at(path, 'ip'), ip, each)));
  }
  const place = at(path, 'ipMode');
  if (ipMode === undefined) {
    if (ip) errors.push(required(place, 'must be specified when `ip` is set'));
  } else if (!ip) errors.push(forbidden(place, 'may not be specified when `ip` is not set'));
  else if (!['Proxy', 'VIP'].includes(ipMode)) {
    errors.push(notSupported(place, ipMode, ['Proxy', 'VIP']));
  }
  if (hostname) {
    const texts = names.isDns1123Subdomain(hostname);
    if (parseIP(hostname)) texts.push('must be a DNS name, not an IP address');
    errors.push(...texts.map((each) => invalid(at(path, 'hostname'), hostname, each)));
  }
  return errors;
}
