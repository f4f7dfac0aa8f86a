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
import { validateAddresses } from './validate-addresses.ts';
import {
  isExternal,
  isHeadless,
  needsClusterIP,
  type Service,
  type ServicePort,
  type ServiceSpec,
} from './shapes.ts';
import { needsHealthCheck } from './prepare.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const DAY_SECONDS = 86_400;

/** `ValidateService` (`pkg/apis/core/validation`), in upstream's order. */
export function validate(service: Service, old: Service | undefined): FieldError[] {
  const { spec } = service;
  const errors: FieldError[] = [];
  const headless = isHeadless(spec);
  if ((spec.ports ?? []).length === 0 && !headless && spec.type !== 'ExternalName') {
    errors.push(required('spec.ports', ''));
  }
  errors.push(...byType(service));
  const seen = new Set<string>();
  (spec.ports ?? []).forEach((port, index) => {
    errors.push(
      ...validatePort(port, (spec.ports ?? []).length > 1, seen, at('spec', 'ports', index)),
    );
  });
  errors.push(...validateLabels(spec.selector, 'spec.selector'));
  if (!spec.sessionAffinity) errors.push(required('spec.sessionAffinity', ''));
  else if (!['ClientIP', 'None'].includes(spec.sessionAffinity)) {
    errors.push(notSupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']));
  }
  errors.push(...affinityConfig(spec));
  errors.push(...validateAddresses(spec, old?.spec));
  if (!spec.type) errors.push(required('spec.type', ''));
  else if (!types.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, types));
  if (spec.type === 'ClusterIP') errors.push(...noNodePorts(spec));
  errors.push(...duplicates(spec));
  errors.push(...loadBalancer(spec), ...trafficPolicies(spec));
  return errors;
}

function byType({ spec }: Service): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.type === 'LoadBalancer') {
    (spec.ports ?? []).forEach((port, index) => {
      // The API server itself would be cut off.
      if (port.port === 10_250) {
        errors.push(
          invalid(
            at('spec', 'ports', index),
            port.port,
            'may not expose port 10250 externally since it is used by kubelet',
          ),
        );
      }
    });
    if (isHeadless(spec)) {
      errors.push(
        invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services"),
      );
    }
  }
  if (spec.type === 'NodePort' && isHeadless(spec)) {
    errors.push(
      invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for NodePort services"),
    );
  }
  if (spec.type === 'ExternalName') {
    if (!needsClusterIP(spec) && (spec.clusterIPs ?? []).length > 0) {
      errors.push(forbidden('spec.clusterIPs', 'may not be set for ExternalName services'));
    } else if (spec.clusterIP) {
      errors.push(forbidden('spec.clusterIP', 'may not be set for ExternalName services'));
    }
    const name = (spec.externalName ?? '').replace(/\.$/, '');
    if (name === '') errors.push(required('spec.externalName', ''));
    else
      errors.push(
        ...names.isDns1123Subdomain(name).map((each) => invalid('spec.externalName', name, each)),
      );
  }
  return errors;
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
  if (spec.sessionAffinity !== 'ClientIP') {
    if (spec.sessionAffinity === 'None' && config) {
      return [
        forbidden('spec.sessionAffinityConfig', 'must not be set when session affinity is None'),
      ];
    }
    return [];
  }
  const path = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
  if (!config)
    return [required('spec.sessionAffinityConfig', 'when session affinity type is ClientIP')];
  if (!config.clientIP)
    return [
      required('spec.sessionAffinityConfig.clientIP', 'when session affinity type is ClientIP'),
    ];
  const seconds = config.clientIP.timeoutSeconds;
  if (seconds === undefined) return [required(path, 'when session affinity type is ClientIP')];
  if (seconds <= 0 || seconds > DAY_SECONDS) {
    return [invalid(path, seconds, `must be greater than 0 and less than ${DAY_SECONDS}`)];
  }
  return [];
}

function noNodePorts(spec: ServiceSpec): FieldError[] {
  return (spec.ports ?? []).flatMap((port, index) =>
    port.nodePort
      ? [
          forbidden(
            at('spec', 'ports', index, 'nodePort'),
            "may not be used when `type` is 'ClusterIP'",
          ),
        ]
      : [],
  );
}

/** One node port twice, one number and protocol twice. */
function duplicates(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const nodePorts = new Set<string>();
  (spec.ports ?? []).forEach((port, index) => {
    if (!port.nodePort) return;
    const id = `${port.protocol}/${port.nodePort}`;
    if (nodePorts.has(id))
      errors.push(duplicate(at('spec', 'ports', index, 'nodePort'), port.nodePort));
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

function loadBalancer(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.type !== 'LoadBalancer') {
    if ((spec.loadBalancerSourceRanges ?? []).length > 0) {
      errors.push(
        forbidden(
          'spec.LoadBalancerSourceRanges',
          "may only be used when `type` is 'LoadBalancer'",
        ),
      );
    }
    if (spec.allocateLoadBalancerNodePorts !== undefined) {
      errors.push(
        forbidden(
          'spec.allocateLoadBalancerNodePorts',
          "may only be used when `type` is 'LoadBalancer'",
        ),
      );
    }
    if (spec.loadBalancerClass !== undefined) {
      errors.push(
        forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'"),
      );
    }
    return errors;
  }
  (spec.loadBalancerSourceRanges ?? []).forEach((range, index) => {
    const [address = '', prefix] = range.trim().split('/');
    if (prefix === undefined || !names.isIP(address) || !/^\d+$/.test(prefix)) {
      errors.push(
        invalid(
          at('spec', 'LoadBalancerSourceRanges', index),
          range,
          'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
        ),
      );
    }
  });
  if (spec.allocateLoadBalancerNodePorts === undefined) {
    errors.push(required('spec.allocateLoadBalancerNodePorts', ''));
  }
  if (spec.loadBalancerClass !== undefined) {
    errors.push(
      ...names
        .isQualifiedName(spec.loadBalancerClass)
        .map((each) => invalid('spec.loadBalancerClass', spec.loadBalancerClass, each)),
    );
  }
  return errors;
}

function trafficPolicies(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const policies = ['Cluster', 'Local'];
  const external = spec.externalTrafficPolicy;
  if (isExternal(spec)) {
    if (!external)
      errors.push(
        required('spec.externalTrafficPolicy', `may not be empty when \`type\` is "${spec.type}"`),
      );
    else if (!policies.includes(external))
      errors.push(notSupported('spec.externalTrafficPolicy', external, policies));
  } else if (external) {
    errors.push(
      invalid(
        'spec.externalTrafficPolicy',
        external,
        'may only be set for externally-accessible services',
      ),
    );
  }
  const health = spec.healthCheckNodePort ?? 0;
  if (needsHealthCheck(spec)) {
    if (health < 0)
      errors.push(invalid('spec.healthCheckNodePort', health, 'must be greater than 0'));
  } else if (health !== 0) {
    errors.push(
      invalid(
        'spec.healthCheckNodePort',
        health,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    );
  }
  const internal = spec.internalTrafficPolicy;
  if (internal && !policies.includes(internal)) {
    errors.push(notSupported('spec.internalTrafficPolicy', internal, policies));
  }
  const distributions = ['PreferClose', 'PreferSameNode', 'PreferSameZone'];
  if (spec.trafficDistribution !== undefined && !distributions.includes(spec.trafficDistribution)) {
    errors.push(
      notSupported(
        'spec.trafficDistribution',
        spec.trafficDistribution,
        ['PreferClose', 'PreferSameZone', 'PreferSameNode'].sort(),
      ),
    );
  }
  return errors;
}
