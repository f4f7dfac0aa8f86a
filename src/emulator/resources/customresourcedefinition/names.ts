import type { CrdNames, CustomResourceDefinition } from '../crd-shapes.ts';

/** What came of the names that a definition asks for. */
export interface NameOutcome {
  readonly accepted: Partial<CrdNames>;
  /** Reason and message of the last conflict. */
  readonly conflict: { readonly reason: string; readonly message: string } | undefined;
}

type Status = { readonly acceptedNames?: Partial<CrdNames> } | undefined;

const acceptedOf = (crd: CustomResourceDefinition): Partial<CrdNames> =>
  (crd as unknown as { readonly status?: Status }).status?.acceptedNames ?? {};

/**
 * Which names a definition may have beside the others of its group, after the naming controller of
 * apiextensions: what it had already is its own, and what another has is not to be had.
 */
export function acceptNames(
  crd: CustomResourceDefinition,
  before: Partial<CrdNames>,
  others: readonly CustomResourceDefinition[],
): NameOutcome {
  const { group, names } = crd.spec;
  const taken = others
    .filter(({ metadata, spec }) => spec.group === group && metadata.name !== crd.metadata.name)
    .map(acceptedOf);
  const resources = new Set(
    taken.flatMap(({ plural, singular, shortNames = [] }) => [plural, singular, ...shortNames]),
  );
  const kinds = new Set(taken.flatMap(({ kind, listKind }) => [kind, listKind]));
  let conflict: NameOutcome['conflict'];
  // These two are written even when they are empty.
  const accepted: Record<string, unknown> = {
    kind: '',
    plural: '',
    ...before,
    categories: names.categories,
  };
  const take = (field: 'plural' | 'singular' | 'kind' | 'listKind', all: typeof kinds) => {
    const wanted = names[field];
    if (wanted === undefined || wanted === before[field] || !all.has(wanted)) {
      accepted[field] = wanted;
    } else conflict = { reason: `${upper(field)}Conflict`, message: inUse(wanted) };
  };
  take('plural', resources);
  take('singular', resources);
  const own = before.shortNames ?? [];
  const used = (names.shortNames ?? []).filter(
    (each) => !own.includes(each) && resources.has(each),
  );
  if (used.length === 0) accepted['shortNames'] = names.shortNames;
  else {
    const texts = used.map(inUse);
    const message = texts.length === 1 ? `${texts[0]}` : `[${texts.join(', ')}]`;
    conflict = { reason: 'ShortNamesConflict', message };
  }
  take('kind', kinds);
  take('listKind', kinds);
  const given = Object.entries(accepted).filter(([, value]) => value !== undefined);
  return { accepted: Object.fromEntries(given) as Partial<CrdNames>, conflict };
}

const inUse = (name: string) => `${JSON.stringify(name)} is already in use`;
const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
