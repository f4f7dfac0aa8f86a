import { forbidden, invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import { inclusiveRange } from '../../apimachinery/names.ts';
import { keyed, at } from '../../apimachinery/field-error.ts';
import { unifiedHunks } from '../../apimachinery/unified.ts';
import { equal, type Json } from '../../world/json.ts';
import { internalForm, internalLines } from '../pod-template/internal-form.ts';
import type { Container, Pod, PodSpec, Toleration } from '../pod-template/shapes.ts';
import type { Affinity } from '../pod-template/validate-affinity.ts';
import { APPARMOR, MIRROR } from '../pod-template/validate-annotations.ts';
import { imageErrors } from '../pod-template/validate-containers.ts';
import { validateTolerations } from '../pod-template/validate-scheduling.ts';
import type { NodeTerm } from '../node-selector.ts';
import { validateWhole } from './validate.ts';

const UPDATABLE =
  'pod updates may not change fields other than ' +
  '`spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
const MAX_INT32 = 2_147_483_647;
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Of a pod's spec hardly anything but images may change (`ValidatePodUpdate`). */
export function validateUpdate(pod: Pod, old: Pod): readonly FieldError[] {
  const errors = [...validateWhole(pod), ...annotationChanges(pod, old)];
  for (const field of ['containers', 'initContainers'] as const) {
    const path = `spec.${field}`;
    const now = pod.spec[field] ?? [];
    if (now.length !== (old.spec[field] ?? []).length) {
      return [...errors, forbidden(path, 'pod updates may not add or remove containers')];
    }
    now.forEach((each, index) => {
      if (!each.image) errors.push(required(at(path, index, 'image'), ''));
      errors.push(...imageErrors(each, at(path, index)));
    });
  }
  const deadline = deadlineErrors(pod.spec, old.spec);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(...tolerationChanges(pod.spec.tolerations ?? [], old.spec.tolerations ?? []));
  errors.push(...gateChanges(pod.spec, old.spec));
  if (equal(normal(pod.spec), normal(old.spec))) return errors;
  const gated = (old.spec.schedulingGates ?? []).length > 0;
  if (gated) errors.push(...placeChanges(pod.spec, old.spec));
  const munged = allowing(pod.spec, old.spec, gated);
  if (equal(normal(munged), normal(old.spec))) return errors;
  const hunks = unifiedHunks(internalLines(old.spec), internalLines(munged));
  return [...errors, forbidden('spec', `${UPDATABLE}\n${hunks}`)];
}

/** `ValidatePodSpecificAnnotationUpdates`, without what holds of new pods too. */
export function annotationChanges({ metadata }: Pod, old: Pod): FieldError[] {
  const [now, before] = [metadata.annotations ?? {}, old.metadata.annotations ?? {}];
  const path = (name: string) => keyed('metadata.annotations', name);
  const errors: FieldError[] = [];
  for (const name of Object.keys(before).sort()) {
    if (now[name] === before[name]) continue;
    if (name.startsWith(APPARMOR)) {
      errors.push(forbidden(path(name), 'may not remove or update AppArmor annotations'));
    }
    if (name === MIRROR) {
      errors.push(forbidden(path(name), 'may not remove or update mirror pod annotation'));
    }
  }
  for (const name of Object.keys(now).sort()) {
    if (before[name] !== undefined) continue;
    if (name.startsWith(APPARMOR)) {
      errors.push(forbidden(path(name), 'may not add AppArmor annotations'));
    }
    if (name === MIRROR) errors.push(forbidden(path(name), 'may not add mirror pod annotation'));
  }
  return errors;
}

function deadlineErrors(spec: PodSpec, old: PodSpec): { errors: FieldError[]; stop: boolean } {
  const [now, before] = [spec.activeDeadlineSeconds, old.activeDeadlineSeconds];
  const wrong = (value: number | null, why: string) => [
    invalid('spec.activeDeadlineSeconds', value, why),
  ];
  if (now === undefined) {
    const why = 'must not update from a positive integer to nil value';
    return { errors: before === undefined ? [] : wrong(null, why), stop: false };
  }
  if (now < 0 || now > MAX_INT32) {
    return { errors: wrong(now, inclusiveRange(0, MAX_INT32)), stop: true };
  }
  if (before === undefined || before >= now) return { errors: [], stop: false };
  return { errors: wrong(now, 'must be less than or equal to previous value'), stop: true };
}

function tolerationChanges(now: readonly Toleration[], before: readonly Toleration[]) {
  const path = 'spec.tolerations';
  const bare = ({ tolerationSeconds: _any, ...rest }: Toleration) => rest;
  const gone = before.some((each) => !now.some((other) => equal(bare(each), bare(other))));
  if (!gone) return validateTolerations(now, path);
  return [forbidden(path, 'existing toleration can not be modified except its tolerationSeconds')];
}

function gateChanges(spec: PodSpec, old: PodSpec): FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  return (spec.schedulingGates ?? []).flatMap(({ name }, index) => {
    if (before.has(name)) return [];
    const why = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return [forbidden(at('spec', 'schedulingGates', index, 'name'), why)];
  });
}

