import {
  at,
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import * as names from '../../apimachinery/names.ts';
import { validateLabels } from '../metadata.ts';
import {
  fixedClusterIPs,
  fixedFamilies,
  validateClusterIPs,
  validateExternalIPs,
} from './validate-addresses.ts';
import { loadBalancerClass, validateLoadBalancer } from './validate-load-balancer.ts';
import {
  isExternal,
  isHeadless,
  needsHealthCheck,
  type Service,
  type ServicePort,
  type ServiceSpec,
} from './shapes.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const DAY_SECONDS = 86_400;
const KUBELET_PORT = 10_250;

/** `ValidateService` and `ValidateServiceUpdate` (`pkg/apis/core/validation`), in their order. */
export function validate(service: Service, old: Service | undefined): FieldError[] {
  return [...(old ? validateChange(service.spec, old.spec) : []), ...validateWhole(service, old)];
}

/** What may not change, or only in certain ways. */
function validateChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const errors = [...fixedClusterIPs(spec, old), ...fixedFamilies(spec, old)];
  const both = spec.type === 'LoadBalancer' && old.type === 'LoadBalancer';
  if (both && spec.loadBalancerClass !== old.loadBalancerClass) {
    errors.push(
      invalid('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'),
    );
  }
  errors.push(...loadBalancerClass(spec));
  if (needsHealthCheck(spec) && needsHealthCheck(old)) {
    if ((spec.healthCheckNodePort ?? 0) !== (old.healthCheckNodePort ?? 0)) {
      errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'));
    }
  }
  return errors;
}

function validateWhole(service: Service, old: Service | undefined): FieldError[] {
  const { spec } = service;
  const errors = topologyAnnotations(service);
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') {
    errors.push(required('spec.ports', ''));
  }
  errors.push(...byType(service));
  const seen = new Set<string>();
  ports.forEach((port, index) => {
    errors.push(...validatePort(port, ports.length > 1, seen, at('spec', 'ports', index)));
  });
  errors.push(...validateLabels(spec.selector, 'spec.selector'));
  if (!spec.sessionAffinity) errors.push(required('spec.sessionAffinity', ''));
  else if (!['ClientIP', 'None'].includes(spec.sessionAffinity)) {
    errors.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']));
  }
  errors.push(...affinityConfig(spec));
  errors.push(...validateClusterIPs(spec, old?.spec), ...validateExternalIPs(spec, old?.spec));
  if (!spec.type) errors.push(required('spec.type', ''));
  else if (!types.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, types));
  if (spec.type === 'ClusterIP') errors.push(...noNodePorts(spec));
  errors.push(...duplicates(spec), ...validateLoadBalancer(service, old));
  errors.push(...validateExternalTraffic(spec), ...internalTraffic(spec));
  return errors;
}

function topologyAnnotations({ metadata: { annotations } }: Service): FieldError[] {
  const hints = annotations?.['service.kubernetes.io/topology-aware-hints'];
  const mode = annotations?.['service.kubernetes.io/topology-mode'];
  if (hints === undefined || mode === undefined || hints === mode) return [];
  const path = 'metadata.annotations[service.kubernetes.io/topology-mode]';
  const other = 'annotations[service.kubernetes.io/topology-aware-hints]';
  return [invalid(path, mode, `must match ${other} when both are specified`)];
}

function byType({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.type === 'LoadBalancer') {
    (spec.ports ?? []).forEach((port, index) => {
      if (port.port !== KUBELET_PORT) return;
      const why = `may not expose port ${KUBELET_PORT} externally since it is used by kubelet`;
      errors.push(invalid(at('spec', 'ports', index), port.port, why));
    });
  }
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && isHeadless(spec)) {
    const why = `may not be set to 'None' for ${spec.type} services`;
    errors.push(invalid('spec.clusterIPs[0]', 'None', why));
  }
  if (spec.type !== 'ExternalName') return errors;
  const never = (key: 'clusterIPs' | 'ipFamilies' | 'ipFamilyPolicy') => {
    if ((spec[key]?.length ?? 0) === 0) return;
    errors.push(forbidden(`spec.${key}`, 'may not be set for ExternalName services'));
  };
  never('clusterIPs');
  never('ipFamilies');
  never('ipFamilyPolicy');
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') return [...errors, required('spec.externalName', '')];
  const bad = names.isDns1123Subdomain(name);
  return [...errors, ...bad.map((each) => invalid('spec.externalName', name, each))];
}

