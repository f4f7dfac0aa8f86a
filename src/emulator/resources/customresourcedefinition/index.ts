import type { Json } from '../../world/json.ts';
import { rfc3339 } from '../../world/time.ts';
import { createdAtColumn, nameColumn } from '../columns.ts';
import type { CrdNames, CustomResourceDefinition } from '../crd-shapes.ts';
import { generic } from '../describe/simple.ts';
import { defineKind, type Surroundings } from '../kind.ts';
import { kindNames } from '../names.ts';
import { acceptNames } from './names.ts';
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

type Condition = Readonly<Record<string, Json>> & { readonly type: string };
type Status = {
  readonly acceptedNames: Json;
  readonly conditions: readonly Condition[];
  readonly storedVersions: readonly string[];
};

const RESOURCE = 'customresourcedefinitions.apiextensions.k8s.io';

/** What the naming and establishing controllers make of a definition, as soon as it is written. */
function statusOf(
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
  around: Surroundings,
): Status {
  const before = (old as unknown as { readonly status?: Status } | undefined)?.status;
  const storage = crd.spec.versions?.find((each) => each.storage)?.name;
  const stored = new Set([...(before?.storedVersions ?? []), ...(storage ? [storage] : [])]);
  const generation = (old?.metadata.generation ?? 0) + (old ? 0 : 1);
  const condition = (type: string, status: string, reason: string, message: string): Condition => {
    const had = before?.conditions.find((each) => each.type === type);
    if (had && had['status'] === status && had['reason'] === reason) return had;
    const lastTransitionTime =
      had && had['status'] === status ? (had['lastTransitionTime'] as string) : rfc3339(around.now);
    return { lastTransitionTime, message, observedGeneration: generation, reason, status, type };
  };
  const others = around.list<CustomResourceDefinition>(RESOURCE);
  const had = (before?.acceptedNames ?? {}) as unknown as Partial<CrdNames>;
  const { accepted, conflict } = crd.spec.names
    ? acceptNames(crd, had, others)
    : { accepted: {}, conflict: undefined };
  const established = before?.conditions.find(({ type }) => type === 'Established');
  const stays = established?.['status'] === 'True' ? established : undefined;
  return {
    acceptedNames: accepted as unknown as Json,
    conditions: [
      conflict
        ? condition('NamesAccepted', 'False', conflict.reason, conflict.message)
        : condition('NamesAccepted', 'True', 'NoConflicts', 'no conflicts found'),
      stays ??
        (conflict
          ? condition('Established', 'False', 'NotAccepted', 'not all names are accepted')
          : condition('Established', 'True', 'InitialNamesAccepted', INITIAL)),
    ],
    storedVersions: [...stored],
  };
}

const INITIAL = 'the initial names have been accepted';
