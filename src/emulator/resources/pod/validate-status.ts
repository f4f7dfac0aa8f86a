import {
  at,
  duplicate,
  forbidden,
  invalid,
  type FieldError,
} from '../../apimachinery/field-error.ts';
import { isValidIPForLegacyField } from '../../apimachinery/ip.ts';
import { equal, type Json } from '../../world/json.ts';
import { dnsSubdomain, qualifiedName } from '../checks.ts';
import { immutable } from '../metadata.ts';
import type { Pod, PodSpec } from '../pod-template/shapes.ts';
import { validatePodAnnotations } from '../pod-template/validate-annotations.ts';
import { annotationChanges } from './validate-update.ts';

type Status = NonNullable<Pod['status']> & {
  readonly hostIPs?: readonly { readonly ip: string }[];
};

const own = new Set(['PodScheduled', 'Ready', 'Initialized']);

/** `ValidatePodStatusUpdate`. */
export function validateStatus(pod: Pod, old: Pod): readonly FieldError[] {
  const [now, before] = [(pod.status ?? {}) as Status, (old.status ?? {}) as Status];
  const annotations = pod.metadata.annotations;
  const errors = [
    ...annotationChanges(pod, old),
    ...validatePodAnnotations(annotations, old.spec, 'metadata.annotations'),
    ...(now.conditions ?? []).flatMap(({ type }, index) =>
      own.has(type) ? [] : qualifiedName(type, at('metadata.conditions', index, 'Type')),
    ),
  ];
  const nominated = now.nominatedNodeName ?? '';
  if (nominated && nominated !== before.nominatedNodeName) {
    errors.push(...dnsSubdomain(nominated, 'status.nominatedNodeName'));
  }
  errors.push(...immutable('status.qosClass', now.qosClass ?? '', before.qosClass ?? ''));
  return [
    ...errors,
    ...transitions(now, before, 'containerStatuses', old.spec),
    ...transitions(now, before, 'initContainerStatuses', old.spec),
    ...transitions(now, before, 'ephemeralContainerStatuses', {
      ...old.spec,
      restartPolicy: 'Never',
    }),
    ...validateAddresses(now, before),
    ...validateHosts(now),
  ];
}

type List = 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses';

/** What has ended for good does not begin again. */
function transitions(now: Status, before: Status, list: List, spec: PodSpec): FieldError[] {
  if (spec.restartPolicy === 'Always') return [];
  const stays = new Set(
    list === 'initContainerStatuses'
      ? (spec.initContainers ?? [])
          .filter(({ restartPolicy }) => restartPolicy === 'Always')
          .map(({ name }) => name)
      : [],
  );
  const rules = new Set(
    spec.containers.filter(({ restartPolicy }) => restartPolicy).map(({ name }) => name),
  );
  return (before[list] ?? []).flatMap(({ name, state }, index) => {
    const ended = state?.terminated;
    if (!ended || stays.has(name) || rules.has(name)) return [];
    if (ended.exitCode !== 0 && spec.restartPolicy === 'OnFailure') return [];
    const next = (now[list] ?? []).find((each) => each.name === name);
    if (!next || next.state?.terminated) return [];
    const why = 'may not be transitioned to non-terminated state';
    return [forbidden(at('status', list, index, 'state'), why)];
  });
}

/** An address of each family (`validatePodIPs`). */
function validateAddresses(now: Status, before: Status): readonly FieldError[] {
  const old = (before.podIPs ?? []).map(({ ip }) => ip);
  const podIPs = now.podIPs ?? (now.podIP ? [{ ip: now.podIP }] : []);
  const errors = podIPs.flatMap(({ ip }, index) =>
    isValidIPForLegacyField(ip, true, old).map((why) =>
      invalid(at('status.podIPs', index), ip, why),
    ),
  );
  if (errors.length > 0) return errors;
  return [...families(podIPs, 'status.podIPs'), ...repeated(podIPs, 'status.podIPs', 'IP')];
}

/** `validateHostIPs`. */
function validateHosts({ hostIP = '', hostIPs = [] }: Status): FieldError[] {
  const path = 'status.hostIPs';
  if (hostIPs.length === 0) return [];
  const errors: FieldError[] = [];
  const first = hostIPs[0]?.ip ?? '';
  if (hostIP !== first) {
    errors.push(invalid(at(path, 0, 'ip'), first, 'must be equal to `hostIP`'));
  }
  hostIPs.forEach(({ ip }, index) => {
    const texts = isValidIPForLegacyField(ip, true, []);
    errors.push(...texts.map((why) => invalid(at(path, index), ip, why)));
  });
  return [...errors, ...repeated(hostIPs, path, 'IP'), ...families(hostIPs, path)];
}

type Addresses = readonly { readonly ip: string }[];

function repeated(list: Addresses, path: string, name: string): FieldError[] {
  return list.flatMap((each, index) => {
    const again = list.findIndex((other) => equal(other, each)) < index;
    return again ? [duplicate(at(path, index), { [name]: each.ip })] : [];
  });
}

function families(list: Addresses, path: string): FieldError[] {
  const kinds = new Set(list.map(({ ip }) => ip.includes(':')));
  if (list.length <= 1 || (list.length === 2 && kinds.size === 2)) return [];
  const why = 'may specify no more than one IP for each IP family';
  return [invalid(path, list.map(({ ip }) => ({ IP: ip })) as Json, why)];
}