function validatePort(
  port: ServicePort,
  needsName: boolean,
  seen: Set<string>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const name = port.name ?? '';
  if (needsName && name === '') errors.push(required(at(path, 'name'), ''));
  else if (name !== '') {
    errors.push(...names.isDns1123Label(name).map((each) => invalid(at(path, 'name'), name, each)));
    if (seen.has(name)) errors.push(duplicate(at(path, 'name'), name));
    else seen.add(name);
  }
  errors.push(
    ...names
      .isValidPortNum(port.port ?? 0)
      .map((each) => invalid(at(path, 'port'), port.port ?? 0, each)),
  );
  if (!port.protocol) errors.push(required(at(path, 'protocol'), ''));
  else if (!protocols.includes(port.protocol)) {
    errors.push(notSupported(at(path, 'protocol'), port.protocol, protocols));
  }
  const target = port.targetPort ?? 0;
  const bad =
    typeof target === 'string' ? names.isValidPortName(target) : names.isValidPortNum(target);
  errors.push(...bad.map((each) => invalid(at(path, 'targetPort'), target, each)));
  if (port.appProtocol !== undefined) {
    errors.push(
      ...names
        .isQualifiedName(port.appProtocol)
        .map((each) => invalid(at(path, 'appProtocol'), port.appProtocol, each)),
    );
  }
  return errors;
}

function affinityConfig(spec: ServiceSpec): FieldError[] {
  const config = spec.sessionAffinityConfig;
  const path = 'spec.sessionAffinityConfig';
  if (spec.sessionAffinity === 'None' && config) {
    return [forbidden(path, 'must not be set when session affinity is None')];
  }
  if (spec.sessionAffinity !== 'ClientIP') return [];
  const when = 'when session affinity type is ClientIP';
  if (!config) return [required(path, when)];
  if (!config.clientIP) return [required(at(path, 'clientIP'), when)];
  const place = at(path, 'clientIP', 'timeoutSeconds');
  const seconds = config.clientIP.timeoutSeconds;
  if (seconds === undefined) return [required(place, when)];
  if (seconds > 0 && seconds <= DAY_SECONDS) return [];
  return [invalid(place, seconds, `must be greater than 0 and less than ${DAY_SECONDS}`)];
}

function noNodePorts(spec: ServiceSpec): FieldError[] {
  return (spec.ports ?? []).flatMap((port, index) => {
    const path = at('spec', 'ports', index, 'nodePort');
    return port.nodePort ? [forbidden(path, "may not be used when `type` is 'ClusterIP'")] : [];
  });
}

/** One node port twice, one number and protocol twice. */
function duplicates(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const nodePorts = new Set<string>();
  (spec.ports ?? []).forEach((port, index) => {
    if (!port.nodePort) return;
    const id = `${port.protocol}/${port.nodePort}`;
    const path = at('spec', 'ports', index, 'nodePort');
    if (nodePorts.has(id)) errors.push(duplicate(path, port.nodePort));
    nodePorts.add(id);
  });
  const seen = new Set<string>();
  (spec.ports ?? []).forEach((port, index) => {
    const id = `${port.protocol}/${port.port}`;
    // Upstream prints the internal struct, with only the two fields that are compared.
    const shown = {
      Name: '',
      Protocol: port.protocol ?? '',
      AppProtocol: null,
      Port: port.port,
      TargetPort: 0,
      NodePort: 0,
    };
    if (seen.has(id)) errors.push(duplicate(at('spec', 'ports', index), shown));
    seen.add(id);
  });
  return errors;
}

const traffic = ['Cluster', 'Local'];

/** `validateServiceExternalTrafficPolicy`. */
export function validateExternalTraffic(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const policy = spec.externalTrafficPolicy;
  const path = 'spec.externalTrafficPolicy';
  if (!isExternal(spec)) {
    const why = 'may only be set for externally-accessible services';
    if (policy) errors.push(invalid(path, policy, why));
  } else if (!policy) errors.push(required(path, ''));
  else if (!traffic.includes(policy)) errors.push(notSupported(path, policy, traffic));
  const port = spec.healthCheckNodePort ?? 0;
  const place = 'spec.healthCheckNodePort';
  if (!needsHealthCheck(spec)) {
    const why =
      "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    if (port !== 0) errors.push(invalid(place, port, why));
  } else if (port === 0) errors.push(required(place, ''));
  else errors.push(...names.isValidPortNum(port).map((each) => invalid(place, port, each)));
  return errors;
}

/** Internal traffic policy and traffic distribution. */
function internalTraffic(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const { internalTrafficPolicy: policy, trafficDistribution: distribution } = spec;
  const path = 'spec.internalTrafficPolicy';
  if (policy === undefined) {
    const must = ['NodePort', 'LoadBalancer', 'ClusterIP'].includes(spec.type ?? '');
    if (must) errors.push(required(path, ''));
  } else if (!traffic.includes(policy)) errors.push(notSupported(path, policy, traffic));
  const known = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
  if (distribution !== undefined && !known.includes(distribution)) {
    errors.push(notSupported('spec.trafficDistribution', distribution, known));
  }
  return errors;
}
