import {
  at,
  duplicate,
  forbidden,
  invalid,
  keyed,
  notFound,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import * as names from '../../apimachinery/names.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import { quantityError } from '../../apimachinery/decode.ts';
import { validateLabels } from '../metadata.ts';
import { validateDns } from './validate-dns.ts';
import type { Container, PodSpec, PodTemplate, Probe } from './shapes.ts';

/** `ValidatePodTemplateSpec` as far as the parts of networking courses go. */
export function validateTemplate(template: PodTemplate, path: string): FieldError[] {
  return [
    ...validateLabels(template.metadata?.labels, at(path, 'metadata', 'labels')),
    ...validatePodSpec(template.spec, at(path, 'spec')),
  ];
}

/** `ValidatePodSpec`. */
export function validatePodSpec(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  errors.push(...validateVolumes(spec, at(path, 'volumes')));
  errors.push(...validateContainers(spec, path));
  const policies = ['Always', 'Never', 'OnFailure'];
  if (!spec.restartPolicy) errors.push(required(at(path, 'restartPolicy'), ''));
  else if (!policies.includes(spec.restartPolicy)) {
    errors.push(
      notSupported(
        at(path, 'restartPolicy'),
        spec.restartPolicy,
        ['Always', 'OnFailure', 'Never'].sort(),
      ),
    );
  }
  errors.push(...validateDns(spec, path));
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    errors.push(
      invalid(
        at(path, 'terminationGracePeriodSeconds'),
        spec.terminationGracePeriodSeconds,
        'must be greater than or equal to 0',
      ),
    );
  }
  if (spec.serviceAccountName) {
    const bad = names.isDns1123Subdomain(spec.serviceAccountName);
    errors.push(
      ...bad.map((each) => invalid(at(path, 'serviceAccountName'), spec.serviceAccountName, each)),
    );
  }
  if (spec.hostname) {
    errors.push(
      ...names
        .isDns1123Label(spec.hostname)
        .map((each) => invalid(at(path, 'hostname'), spec.hostname, each)),
    );
  }
  if (spec.subdomain) {
    errors.push(
      ...names
        .isDns1123Label(spec.subdomain)
        .map((each) => invalid(at(path, 'subdomain'), spec.subdomain, each)),
    );
  }
  errors.push(...validateLabels(spec.nodeSelector, at(path, 'nodeSelector')));
  (spec.hostAliases ?? []).forEach((alias, index) => {
    if (!names.isIP(alias.ip ?? '')) {
      errors.push(
        invalid(
          at(path, 'hostAliases', index, 'ip'),
          alias.ip ?? '',
          'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        ),
      );
    }
    (alias.hostnames ?? []).forEach((host, i) => {
      const place = at(path, 'hostAliases', index, 'hostnames', i);
      errors.push(...names.isDns1123Subdomain(host).map((each) => invalid(place, host, each)));
    });
  });
  return errors;
}

function validateVolumes(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  (spec.volumes ?? []).forEach((volume, index) => {
    const name = at(path, index, 'name');
    if (!volume.name) errors.push(required(name, ''));
    else {
      errors.push(
        ...names.isDns1123Label(volume.name).map((each) => invalid(name, volume.name, each)),
      );
      if (seen.has(volume.name)) errors.push(duplicate(name, volume.name));
    }
    seen.add(volume.name);
  });
  return errors;
}

function validateContainers(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { containers, initContainers = [] } = spec;
  if (containers.length === 0) errors.push(required(at(path, 'containers'), ''));
  const seen = new Set<string>();
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const each = (list: readonly Container[], field: string) =>
    list.forEach((container, index) => {
      const place = at(path, field, index);
      errors.push(...validateContainer(container, place, volumes, spec.hostNetwork === true));
      if (container.name && seen.has(container.name)) {
        errors.push(duplicate(at(place, 'name'), container.name));
      }
      seen.add(container.name);
    });
  each(containers, 'containers');
  each(initContainers, 'initContainers');
  return errors;
}

function validateContainer(
  container: Container,
  path: string,
  volumes: ReadonlySet<string>,
  hostNetwork: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.name) errors.push(required(at(path, 'name'), ''));
  else
    errors.push(
      ...names
        .isDns1123Label(container.name)
        .map((each) => invalid(at(path, 'name'), container.name, each)),
    );
  if (!container.image) errors.push(required(at(path, 'image'), ''));
  else if (container.image !== container.image.trim()) {
    errors.push(
      invalid(at(path, 'image'), container.image, 'must not have leading or trailing whitespace'),
    );
  }
  if (
    container.imagePullPolicy &&
    !['Always', 'IfNotPresent', 'Never'].includes(container.imagePullPolicy)
  ) {
    errors.push(
      notSupported(at(path, 'imagePullPolicy'), container.imagePullPolicy, [
        'Always',
        'IfNotPresent',
        'Never',
      ]),
    );
  }
  errors.push(...validateContainerPorts(container.ports ?? [], at(path, 'ports'), hostNetwork));
  errors.push(...validateEnv(container, at(path, 'env')));
  (container.volumeMounts ?? []).forEach((mount, index) => {
    if (!mount.name) errors.push(required(at(path, 'volumeMounts', index, 'name'), ''));
    else if (!volumes.has(mount.name))
      errors.push(notFound(at(path, 'volumeMounts', index, 'name'), mount.name));
    if (!mount.mountPath) errors.push(required(at(path, 'volumeMounts', index, 'mountPath'), ''));
  });
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[name];
    if (probe) errors.push(...validateProbe(probe, at(path, name), name));
  }
  errors.push(...validateResources(container, at(path, 'resources')));
  return errors;
}

