import type { Json } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { createdAtColumn, nameColumn } from '../columns.ts';
import type { CustomResourceDefinition } from '../crd-shapes.ts';
import { generic } from '../describe/simple.ts';
import { defineKind, type Surroundings } from '../kind.ts';
import { kindNames } from '../names.ts';
import { validate } from './validate.ts';

/** CustomResourceDefinition: a kind that a user defines. */
export default defineKind<CustomResourceDefinition>({
  names: kindNames('CustomResourceDefinition', 'customresourcedefinitions', {
    group: 'apiextensions.k8s.io',
    namespaced: false,
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
  }),
  definition: 'V1CustomResourceDefinition',
  hasGeneration: true,
  subresources: ['status'],
  defaults(crd) {
    const { spec } = crd;
    if (!spec?.names) return crd;
    const { names } = spec;
    return {
      ...crd,
      spec: {
        ...spec,
        names: {
          ...names,
          singular: names.singular ?? (names.kind ?? '').toLowerCase(),
          listKind: names.listKind ?? `${names.kind}List`,
        },
        conversion: { ...spec.conversion, strategy: spec.conversion?.strategy ?? 'None' },
      },
    };
  },
  prepare: (crd, old, around) => ({ ...crd, status: statusOf(crd, old, around) }),
  validate,
  instances: ({ spec }) => `${spec.names.plural}.${spec.group}`,
  columns: [nameColumn, { ...createdAtColumn }],
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? null],
  describe: generic,
});

type Status = {
  readonly acceptedNames: Json;
  readonly conditions: readonly Json[];
  readonly storedVersions: readonly string[];
};

/** Names are accepted and the kind is served as soon as it is defined. */
function statusOf(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
  { now }: Surroundings,
): Status {
  const before = (old as unknown as { readonly status?: Status } | undefined)?.status;
  const storage = crd.spec.versions?.find((each) => each.storage)?.name;
  const stored = new Set([...(before?.storedVersions ?? []), ...(storage ? [storage] : [])]);
  const generation = (old?.metadata.generation ?? 0) + (old ? 0 : 1);
  const condition = (type: string, reason: string, message: string) => ({
    lastTransitionTime: rfc3339(now),
    message,
    observedGeneration: generation,
    reason,
    status: 'True',
    type,
  });
  return {
    acceptedNames: crd.spec.names as unknown as Json,
    conditions: before?.conditions ?? [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    storedVersions: [...stored],
  };
}