/** Where a pod may go can be narrowed as long as it is held back (`podIsGated`). */
function placeChanges(spec: PodSpec, old: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  const [now, before] = [spec.nodeSelector ?? {}, old.nodeSelector ?? {}];
  if (Object.keys(before).some((key) => now[key] !== before[key])) {
    const why = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
    errors.push(invalid('spec.nodeSelector', now as Json, why));
  }
  const path = at('spec', 'affinity', 'nodeAffinity', REQUIRED, 'nodeSelectorTerms');
  const terms = ({ affinity }: PodSpec) =>
    (affinity as Affinity | undefined)?.nodeAffinity?.[REQUIRED]?.nodeSelectorTerms ?? [];
  const [given, had] = [terms(spec), terms(old)];
  const form = (term: NodeTerm) => internalForm('NodeSelectorTerm', term);
  if (had.length > 0 && had.length !== given.length) {
    const why = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    return [...errors, invalid(path, given.map(form), why)];
  }
  had.forEach((term, index) => {
    const next = given[index] as NodeTerm;
    const why = 'only additions are allowed (no mutations or deletions)';
    if (!onlyAdds(next, term)) errors.push(invalid(at(path, index), form(next), why));
  });
  return errors;
}

function onlyAdds(now: NodeTerm, before: NodeTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  const had = lists.some((name) => (before[name] ?? []).length > 0);
  if (!had) return lists.every((name) => (now[name] ?? []).length === 0);
  return lists.every((name) => {
    const first = before[name] ?? [];
    return equal((now[name] ?? []).slice(0, first.length), first);
  });
}

/** The new spec with what may change put back to what it was. */
function allowing(spec: PodSpec, old: PodSpec, gated: boolean): PodSpec {
  const images = (now: readonly Container[] = [], before: readonly Container[] = []) =>
    now.map((each, index) => ({ ...each, image: before[index]?.image ?? each.image }));
  // Priority is the admission's to set, and it keeps what was.
  const kept: (keyof PodSpec)[] = [
    'activeDeadlineSeconds',
    'priority',
    'preemptionPolicy',
    'tolerations',
    'schedulingGates',
    ...(gated ? (['nodeSelector'] as const) : []),
  ];
  const rest = Object.fromEntries(
    Object.entries(spec).filter(([name]) => !(kept as string[]).includes(name)),
  ) as unknown as PodSpec;
  const before = kept.flatMap((field) => {
    const value = old[field];
    return value === undefined ? [] : [[field, value]];
  });
  const shortened = (old.terminationGracePeriodSeconds ?? 0) < 0;
  const one = shortened && spec.terminationGracePeriodSeconds === 1;
  return {
    ...rest,
    ...Object.fromEntries(before),
    ...(one && { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds }),
    ...(gated && withNodeAffinity(spec, old)),
    containers: images(spec.containers, old.containers),
    ...(spec.initContainers && { initContainers: images(spec.initContainers, old.initContainers) }),
  };
}

/** The affinity with that to nodes as it was. */
function withNodeAffinity(spec: PodSpec, old: PodSpec): Partial<PodSpec> {
  const own = (old.affinity as Affinity | undefined)?.nodeAffinity;
  const { nodeAffinity: _new, ...others } = (spec.affinity ?? {}) as Affinity;
  if (!own && Object.keys(others).length === 0) return old.affinity ? { affinity: {} } : {};
  return { affinity: { ...others, ...(own && { nodeAffinity: own }) } as unknown as Json };
}

/** Empty lists are as good as none. */
const normal = (spec: PodSpec) => ({
  ...spec,
  initContainers: spec.initContainers ?? [],
  ephemeralContainers: [],
  tolerations: spec.tolerations ?? [],
  schedulingGates: spec.schedulingGates ?? [],
});