/** `validateContainerPorts`. */
export function validateContainerPorts(
  ports: NonNullable<Container['ports']>,
  path: string,
  hostNetwork: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  ports.forEach((port, index) => {
    const place = at(path, index);
    if (port.name) {
      const bad = names.isValidPortName(port.name);
      if (bad.length > 0)
        errors.push(...bad.map((each) => invalid(at(place, 'name'), port.name, each)));
      else if (seen.has(port.name)) errors.push(duplicate(at(place, 'name'), port.name));
      else seen.add(port.name);
    }
    if (!port.containerPort) errors.push(required(at(place, 'containerPort'), ''));
    else
      errors.push(
        ...names
          .isValidPortNum(port.containerPort)
          .map((each) => invalid(at(place, 'containerPort'), port.containerPort, each)),
      );
    if (port.hostPort) {
      errors.push(
        ...names
          .isValidPortNum(port.hostPort)
          .map((each) => invalid(at(place, 'hostPort'), port.hostPort, each)),
      );
      if (hostNetwork && port.hostPort !== port.containerPort) {
        errors.push(
          invalid(
            at(place, 'hostPort'),
            port.hostPort,
            'must match `containerPort` when `hostNetwork` is true',
          ),
        );
      }
    }
    if (!port.protocol) errors.push(required(at(place, 'protocol'), ''));
    else if (!['SCTP', 'TCP', 'UDP'].includes(port.protocol)) {
      errors.push(notSupported(at(place, 'protocol'), port.protocol, ['SCTP', 'TCP', 'UDP']));
    }
  });
  return errors;
}

function validateEnv({ env = [] }: Container, path: string): FieldError[] {
  return env.flatMap((variable, index) => {
    const place = at(path, index);
    if (!variable.name) return [required(at(place, 'name'), '')];
    const errors = names
      .isEnvVarName(variable.name)
      .map((each) => invalid(at(place, 'name'), variable.name, each));
    if (variable.valueFrom && variable.value) {
      errors.push(
        invalid(at(place, 'valueFrom'), '', 'may not be specified when `value` is not empty'),
      );
    }
    return errors;
  });
}

function validateProbe(probe: Probe, path: string, name: string): FieldError[] {
  const errors: FieldError[] = [];
  const handlers = [probe.exec, probe.httpGet, probe.tcpSocket, probe.grpc].filter(
    (each) => each !== undefined,
  );
  if (handlers.length === 0) errors.push(required(path, 'must specify a handler type'));
  if (handlers.length > 1)
    errors.push(forbidden(at(path, 'httpGet'), 'may not specify more than 1 handler type'));
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port;
  const field = probe.httpGet ? 'httpGet' : 'tcpSocket';
  if (typeof port === 'number') {
    errors.push(
      ...names.isValidPortNum(port).map((each) => invalid(at(path, field, 'port'), port, each)),
    );
  } else if (typeof port === 'string') {
    errors.push(
      ...names.isValidPortName(port).map((each) => invalid(at(path, field, 'port'), port, each)),
    );
  }
  for (const key of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const) {
    const value = probe[key];
    if (value !== undefined && value < 0)
      errors.push(invalid(at(path, key), value, 'must be greater than or equal to 0'));
  }
  if (
    name !== 'readinessProbe' &&
    probe.successThreshold !== undefined &&
    probe.successThreshold !== 1
  ) {
    errors.push(invalid(at(path, 'successThreshold'), probe.successThreshold, 'must be 1'));
  }
  return errors;
}

function validateResources({ resources }: Container, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['limits', 'requests'] as const) {
    for (const [name, value] of Object.entries(resources?.[list] ?? {})) {
      const wrong = quantityError(String(value));
      if (wrong) errors.push(invalid(keyed(at(path, list), name), String(value), wrong));
    }
  }
  for (const [name, request] of Object.entries(resources?.requests ?? {})) {
    const limit = resources?.limits?.[name];
    const [a, b] = [parseQuantity(String(request)), parseQuantity(String(limit ?? ''))];
    if (limit !== undefined && a && b && a.nano > b.nano) {
      errors.push(
        invalid(
          at(path, 'requests'),
          String(request),
          `must be less than or equal to ${name} limit of ${limit}`,
        ),
      );
    }
  }
  return errors;
}
