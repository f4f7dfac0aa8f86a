import { at, forbidden, type FieldError } from '../../apimachinery/field-error.ts';
import type { Pod } from '../pod-template/shapes.ts';
import { profileMatches, validatePodAnnotations } from '../pod-template/validate-annotations.ts';
import { imageErrors } from '../pod-template/validate-containers.ts';
import { validatePodSpec } from '../pod-template/validate.ts';

/** `validatePodMetadataAndSpec` without the metadata that all objects have. */
export function validateWhole({ metadata, spec }: Pod): FieldError[] {
  const images = (['containers', 'initContainers'] as const).flatMap((field) =>
    (spec[field] ?? []).flatMap((each, index) => imageErrors(each, at('spec', field, index))),
  );
  return [
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, 'spec', { isPod: true, name: metadata.name }),
    ...tokensWithoutAccount(spec),
    ...images,
  ];
}

interface Projected {
  readonly sources?: readonly { readonly serviceAccountToken?: object }[];
}

function tokensWithoutAccount({ serviceAccountName, volumes = [] }: Pod['spec']): FieldError[] {
  if (serviceAccountName) return [];
  const why = 'must not be specified when serviceAccountName is not set';
  return volumes.flatMap((volume, index) =>
    ((volume['projected'] as Projected | undefined)?.sources ?? []).flatMap((source, i) => {
      const path = at('spec', 'volumes', index, 'projected', 'sources', i, 'serviceAccountToken');
      return source.serviceAccountToken ? [forbidden(path, why)] : [];
    }),
  );
}

/** `ValidatePodCreate`. */
export function validateCreate(pod: Pod): FieldError[] {
  const { metadata, spec } = pod;
  const errors = validateWhole(pod);
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0) {
    const why = 'cannot be set until all schedulingGates have been cleared';
    errors.push(forbidden('spec.nodeName', why));
  }
  return [...errors, ...profileMatches(metadata.annotations, spec, 'spec')];
}
