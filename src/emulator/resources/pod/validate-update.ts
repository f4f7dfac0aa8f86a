import { duplicate, forbidden, invalid, type FieldError } from '../../apimachinery/field-error.ts';
import { isValidIPForLegacyField } from '../../apimachinery/ip.ts';
import { unifiedHunks } from '../../apimachinery/unified.ts';
import { equal, type Json } from '../../world/json.ts';
import type { Container, Pod, PodSpec } from '../pod-template/shapes.ts';
import { validatePodSpec } from '../pod-template/validate.ts';
import { internalLines } from './internal-form.ts';

const UPDATABLE =
  'pod updates may not change fields other than ' +
  '`spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Of a pod's spec hardly anything but images may change (`ValidatePodUpdate`). */
export function validateUpdate(pod: Pod, old: Pod): readonly FieldError[] {
  const errors = validatePodSpec(pod.spec, 'spec');
  if (errors.length > 0) return errors;
  for (const field of ['containers', 'initContainers'] as const) {
    if ((pod.spec[field]?.length ?? 0) === (old.spec[field]?.length ?? 0)) continue;
    return [forbidden(`spec.${field}`, 'pod updates may not add or remove containers')];
  }
  const munged = allowing(pod.spec, old.spec);
  if (equal(normal(munged), normal(old.spec))) return [];
  const hunks = unifiedHunks(internalLines(old.spec), internalLines(munged));
  return [forbidden('spec', `${UPDATABLE}\n${hunks}`)];
}

type Kept = PodSpec & {
  readonly activeDeadlineSeconds?: number;
  readonly priority?: number;
  readonly preemptionPolicy?: string;
};

/** The new spec with what may change put back to what it was. */
function allowing(spec: PodSpec, old: PodSpec): PodSpec {
  const images = (now: readonly Container[] = [], before: readonly Container[] = []) =>
    now.map((each, index) => ({ ...each, image: before[index]?.image ?? each.image }));
  // Priority is the admission's to set, and it keeps what was.
  const kept = ['activeDeadlineSeconds', 'priority', 'preemptionPolicy'] as const;
  const { activeDeadlineSeconds: _new, ...rest } = spec as Kept;
  const before = kept.flatMap((field) => {
    const value = (old as Kept)[field];
    return value === undefined ? [] : [[field, value]];
  });
  return {
    ...rest,
    ...Object.fromEntries(before),
    containers: images(spec.containers, old.containers),
    ...(spec.initContainers && { initContainers: images(spec.initContainers, old.initContainers) }),
    ...(old.tolerations && { tolerations: old.tolerations }),
  };
}

/** Empty lists are as good as none. */
const normal = (spec: PodSpec) => ({
  ...spec,
  initContainers: spec.initContainers ?? [],
  ephemeralContainers: [],
  tolerations: [],
});

/** A status may have an address of each family (`ValidatePodStatusUpdate`). */
export function validateAddresses({ status }: Pod, old: Pod): readonly FieldError[] {
  const before = (old.status?.podIPs ?? []).map(({ ip }) => ip);
  const podIPs = status?.podIPs ?? (status?.podIP ? [{ ip: status.podIP }] : []);
  const errors = podIPs.flatMap(({ ip }, index) =>
    isValidIPForLegacyField(ip, true, before).map((why) =>
      invalid(`status.podIPs[${index}]`, ip, why),
    ),
  );
  if (errors.length > 0) return errors;
  const seen = podIPs.map(({ ip }) => ip);
  const twice = seen.findIndex((ip, index) => seen.indexOf(ip) !== index);
  if (twice >= 0) return [duplicate(`status.podIPs[${twice}]`, podIPs[twice] as unknown as Json)];
  const families = new Set(seen.map((ip) => ip.includes(':')));
  if (seen.length <= 1 || (seen.length === 2 && families.size === 2)) return [];
  const why = 'may specify no more than one IP for each IP family';
  return [invalid('status.podIPs', podIPs as unknown as Json, why)];
}
