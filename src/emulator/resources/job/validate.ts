import { at, invalid, required, type FieldError } from '../../apimachinery/field-error.ts';
import { isDns1123Label } from '../../apimachinery/names.ts';
import { matches } from '../../apimachinery/selector.ts';
import { equal, type Json } from '../../world/json.ts';
import { validateJobSpec } from '../job-validate.ts';
import type { Job } from '../job-shapes.ts';
import { validateLabelSelector } from '../label-selector.ts';
import { immutable } from '../metadata.ts';
import type { Affinity } from '../pod-template/validate-affinity.ts';

/** `ValidateJob` and `ValidateJobUpdate` (`pkg/apis/batch/validation`). */
export function validate(job: Job, old: Job | undefined): FieldError[] {
  const { spec } = job;
  const errors = [...(old ? [] : validateGeneratedSelector(job)), ...validateJobSpec(spec, 'spec')];
  if (!spec.selector) errors.push(required('spec.selector', ''));
  else errors.push(...validateLabelSelector(spec.selector, 'spec.selector'));
  const labels = spec.template.metadata?.labels;
  if (!validateLabelSelector(spec.selector, '').length && !matches(spec.selector, labels)) {
    const why = '`selector` does not match template `labels`';
    errors.push(invalid('spec.template.metadata.labels', labels ?? null, why));
  }
  if (!old) errors.push(...validateHostname(job));
  return old ? [...errors, ...validateUpdate(job, old)] : errors;
}

/** The last pod of an Indexed Job must have a name that a host may have. */
function validateHostname({ metadata, spec }: Job): FieldError[] {
  if (spec.completionMode !== 'Indexed' || !spec.completions) return [];
  const host = `${metadata.name}-${spec.completions - 1}`;
  if (isDns1123Label(host).length === 0) return [];
  const why = `will not able to create pod with invalid DNS label: ${host}`;
  return [invalid('metadata.name', metadata.name, why)];
}

/** `validateGeneratedSelector`: what was filled in must be what would be filled in. */
function validateGeneratedSelector({ metadata, spec }: Job): FieldError[] {
  if (spec.manualSelector || !spec.selector) return [];
  const path = 'spec.template.metadata.labels';
  const labels = spec.template.metadata?.labels ?? {};
  const { uid, name } = metadata;
  const wanted = {
    'controller-uid': uid,
    'job-name': name,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
  };
  const errors = Object.entries(wanted).flatMap(([key, value]) => {
    if (labels[key] === value) return [];
    const [place, why] = [`${path}[${key}]`, `must be '${value}'`];
    return labels[key] === undefined ? [required(place, why)] : [invalid(place, labels, why)];
  });
  const own = validateLabelSelector(spec.selector, '').length > 0 || matches(spec.selector, wanted);
  if (own) return errors;
  const shown = spec.selector as unknown as Json;
  return [...errors, invalid('spec.selector', shown, '`selector` not auto-generated')];
}

function validateUpdate({ spec }: Job, { spec: old, status }: Job): FieldError[] {
  const errors: FieldError[] = [];
  const grows =
    spec.completionMode === 'Indexed' &&
    spec.completions !== undefined &&
    spec.completions === spec.parallelism;
  if (!grows)
    errors.push(
      ...immutable('spec.completions', spec.completions ?? null, old.completions ?? null),
    );
  errors.push(...immutable('spec.selector', spec.selector ?? null, old.selector ?? null));
  const suspended = old.suspend === true && status?.startTime === undefined;
  if (!equal(placed(spec.template, suspended), placed(old.template, suspended))) {
    errors.push(...immutable('spec.template', spec.template, old.template));
  }
  for (const field of [
    'completionMode',
    'podFailurePolicy',
    'backoffLimitPerIndex',
    'managedBy',
    'successPolicy',
  ] as const) {
    errors.push(...immutable(at('spec', field), spec[field] ?? null, old[field] ?? null));
  }
  return errors;
}

/** A Job that has not begun may still be told where its pods go. */
function placed(template: Job['spec']['template'], suspended: boolean): unknown {
  if (!suspended) return template;
  const {
    nodeSelector: _selector,
    tolerations: _tolerations,
    schedulingGates: _gates,
    affinity,
    ...rest
  } = template.spec;
  const { nodeAffinity: _nodes, ...pods } = (affinity ?? {}) as Affinity;
  return { ...rest, ...pods };
}
