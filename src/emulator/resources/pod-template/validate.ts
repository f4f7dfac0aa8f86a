import {
  at,
  duplicate,
  forbidden,
  invalid,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidIPForLegacyField } from '../../apimachinery/ip.ts';
import { inclusiveRange } from '../../apimachinery/names.ts';
import { dnsLabel, dnsSubdomain, invalids, oneOf, qualifiedName } from '../checks.ts';
import { validateAnnotations, validateLabels } from '../metadata.ts';
import { internalForm } from './internal-form.ts';
import type { Container, PodSpec, PodTemplate } from './shapes.ts';
import { validateAffinity, type Affinity } from './validate-affinity.ts';
import { profileMatches, validatePodAnnotations } from './validate-annotations.ts';
import { validateHostPorts, validatePorts } from './validate-container.ts';
import {
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
} from './validate-containers.ts';
import { validateDnsConfig, validateDnsPolicy } from './validate-dns.ts';
import { validateContainerResources, validatePodResources } from './validate-resources.ts';
import { validateGates, validateSpread, validateTolerations } from './validate-scheduling.ts';
import { validateHostUsers, validatePodSecurity } from './validate-security.ts';
import { validateVolumes, type Place } from './validate-volumes.ts';
import { validateHostProcess, validateOs } from './validate-windows.ts';

const MAX_INT32 = 2_147_483_647;

/** `ValidatePodTemplateSpec`. */
export function validateTemplate(template: PodTemplate, path: string): FieldError[] {
  const { labels, annotations } = template.metadata ?? {};
  const inside = at(path, 'spec');
  const errors = [
    ...validateLabels(labels, at(path, 'labels')),
    ...validateAnnotations(annotations, at(path, 'annotations')),
    ...validatePodAnnotations(annotations, template.spec, at(path, 'annotations')),
    ...validatePodSpec(template.spec, inside),
    ...profileMatches(annotations, template.spec, inside),
  ];
  if ((template.spec.ephemeralContainers ?? []).length === 0) return errors;
  const why = 'ephemeral containers not allowed in pod template';
  return [...errors, forbidden(at(inside, 'ephemeralContainers'), why)];
}

/** `ValidatePodSpec`; `place` says in what object it stands, if not in a template. */
export function validatePodSpec(
  spec: PodSpec,
  path: string,
  place: Place = { isPod: false },
): FieldError[] {
  const { good: volumes, errors } = validateVolumes(spec.volumes ?? [], place, at(path, 'volumes'));
  const claims = (spec.resourceClaims ?? []).flatMap(({ name }) => (name ? [name] : []));
  const around = {
    volumes,
    claims,
    grace: spec.terminationGracePeriodSeconds,
    restartPolicy: spec.restartPolicy,
    hostUsers: spec.hostUsers !== false,
  };
  return [
    ...errors,
    ...validateClaims(spec, at(path, 'resourceClaims')),
    ...validateContainers(spec, around, at(path, 'containers')),
    ...validateInitContainers(spec, around, at(path, 'initContainers')),
    ...validateEphemeralContainers(spec, around, at(path, 'ephemeralContainers')),
    ...validatePodResources(spec, claims, at(path, 'resources')),
    ...validateHostPorts(spec, place.isPod, path),
    ...validateRest(spec, path),
    ...validateNames(spec, path),
    ...validateOs(spec, path),
  ];
}

function validateRest(spec: PodSpec, path: string): FieldError[] {
  const policies = ['Always', 'OnFailure', 'Never'];
  const { dnsPolicy, dnsConfig } = spec;
  return [
    ...oneOf(spec.restartPolicy, policies, at(path, 'restartPolicy'), true),
    ...validateDnsPolicy(dnsPolicy, at(path, 'dnsPolicy')),
    ...validateLabels(spec.nodeSelector, at(path, 'nodeSelector')),
    ...validatePodSecurity(spec, at(path, 'securityContext')),
    ...validateAffinity(spec.affinity as Affinity | undefined, at(path, 'affinity')),
    ...validateDnsConfig(dnsConfig, dnsPolicy, at(path, 'dnsConfig')),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType = '' }, index) =>
      qualifiedName(conditionType, at(path, 'readinessGates', index, 'conditionType')),
    ),
    ...validateGates(spec, at(path, 'schedulingGates')),
    ...validateSpread(spec.topologySpreadConstraints ?? [], at(path, 'topologySpreadConstraints')),
    ...validateHostProcess(spec, path),
    ...validateHostUsers(spec, path),
  ];
}

