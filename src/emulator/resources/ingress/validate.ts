import {
  at,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidIPForLegacyField, parseIP } from '../../apimachinery/ip.ts';
import * as names from '../../apimachinery/names.ts';
import { validateTypedReference } from '../object-reference.ts';
import type { Backend, Ingress, IngressPath, IngressSpec, RuleValue } from './shapes.ts';

const CLASS = 'kubernetes.io/ingress.class';
const NO_IP = 'must be a DNS name, not an IP address';
const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];

/** `ValidateIngressCreate` and `ValidateIngressUpdate` (`pkg/apis/networking/validation`). */
export function validate(ingress: Ingress, old: Ingress | undefined): FieldError[] {
  const { spec } = ingress;
  const errors = validateSpec(spec, 'spec', leniencyOf(old));
  const annotation = ingress.metadata.annotations?.[CLASS];
  const named = spec.ingressClassName;
  if (!old && annotation !== undefined && named !== undefined && annotation !== named) {
    const why = 'must match `ingressClassName` when both are specified';
    errors.push(invalid(`annotations.${CLASS}`, annotation, why));
  }
  return errors;
}

/** What old objects got away with before it was validated, and so may keep. */
interface Leniency {
  readonly secrets: boolean;
  readonly wildcardRules: boolean;
}

function leniencyOf(old: Ingress | undefined): Leniency {
  const { tls = [], rules = [] } = old?.spec ?? {};
  const isBad = (rule: RuleValue & { readonly host?: string }) =>
    (rule.host ?? '').includes('*') && validateRuleValue(rule, '').length > 0;
  return {
    secrets: tls.some(({ secretName }) => secretErrors(secretName).length > 0),
    wildcardRules: rules.some(isBad),
  };
}

const secretErrors = (name = '') => (name === '' ? [] : names.isDns1123Subdomain(name));

function validateSpec(spec: IngressSpec, path: string, allow: Leniency): FieldError[] {
  const { rules = [], defaultBackend, tls = [], ingressClassName: name } = spec;
  const errors: FieldError[] = [];
  if (rules.length === 0 && !defaultBackend) {
    const why = 'either `defaultBackend` or `rules` must be specified';
    errors.push(invalid(path, spec.rules && [], why));
  }
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, at(path, 'defaultBackend')));
  rules.forEach((rule, index) => {
    const place = at(path, 'rules', index);
    const { host = '' } = rule;
    if (host !== '' && parseIP(host)) errors.push(invalid(at(place, 'host'), host, NO_IP));
    if (host !== '') errors.push(...validateHost(host, at(place, 'host')));
    const kept = allow.wildcardRules && host.includes('*');
    if (!kept) errors.push(...validateRuleValue(rule, place));
  });
  tls.forEach(({ hosts = [], secretName }, index) => {
    const place = at(path, 'tls', index);
    hosts.forEach((host, i) => errors.push(...validateHost(host, at(place, 'hosts', i))));
    const texts = allow.secrets ? [] : secretErrors(secretName);
    errors.push(...texts.map((each) => invalid(at(place, 'secretName'), secretName, each)));
  });
  if (name !== undefined) {
    const texts = names.isDns1123Subdomain(name);
    errors.push(...texts.map((each) => invalid(at(path, 'ingressClassName'), name, each)));
  }
  return errors;
}

function validateHost(host: string, path: string): FieldError[] {
  const rule = host.includes('*') ? names.isWildcardDns1123Subdomain : names.isDns1123Subdomain;
  return rule(host).map((each) => invalid(path, host, each));
}

/** `validateIngressRuleValue`: the paths of a rule. */
export function validateRuleValue({ http }: RuleValue, path: string): FieldError[] {
  if (!http) return [];
  const list = at(path, 'http', 'paths');
  const paths = http.paths ?? [];
  if (paths.length === 0) return [required(list, '')];
  return paths.flatMap((each, index) => validatePath(each, at(list, index)));
}

function validatePath({ path = '', pathType, backend }: IngressPath, place: string): FieldError[] {
  if (pathType === undefined || pathType === null) {
    return [required(at(place, 'pathType'), 'pathType must be specified')];
  }
  const errors: FieldError[] = [];
  const say = (why: string) => errors.push(invalid(at(place, 'path'), path, why));
  if (!pathTypes.includes(pathType)) {
    errors.push(notSupported(at(place, 'pathType'), pathType, pathTypes));
  } else {
    const exact = pathType !== 'ImplementationSpecific';
    if (!path.startsWith('/') && (exact || path !== '')) say('must be an absolute path');
    if (exact) {
      for (const each of ['//', '/./', '/../', '%2f', '%2F']) {
        if (path.includes(each)) say(`must not contain '${each}'`);
      }
      for (const each of ['/..', '/.']) if (path.endsWith(each)) say(`cannot end with '${each}'`);
    }
  }
  return [...errors, ...validateBackend(backend ?? {}, at(place, 'backend'))];
}

function validateBackend({ service, resource }: Backend, path: string): FieldError[] {
  if (resource && service)
    return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return validateTypedReference(resource, at(path, 'resource'));
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const errors: FieldError[] = [];
  const { name = '', port } = service;
  const place = at(path, 'service', 'name');
  if (name === '') errors.push(required(place, ''));
  else errors.push(...names.isDns1123Label(name).map((each) => invalid(place, name, each)));
  const [portName, number] = [port?.name ?? '', port?.number ?? 0];
  if (portName !== '' && number !== 0) {
    errors.push(invalid(path, '', 'cannot set both port name & port number'));
  } else if (portName !== '') {
    const texts = names.isValidPortName(portName);
    errors.push(
      ...texts.map((each) => invalid(at(path, 'service', 'port', 'name'), portName, each)),
    );
  } else if (number !== 0) {
    const texts = names.isValidPortNum(number);
    errors.push(
      ...texts.map((each) => invalid(at(path, 'service', 'port', 'number'), number, each)),
    );
  } else errors.push(required(path, 'port name or number is required'));
  return errors;
}

/** `ValidateIngressStatusUpdate`. */
export function validateStatus({ status }: Ingress, old: Ingress): FieldError[] {
  const list = 'status.loadBalancer.ingress';
  const before = (old.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip = '', hostname = '' }, index) => {
    const errors: FieldError[] = [];
    if (ip !== '') {
      const texts = isValidIPForLegacyField(ip, true, before);
      errors.push(...texts.map((each) => invalid(at(list, index, 'ip'), ip, each)));
    }
    if (hostname === '') return errors;
    const texts = names.isDns1123Subdomain(hostname);
    if (parseIP(hostname)) texts.push(NO_IP);
    return [
      ...errors,
      ...texts.map((each) => invalid(at(list, index, 'hostname'), hostname, each)),
    ];
  });
}
