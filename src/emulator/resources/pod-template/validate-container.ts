import {
  at,
  duplicate,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidPortName, isValidPortNum } from '../../apimachinery/names.ts';
import { dnsLabel, invalids, oneOf } from '../checks.ts';
import { pullPolicy } from './pull-policy.ts';
import type { Container, PodSpec, SecurityContext } from './shapes.ts';
import { validateEnv, validateEnvFrom } from './validate-env.ts';
import { validateDevices, validateMounts } from './validate-mounts.ts';
import { validateContainerResources } from './validate-resources.ts';
import { validateContainerSecurity } from './validate-security.ts';
import type { Volumes } from './validate-volumes.ts';

/** What a container's validation knows of the pod around it. */
export interface Surrounding {
  readonly volumes: Volumes;
  readonly claims: readonly string[];
  readonly grace: number | undefined;
  readonly restartPolicy: string | undefined;
  readonly hostUsers: boolean;
}

/** `validateContainerCommon`: what containers of all sorts have in common. */
export function validateCommon(
  container: Container,
  around: Surrounding,
  path: string,
): FieldError[] {
  const { name = '', image = '', terminationMessagePolicy } = container;
  const policies = ['File', 'FallbackToLogsOnError'];
  return [
    ...(name ? dnsLabel(name, at(path, 'name')) : [required(at(path, 'name'), '')]),
    ...(image ? [] : [required(at(path, 'image'), '')]),
    ...oneOf(terminationMessagePolicy, policies, at(path, 'terminationMessagePolicy'), true),
    ...validatePorts(container.ports ?? [], at(path, 'ports')),
    ...validateEnv(container, at(path, 'env')),
    ...validateEnvFrom(container, at(path, 'envFrom')),
    ...validateMounts(container, around.volumes, at(path, 'volumeMounts')),
    ...validateDevices(container, around.volumes, at(path, 'volumeDevices')),
    ...pullPolicy(container.imagePullPolicy, at(path, 'imagePullPolicy')),
    ...validateContainerResources(container.resources ?? {}, around.claims, at(path, 'resources')),
    ...validateResizePolicy(container, around.restartPolicy, at(path, 'resizePolicy')),
    ...validateContainerSecurity(
      container.securityContext as SecurityContext | undefined,
      at(path, 'securityContext'),
      around.hostUsers,
    ),
  ];
}

function validateResizePolicy(
  { resizePolicy = [] }: Container,
  podPolicy: string | undefined,
  path: string,
): FieldError[] {
  const seen = new Set<string>();
  const ways = ['NotRequired', 'RestartContainer'];
  return resizePolicy.flatMap(({ resourceName = '', restartPolicy = '' }, index) => {
    const errors = seen.has(resourceName) ? [duplicate(at(path, index), resourceName)] : [];
    seen.add(resourceName);
    errors.push(...oneOf(resourceName, ['cpu', 'memory'], path, true));
    errors.push(...oneOf(restartPolicy, ways, path, true));
    if (podPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      const why = "must be 'NotRequired' when `restartPolicy` is 'Never'";
      errors.push(invalid(path, restartPolicy, why));
    }
    return errors;
  });
}

const protocols = ['SCTP', 'TCP', 'UDP'];

/** `validateContainerPorts`. */
export function validatePorts(ports: NonNullable<Container['ports']>, path: string): FieldError[] {
  const seen = new Set<string>();
  return ports.flatMap(({ name = '', containerPort = 0, hostPort = 0, protocol = '' }, index) => {
    const own = at(path, index);
    const errors: FieldError[] = [];
    if (name) {
      const bad = isValidPortName(name);
      errors.push(...invalids(at(own, 'name'), name, bad));
      if (seen.has(name)) errors.push(duplicate(at(own, 'name'), name));
      else if (bad.length === 0) seen.add(name);
    }
    const place = at(own, 'containerPort');
    if (containerPort === 0) errors.push(required(place, ''));
    else errors.push(...invalids(place, containerPort, isValidPortNum(containerPort)));
    const host = hostPort === 0 ? [] : isValidPortNum(hostPort);
    errors.push(...invalids(at(own, 'hostPort'), hostPort, host));
    if (!protocol) errors.push(required(at(own, 'protocol'), ''));
    else if (!protocols.includes(protocol)) {
      errors.push(notSupported(at(own, 'protocol'), protocol, protocols));
    }
    return errors;
  });
}

/** `validatePodHostNetworkDeps`: on the host's network a port of a container is the host's. */
export function validateHostPorts(spec: PodSpec, isPod: boolean, path: string): FieldError[] {
  if (!spec.hostNetwork) return [];
  const why = 'must match `containerPort` when `hostNetwork` is true';
  return spec.containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ hostPort = 0, containerPort }, i) => {
      const free = !isPod && hostPort === 0;
      if (free || hostPort === containerPort) return [];
      return [invalid(at(path, 'containers', index, 'ports', i, 'hostPort'), hostPort, why)];
    }),
  );
}