function validateNames(spec: PodSpec, path: string): FieldError[] {
  const named = (name: 'serviceAccountName' | 'nodeName' | 'priorityClassName') => {
    const value = spec[name];
    return value ? dnsSubdomain(value, at(path, name)) : [];
  };
  const label = (name: 'hostname' | 'subdomain') => {
    const value = spec[name];
    return value ? dnsLabel(value, at(path, name)) : [];
  };
  const { runtimeClassName, overhead, activeDeadlineSeconds: deadline } = spec;
  const wrong = deadline !== undefined && (deadline < 1 || deadline > MAX_INT32);
  const place = at(path, 'activeDeadlineSeconds');
  const preemption = ['PreemptLowerPriority', 'Never'];
  return [
    ...named('serviceAccountName'),
    ...named('nodeName'),
    ...(wrong ? [invalid(place, deadline, inclusiveRange(1, MAX_INT32))] : []),
    ...label('hostname'),
    ...label('subdomain'),
    ...hostnameOverride(spec, path),
    ...validateTolerations(spec.tolerations ?? [], at(path, 'tolerations')),
    ...validateAliases(spec, at(path, 'hostAliases')),
    ...named('priorityClassName'),
    ...(runtimeClassName === undefined
      ? []
      : dnsSubdomain(runtimeClassName, at(path, 'runtimeClassName'))),
    ...(spec.preemptionPolicy === undefined
      ? []
      : oneOf(spec.preemptionPolicy, preemption, at(path, 'preemptionPolicy'), true)),
    ...(overhead ? validateContainerResources({ limits: overhead }, [], at(path, 'overhead')) : []),
  ];
}

const HOSTNAME_MAX = 64;

function hostnameOverride(spec: PodSpec, path: string): FieldError[] {
  const { hostnameOverride: name } = spec;
  if (name === undefined) return [];
  const place = at(path, 'hostnameOverride');
  const errors = dnsSubdomain(name, place);
  if (name.length > HOSTNAME_MAX) {
    errors.push(invalid(place, name, `must be no more than ${HOSTNAME_MAX} characters`));
  }
  const whole = spec as { readonly setHostnameAsFQDN?: boolean };
  if (whole.setHostnameAsFQDN) {
    errors.push(forbidden(place, 'may not be specified when `setHostnameAsFQDN` is true'));
  }
  return spec.hostNetwork
    ? [...errors, forbidden(place, 'may not be specified when `hostNetwork` is true')]
    : errors;
}

function validateAliases({ hostAliases = [] }: PodSpec, path: string): FieldError[] {
  return hostAliases.flatMap(({ ip = '', hostnames = [] }, index) => [
    ...invalids(at(path, index, 'ip'), ip, isValidIPForLegacyField(ip, true, [])),
    ...hostnames.flatMap((name, i) => dnsSubdomain(name, at(path, index, 'hostnames', i))),
  ]);
}

/** `validatePodResourceClaims`: each by the one or the other name. */
function validateClaims({ resourceClaims = [] }: PodSpec, path: string): FieldError[] {
  const seen = new Set<string>();
  return resourceClaims.flatMap((claim, index) => {
    const own = at(path, index);
    const { name = '', resourceClaimName: direct, resourceClaimTemplateName: made } = claim;
    const errors: FieldError[] = [];
    if (!name) errors.push({ path: at(own, 'name'), type: 'Required', detail: '' });
    else if (seen.has(name)) errors.push(duplicate(at(own, 'name'), name));
    else errors.push(...dnsLabel(name, at(own, 'name')));
    seen.add(name);
    const shown = internalForm('ResourceClaim', claim);
    if (direct !== undefined && made !== undefined) {
      const names = '`resourceClaimName` or `resourceClaimTemplateName`';
      errors.push(invalid(own, shown, `at most one of ${names} may be specified`));
    }
    if (direct === undefined && made === undefined) {
      const names = '`resourceClaimName`, `resourceClaimTemplateName`';
      errors.push(invalid(own, shown, `must specify one of: ${names}`));
    }
    if (direct !== undefined) errors.push(...dnsSubdomain(direct, at(own, 'resourceClaimName')));
    if (made === undefined) return errors;
    return [...errors, ...dnsSubdomain(made, at(own, 'resourceClaimTemplateName'))];
  });
}

/** Ports of a container by themselves, on the host's network or not. */
export function validateContainerPorts(
  ports: NonNullable<Container['ports']>,
  path: string,
  hostNetwork: boolean,
): FieldError[] {
  const why = 'must match `containerPort` when `hostNetwork` is true';
  const wrong = ports.flatMap(({ hostPort, containerPort }, index) =>
    hostNetwork && hostPort && hostPort !== containerPort
      ? [invalid(at(path, index, 'hostPort'), hostPort, why)]
      : [],
  );
  return [...validatePorts(ports, path), ...wrong];
}
